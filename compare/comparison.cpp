#include "compare/comparison.hpp"

#include "stats/holm.hpp"
#include "stats/mcnemar.hpp"
#include "stats/proportion_interval.hpp"

namespace evalbridge {
namespace {

std::optional<double> less(std::optional<double> b, std::optional<double> a) {
    return a && b ? std::optional(*b - *a) : std::nullopt;
}

std::optional<threshold_rule> rule_of(score_direction direction) {
    switch (direction) {
    case score_direction::higher_is_better: return threshold_rule::at_least;
    case score_direction::lower_is_better: return threshold_rule::at_most;
    case score_direction::unknown: break;
    }
    return {};
}

void add(pair_counts& all, const pair_counts& one) {
    all.pairs += one.pairs;
    all.only_a += one.only_a;
    all.only_b += one.only_b;
    all.ambiguous_a += one.ambiguous_a;
    all.ambiguous_b += one.ambiguous_b;
}

// Verdicts told of the same pairs: change, agreement, difference.
void measure_table(metric_comparison& out, std::uint32_t min_pairs) {
    const auto& table = out.table;
    if (table.total() < min_pairs) {
        for (const auto* each : {"agreement", "difference", "mcnemar"})
            out.missing.push_back({each, table.total()});
        return;
    }
    const auto raw = raw_agreement(table);
    const auto estimate = pass_rate_difference(table);
    const auto between = newcombe_paired_interval(table);
    if (!raw || !estimate || !between)
        return;
    out.agreeing = agreement{*raw, cohens_kappa(table)};
    out.difference = rate_difference{*estimate, *between};
    out.change = change_test{mcnemar_exact_p(table), 1};
}

void measure_scores(metric_comparison& out, joined_metric& from, std::uint32_t min_pairs) {
    out.scored_pairs = from.scores.size();
    out.judged_pairs = from.judged.size();
    if (out.scored_pairs < min_pairs)
        out.missing.push_back({"rank_correlation", out.scored_pairs});
    else
        out.correlation = correlate_ranks(std::move(from.scores));
    std::vector<score_pair>().swap(from.scores);
    if (out.judged_pairs < min_pairs)
        out.missing.push_back({"threshold_equivalence", out.judged_pairs});
    else
        out.threshold =
            equivalent_threshold(std::move(from.judged), rule_of(out.b ? out.b->direction : score_direction::unknown));
    std::vector<scored_verdict>().swap(from.judged);
}

metric_comparison measure(const metric_match& match, const run_rows& a, const run_rows& b, joined_metric& from,
                          std::uint32_t min_pairs, bool same_vendor) {
    metric_comparison out;
    if (match.a)
        out.a = a.metrics[*match.a];
    if (match.b)
        out.b = b.metrics[*match.b];
    const auto& named = out.a ? *out.a : *out.b;
    out.name = std::string(std::string_view(named.metric.name));
    out.coverage = from.coverage;
    out.table = from.table;
    if (!out.a || !out.b) // there is nothing to compare, and `a` or `b` says so
        return out;
    out.pass_rate_delta = less(out.b->counts.pass_rate(), out.a->counts.pass_rate());
    if (same_vendor || (out.a->scale_known && out.b->scale_known))
        out.average_score_delta = less(out.b->score.value(), out.a->score.value());
    measure_table(out, min_pairs);
    measure_scores(out, from, min_pairs);
    return out;
}

conclusion conclude(const metric_comparison& metric) {
    if (!metric.change)
        return conclusion::insufficient_data;
    if (metric.change->adjusted > 1 - confidence || metric.table.only_a == metric.table.only_b)
        return conclusion::no_significant_change;
    return metric.table.only_a > metric.table.only_b ? conclusion::regressed : conclusion::improved;
}

} // namespace

std::string_view name_of(conclusion c) {
    switch (c) {
    case conclusion::regressed: return "regressed";
    case conclusion::improved: return "improved";
    case conclusion::no_significant_change: return "no_significant_change";
    case conclusion::insufficient_data: break;
    }
    return "insufficient_data";
}

comparison compare(const std::vector<metric_match>& matched, const run_rows& a, const run_rows& b, joined_runs&& joined,
                   std::uint32_t min_pairs, bool same_vendor) {
    comparison out;
    out.items = joined.items;
    out.without_key_a = a.without_key;
    out.without_key_b = b.without_key;
    std::vector<std::optional<double>> tested;
    for (std::size_t i = 0; i < matched.size(); ++i) {
        auto& each = out.metrics.emplace_back(measure(matched[i], a, b, joined.metrics[i], min_pairs, same_vendor));
        add(out.verdicts, each.coverage);
        tested.push_back(each.change ? std::optional(each.change->p) : std::nullopt);
    }
    const auto adjusted = holm_adjusted(tested);
    for (std::size_t i = 0; i < out.metrics.size(); ++i) {
        auto& each = out.metrics[i];
        if (each.change && adjusted[i])
            each.change->adjusted = *adjusted[i];
        each.concluded = conclude(each);
    }
    return out;
}

} // namespace evalbridge
