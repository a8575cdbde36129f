#include "tests/conformance/toy/toy.hpp"
#include "tests/conformance/vendor_under_test.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace evalbridge::conformance {
namespace {

namespace json = boost::json;

http_response answer(const http_request& request, const shape& held) {
    if (request.method == http_method::post)
        return json_answer(R"({"run":"r1"})", 201);
    if (request.target.find("/checks") == std::string::npos)
        return json_answer(json::serialize(json::value{{"run", "r1"}, {"state", held.status}}));
    const auto after = std::stoi(query_value(request, "after", "0"));
    const auto count = std::stoi(query_value(request, "count", "10"));
    json::array checks;
    const auto total = held.items * held.metrics;
    for (int row = after; row < total && row < after + count; ++row) {
        const auto item = row / held.metrics;
        const auto metric = row % held.metrics;
        checks.push_back({{"item", "item-" + std::to_string(item)},
                          {"check", "metric-" + std::to_string(metric)},
                          {"ok", (item + metric) % 2 == 0},
                          {"grade", 0.5}});
    }
    return json_answer(json::serialize(json::value{{"checks", checks}, {"more", after + count < total}}));
}

} // namespace

vendor_under_test toy_under_test() {
    vendor_under_test toy;
    toy.entry = &toy::vendor;
    toy.block = "key: file:key";
    toy.spec.provider = "under-test";
    toy.spec.scope = dataset_scope{"d1"};
    toy.impossible = toy.spec;
    toy.impossible.scope = trace_scope{"t1"};
    toy.done = "done";
    toy.statuses = {{"waiting", run_status::pending},
                    {"busy", run_status::running},
                    {"done", run_status::completed},
                    {"broken", run_status::failed}};
    toy.names_runs = false;
    toy.judges = true;
    toy.answer = answer;
    return toy;
}

} // namespace evalbridge::conformance
