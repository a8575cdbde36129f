#include "adapters/gradient/vendor.hpp"
#include "tests/conformance/vendor_under_test.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace evalbridge::conformance {
namespace {

namespace json = boost::json;

json::object run_of(const shape& held) {
    return {{"evaluation_run_uuid", "r1"},
            {"test_case_uuid", "t1"},
            {"agent_uuid", "a1"},
            {"run_name", "nightly"},
            {"status", held.status}};
}

json::object prompt_of(int item, const shape& held) {
    json::array results;
    for (int metric = 0; metric < held.metrics; ++metric)
        results.push_back({{"metric_name", "metric-" + std::to_string(metric)},
                           {"metric_value_type", "METRIC_VALUE_TYPE_NUMBER"},
                           {"number_value", 0.5},
                           {"reasoning", "as judged"}});
    return {{"prompt_id", item},
            {"input", "question"},
            {"output", "answer"},
            {"input_tokens", "18446744073709551615"},
            {"trace_id", "item-" + std::to_string(item)},
            {"prompt_level_metric_results", results}};
}

http_response results(const http_request& request, const shape& held) {
    const auto page = std::stoi(query_value(request, "page", "1"));
    const auto size = std::stoi(query_value(request, "per_page", "20"));
    json::array prompts;
    for (int item = (page - 1) * size; item < held.items && item < page * size; ++item)
        prompts.push_back(prompt_of(item, held));
    const auto pages = (held.items + size - 1) / size;
    return json_answer(
        json::serialize(json::value{{"evaluation_run", run_of(held)},
                                    {"prompts", prompts},
                                    {"links", json::object()},
                                    {"meta", {{"page", page}, {"pages", pages}, {"total", held.items}}}}));
}

http_response one_result(const http_request& request, const shape& held) {
    const auto item = std::stoi(request.target.substr(request.target.rfind('/') + 1));
    if (item < 0 || item >= held.items)
        return json_answer(R"({"id":"not_found","message":"no such prompt"})", 404);
    return json_answer(json::serialize(json::value{{"prompt", prompt_of(item, held)}}));
}

http_response runs(const shape& held) {
    json::array rows;
    for (const auto* name : {"nightly [eb-0123456789abcdef0123]", "by hand"}) {
        auto row = run_of(held);
        row["evaluation_run_uuid"] = "r" + std::to_string(rows.size() + 1);
        row["run_name"] = name;
        rows.push_back(std::move(row));
    }
    return json_answer(json::serialize(json::value{{"evaluation_runs", rows}}));
}

http_response answer(const http_request& request, const shape& held) {
    const auto& target = request.target;
    if (target.ends_with("/evaluation_runs") && request.method == http_method::get)
        return runs(held);
    if (request.method == http_method::post)
        return json_answer(R"({"evaluation_run_uuids":["r1"]})");
    if (target.find("/evaluation_metrics") != std::string::npos)
        return json_answer(R"({"metrics":[]})");
    if (target.find("/evaluation_test_cases/") != std::string::npos)
        return json_answer(R"({"evaluation_test_case":{"test_case_uuid":"t1"}})");
    if (target.find("/results/") != std::string::npos)
        return one_result(request, held);
    if (target.find("/results") != std::string::npos)
        return results(request, held);
    return json_answer(json::serialize(json::value{{"evaluation_run", run_of(held)}}));
}

} // namespace

vendor_under_test gradient_under_test() {
    vendor_under_test gradient;
    gradient.entry = &gradient::vendor;
    gradient.block = "access_token: file:key";
    gradient.spec.provider = "under-test";
    gradient.spec.scope = test_case_scope{"t1", {"a1"}, {}, {}};
    gradient.impossible = gradient.spec;
    gradient.impossible.scope = trace_scope{"t1"};
    gradient.done = "EVALUATION_RUN_SUCCESSFUL";
    gradient.statuses = {{"EVALUATION_RUN_QUEUED", run_status::pending},
                         {"EVALUATION_RUN_RUNNING_DATASET", run_status::running},
                         {"EVALUATION_RUN_EVALUATING_RESULTS", run_status::running},
                         {"EVALUATION_RUN_CANCELLING", run_status::cancelling},
                         {"EVALUATION_RUN_CANCELLED", run_status::cancelled},
                         {"EVALUATION_RUN_SUCCESSFUL", run_status::completed},
                         {"EVALUATION_RUN_PARTIALLY_SUCCESSFUL", run_status::partial},
                         {"EVALUATION_RUN_FAILED", run_status::failed},
                         {"EVALUATION_RUN_STATUS_UNSPECIFIED", run_status::unknown}};
    gradient.judges = false;
    gradient.answer = answer;
    return gradient;
}

} // namespace evalbridge::conformance
