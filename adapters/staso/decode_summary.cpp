#include "adapters/staso/decode.hpp"

#include "adapters/staso/reading.hpp"
#include "adapters/staso/vocabulary.hpp"

#include "mapping/judgement.hpp"

#include <algorithm>

namespace evalbridge::staso {
namespace {

void note_once(mapping_notes& notes, note_kind kind, std::string_view member, std::string_view reason) {
    const auto same = [&](const mapping_note& each) { return each.kind == kind && each.member == member; };
    if (std::ranges::none_of(notes, same))
        notes.push_back({kind, member, reason});
}

struct member_names {
    std::string_view failed;
    std::string_view pass_rate;
};

constexpr member_names of_run = {"failed", "pass_rate"};
constexpr member_names of_metric = {"metrics.failed", "metrics.pass_rate"};

// The documented counts are `passed` and `total` of verdicts that passed or didn't; whatever is told beyond that and
// doesn't add up is undecided, since totals must.
verdict_counts decode_counts(json_reader in, const member_names& named, mapping_notes& notes) {
    auto passed_in = first_of(in, {"passed", "passed_count", "passedCount"});
    const auto passed = passed_in.integer();
    const auto total = first_of(in, {"total", "total_count", "totalCount"}).integer();
    const auto failed = read_count(first_of(in, {"failed", "failed_count", "failedCount"}));
    if (passed < 0 || passed > total || failed.value_or(0) > total - passed) {
        passed_in.fail("the counts contradict each other");
        return {};
    }
    if (!failed)
        note_once(notes, note_kind::derived, named.failed, "total - passed");
    verdict_counts counts;
    counts.total = total;
    counts.passed = passed;
    counts.failed = failed.value_or(total - passed);
    counts.undecided = total - passed - counts.failed;
    return counts;
}

// Ours is empty where nothing was decided, whatever the vendor makes of 0/0.
std::optional<double> decode_rate(json_reader in, const verdict_counts& counts, const member_names& named,
                                  mapping_notes& notes) {
    const auto told = first_of(in, {"pass_rate", "passRate"}).optional_number();
    const auto decided = counts.passed + counts.failed;
    if (decided == 0)
        return {};
    if (told)
        return told;
    note_once(notes, note_kind::derived, named.pass_rate, "passed / (passed + failed)");
    return static_cast<double>(counts.passed) / static_cast<double>(decided);
}

std::optional<double> decode_average(json_reader in, const metric_traits& traits, mapping_notes& notes) {
    metric_value average;
    average.number = first_of(in, {"avg_score", "average_score", "avgScore", "averageScore"}).optional_number();
    average.type = value_type::number;
    const auto scaled = rescale_score(average, traits);
    if (!scaled.note.empty())
        note_once(notes, scaled.note_as, "metrics.average_score", scaled.note);
    return scaled.score;
}

std::optional<double> decode_latency(json_reader in) {
    return first_of(in, {"avg_latency_ms", "average_latency_ms", "avgLatencyMs", "averageLatencyMs"}).optional_number();
}

metric_summary decode_metric(json_reader in, std::string_view key, const decode_context& context,
                             mapping_notes& notes) {
    auto id = first_of(in, {"guard_rule_id", "rule_id", "guardRuleId", "ruleId"}).nonempty_string();
    auto name_in = first_of(in, {"rule_name", "ruleName", "name"});
    auto name = name_in.nonempty_string();
    if (!name && !key.empty())
        name = std::string(key);
    if (!name && id)
        name = id;
    if (!name)
        name_in.fail("a rule must have a name");

    const auto* definition = context.dictionary.find(vendor_name, name.value_or(""), id);
    auto kind = kind_of_runtime(in["runtime"].optional_string().value_or(""));
    if (const auto* known = find_zero_config(name.value_or("")); known && !id && kind == metric_kind::unknown)
        kind = known->kind;
    metric_summary m;
    m.metric = make_metric(definition, name.value_or(""), std::move(id), kind);
    m.counts = decode_counts(in, of_metric, notes);
    m.pass_rate = decode_rate(in, m.counts, of_metric, notes);
    m.average_score = decode_average(in, definition ? definition->traits : metric_traits{}, notes);
    m.average_latency_ms = decode_latency(in);
    return m;
}

} // namespace

result<summary> decode_summary(std::string_view body, std::string_view native_run_id, const decode_context& context) {
    json_document document(body);
    auto in =
        unwrapped(document.root(), {"total", "passed", "by_rule", "byRule"}, {"summary", "data", "run", "eval_run"});
    summary s;
    s.run_id = make_run_id(context.provider, native_run_id);
    s.source = summary_source::provider;
    s.counts = decode_counts(in, of_run, s.mapping);
    s.pass_rate = decode_rate(in, s.counts, of_run, s.mapping);
    s.average_score = first_of(in, {"avg_score", "average_score", "avgScore", "averageScore"}).optional_number();
    if (s.average_score)
        s.mapping.push_back({note_kind::defaulted, "average_score", "over rules of unlike scales: as given"});
    s.average_latency_ms = decode_latency(in);

    auto by_rule = first_of(in, {"by_rule", "byRule", "per_rule", "perRule"});
    if (by_rule.is_object())
        by_rule.members([&](std::string_view name, json_reader& each) {
            s.metrics.push_back(decode_metric(each, name, context, s.mapping));
        });
    else
        by_rule.each([&](json_reader& each) { s.metrics.push_back(decode_metric(each, {}, context, s.mapping)); });
    if (context.raw)
        s.raw = in.raw();
    if (auto read = document.finish(); !read)
        return read.error();
    return s;
}

} // namespace evalbridge::staso
