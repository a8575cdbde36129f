#include "tests/oracle/staso.hpp"
#include "tests/oracle/staso_parts.hpp"

namespace evalbridge::oracle::staso {
namespace {

/// Counts and means of a run (`of` is "") or one of its rules ("metrics.").
class tally {
  public:
    tally(told in, const std::string& of, making& notes) {
        passed_ = in.any({"passed", "passed_count", "passedCount"}).integer();
        const auto total = in.any({"total", "total_count", "totalCount"}).integer();
        const auto failed = in.any({"failed", "failed_count", "failedCount"}).maybe_integer();
        if (failed && *failed < 0)
            throw refused("a negative count");
        if (passed_ < 0 || passed_ > total || failed.value_or(0) > total - passed_)
            throw refused("counts that contradict each other");
        if (!failed)
            notes.note("derived", of + "failed", "total - passed");
        failed_ = failed.value_or(total - passed_);
        out_["total"] = total;
        out_["passed"] = passed_;
        out_["failed"] = failed_;
        out_["undecided"] = total - passed_ - failed_;
        out_["errored"] = std::int64_t{0};
        auto rate = in.any({"pass_rate", "passRate"}).maybe_number();
        if (passed_ + failed_ == 0) {
            rate.reset();
        } else if (!rate) {
            notes.note("derived", of + "pass_rate", "passed / (passed + failed)");
            rate = static_cast<double>(passed_) / static_cast<double>(passed_ + failed_);
        }
        out_["pass_rate"] = or_null(rate);
        out_["average_latency_ms"] = or_null(
            in.any({"avg_latency_ms", "average_latency_ms", "avgLatencyMs", "averageLatencyMs"}).maybe_number());
    }
    json::object take() { return std::move(out_); }

  private:
    std::int64_t passed_ = 0;
    std::int64_t failed_ = 0;
    json::object out_;
};

std::optional<double> average(told in) {
    return in.any({"avg_score", "average_score", "avgScore", "averageScore"}).maybe_number();
}

json::value rule(told in, const std::string& key, const reading& how, making& notes) {
    const auto id = in.any({"guard_rule_id", "rule_id", "guardRuleId", "ruleId"}).some_text();
    auto name = in.any({"rule_name", "ruleName", "name"}).some_text();
    if (!name && !key.empty())
        name = key;
    if (!name)
        name = id;
    if (!name)
        throw refused("a rule without a name");
    const auto* defined = look_up(how.words, "staso", *name, id);
    auto kind = runtime_kind(in["runtime"].maybe_text().value_or(""));
    if (kind == "unknown" && !id)
        kind = built_in_kind(*name);
    if (kind == "unknown" && defined && defined->kind)
        kind = word(*defined->kind);
    auto out = tally(in, "metrics.", notes).take();
    out["metric"] = metric(defined ? defined->name : *name, *name, id, kind);
    measured_value value;
    value.number = average(in);
    value.type = "number";
    out["average_score"] = or_null(scored(value, traits_of(defined), notes, "metrics.average_score"));
    return out;
}

} // namespace

json::value summary(const json::value& answer, const std::string& native_run_id, const reading& how) {
    const auto in =
        unwrapped(told(&answer), {"total", "passed", "by_rule", "byRule"}, {"summary", "data", "run", "eval_run"});
    making notes;
    auto out = tally(in, "", notes).take();
    out["run_id"] = how.provider + ":" + native_run_id;
    out["source"] = "provider";
    const auto score = average(in);
    if (score)
        notes.note("defaulted", "average_score", "over rules of unlike scales: as given");
    out["average_score"] = or_null(score);
    json::array metrics;
    const auto rules = in.any({"by_rule", "byRule", "per_rule", "perRule"});
    if (rules.is_object())
        for (const auto& each : rules.value().get_object())
            metrics.push_back(rule(told(&each.value()), each.key(), how, notes));
    else
        rules.each([&](told each) { metrics.push_back(rule(each, "", how, notes)); });
    out["metrics"] = std::move(metrics);
    out["run_terminal"] = nullptr;
    out["mapping"] = notes.told();
    if (how.raw)
        out["raw"] = in.raw();
    return out;
}

} // namespace evalbridge::oracle::staso
