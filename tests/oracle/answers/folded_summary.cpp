#include "tests/oracle/answers/random_vendors.hpp"

#include <cmath>
#include <limits>
#include <map>

namespace evalbridge::oracle {
namespace {

struct tally {
    std::int64_t total = 0, passed = 0, failed = 0, undecided = 0, errored = 0;
    long double scores = 0, latencies = 0;
    std::int64_t scored = 0, timed = 0;

    void add(const json::value& verdict) {
        ++total;
        if (verdict.at("passed").is_bool())
            ++(verdict.at("passed").as_bool() ? passed : failed);
        else
            ++(verdict.at("error").is_null() ? undecided : errored);
        if (verdict.at("score").is_double())
            scores += static_cast<long double>(verdict.at("score").as_double()), ++scored;
        if (verdict.at("latency_ms").is_int64())
            latencies += static_cast<long double>(verdict.at("latency_ms").as_int64()), ++timed;
    }
    json::object told() const {
        // A sum beyond the doubles has no mean there.
        const auto mean = [](long double sum, std::int64_t of) {
            const bool fits = of > 0 && std::abs(sum) <= static_cast<long double>(std::numeric_limits<double>::max());
            return fits ? json::value(static_cast<double>(sum / static_cast<long double>(of))) : json::value(nullptr);
        };
        const auto decided = static_cast<double>(passed + failed);
        return {{"total", total},
                {"passed", passed},
                {"failed", failed},
                {"undecided", undecided},
                {"errored", errored},
                {"pass_rate", decided == 0 ? json::value(nullptr) : json::value(static_cast<double>(passed) / decided)},
                {"average_score", mean(scores, scored)},
                {"average_latency_ms", mean(latencies, timed)}};
    }
};

} // namespace

json::value folded_summary(const std::vector<json::value>& verdicts, const std::string& run_id) {
    tally whole;
    std::vector<std::pair<json::value, tally>> metrics;
    std::map<std::string, std::size_t> met;
    bool as_given = false;
    for (const auto& each : verdicts) {
        if (each.at("level") != "item")
            continue;
        whole.add(each);
        const auto& metric = each.at("metric");
        const auto& id = metric.at("native_id");
        const auto key = id.is_null() ? "name " + std::string(metric.at("native_name").as_string().c_str())
                                      : "id " + std::string(id.as_string().c_str());
        const auto [at, is_new] = met.try_emplace(key, metrics.size());
        if (is_new)
            metrics.emplace_back(metric, tally());
        metrics[at->second].second.add(each);
        const auto* defaulted = each.at("mapping").as_object().if_contains("defaulted");
        as_given = as_given || (each.at("score").is_double() && defaulted && defaulted->as_object().contains("score"));
    }
    auto out = whole.told();
    out["run_id"] = run_id;
    out["source"] = "computed";
    json::array told;
    for (const auto& [metric, of] : metrics) {
        auto one = of.told();
        one["metric"] = metric;
        told.push_back(std::move(one));
    }
    out["metrics"] = std::move(told);
    out["mapping"] = json::object();
    if (as_given && out["average_score"].is_double())
        out["mapping"].as_object()["derived"] = {{"average_score", "takes in scores whose scale is not known"}};
    return out;
}

} // namespace evalbridge::oracle
