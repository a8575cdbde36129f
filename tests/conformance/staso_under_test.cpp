#include "adapters/staso/vendor.hpp"
#include "tests/conformance/vendor_under_test.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace evalbridge::conformance {
namespace {

namespace json = boost::json;

json::object row(const shape& held) { return {{"id", "r1"}, {"status", held.status}, {"name", "nightly"}}; }

json::object verdict_of(int item, int metric) {
    return {{"run_id", "r1"},
            {"trace_id", "item-" + std::to_string(item)},
            {"guard_rule_id", ""},
            {"rule_name", "metric-" + std::to_string(metric)},
            {"runtime", "programmatic"},
            {"passed", (item + metric) % 2 == 0},
            {"score", 0.5},
            {"reason", "as computed"},
            {"agent_version", "v2"},
            {"latency_ms", 12},
            {"timestamp", "2026-05-10T08:00:00.250Z"},
            {"inspected", json::array()}};
}

http_response verdicts(const http_request& request, const shape& held) {
    const auto passed = query_value(request, "passed", "");
    const auto offset = std::stoul(query_value(request, "offset", "0"));
    const auto limit = std::stoul(query_value(request, "limit", "100"));
    json::array rows;
    for (int item = 0; item < held.items; ++item)
        for (int metric = 0; metric < held.metrics; ++metric) {
            const bool ok = (item + metric) % 2 == 0;
            if (passed.empty() || passed == (ok ? "true" : "false"))
                rows.push_back(verdict_of(item, metric));
        }
    json::array page;
    for (auto i = offset; i < rows.size() && page.size() < limit; ++i)
        page.push_back(rows[i]);
    return json_answer(json::serialize(json::value{{"verdicts", page}}));
}

http_response summary_of(const shape& held) {
    int passed = 0;
    json::array rules;
    for (int metric = 0; metric < held.metrics; ++metric) {
        int ok = 0;
        for (int item = 0; item < held.items; ++item)
            ok += (item + metric) % 2 == 0;
        passed += ok;
        rules.push_back({{"rule_name", "metric-" + std::to_string(metric)},
                         {"passed", ok},
                         {"total", held.items},
                         {"pass_rate", held.items ? double(ok) / held.items : 0.0},
                         {"avg_score", 0.5}});
    }
    const int total = held.items * held.metrics;
    return json_answer(json::serialize(json::value{{"passed", passed},
                                                   {"total", total},
                                                   {"pass_rate", total ? double(passed) / total : 0.0},
                                                   {"avg_score", 0.5},
                                                   {"avg_latency_ms", 12.0},
                                                   {"by_rule", rules}}));
}

http_response runs(const http_request& request, const shape& held) {
    json::array rows;
    if (query_value(request, "offset", "0") == "0") {
        rows.push_back({{"id", "r1"}, {"status", held.status}, {"name", "nightly [eb-0123456789abcdef0123]"}});
        rows.push_back({{"id", "r2"}, {"status", held.status}, {"name", "by hand"}});
    }
    return json_answer(json::serialize(json::value{{"runs", rows}}));
}

http_response answer(const http_request& request, const shape& held) {
    if (request.method == http_method::get && request.target.starts_with("/v1/eval/runs?"))
        return runs(request, held);
    if (request.target.find("/verdicts") != std::string::npos)
        return verdicts(request, held);
    if (request.target.find("/summary") != std::string::npos)
        return summary_of(held);
    return json_answer(json::serialize(row(held)));
}

} // namespace

vendor_under_test staso_under_test() {
    vendor_under_test staso;
    staso.entry = &staso::vendor;
    staso.block = "api_key: file:key\nlist_runs: true";
    staso.spec.provider = "under-test";
    staso.spec.scope = agent_scope{"checkout-agent", 20};
    staso.spec.metrics = {{metric_selector::by::name, "task_completion_rate"}};
    staso.impossible = staso.spec;
    staso.impossible.scope = test_case_scope{"t1", {"a1"}, {}, {}};
    staso.done = "completed";
    staso.statuses = {{"pending", run_status::pending},
                      {"running", run_status::running},
                      {"completed", run_status::completed},
                      {"failed", run_status::failed},
                      {"cancelled", run_status::cancelled}};
    staso.judges = true;
    staso.answer = answer;
    return staso;
}

} // namespace evalbridge::conformance
