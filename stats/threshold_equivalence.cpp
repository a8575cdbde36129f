#include "stats/threshold_equivalence.hpp"

#include "stats/proportion_interval.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace evalbridge {

namespace {

/// A place to put the threshold, and what it does.
struct cut {
    double threshold = 0;
    double margin = 0; ///< between the neighbouring scores that it parts
    std::uint64_t agreeing = 0;
    std::uint64_t passing = 0;         ///< pairs that pass by it
    std::uint64_t passing_in_both = 0; ///< of these, the ones that A passed

    bool better_than(const cut& other) const {
        if (agreeing != other.agreeing)
            return agreeing > other.agreeing;
        return margin != other.margin ? margin > other.margin : threshold < other.threshold;
    }
};

/// The middle of two neighbouring scores, such that `lower` and `higher` are on different sides of it.
double between(double lower, double higher, threshold_rule rule) {
    const double middle = std::midpoint(lower, higher);
    if (rule == threshold_rule::at_least)
        return middle > lower ? middle : higher;
    return middle < higher ? middle : lower;
}

/// Tries every cut through `pairs`, sorted by score, from the lowest upwards.
cut best_cut(const std::vector<scored_verdict>& pairs, std::uint64_t passed_in_a, threshold_rule rule) {
    const bool upper_passes = rule == threshold_rule::at_least;
    const std::uint64_t total = pairs.size();
    std::optional<cut> best;
    std::uint64_t passed_below = 0; // pairs under the cut that A passed
    const auto consider = [&](double threshold, double margin, std::uint64_t below) {
        if (!std::isfinite(threshold))
            return;
        cut tried{threshold, margin, 0, upper_passes ? total - below : below,
                  upper_passes ? passed_in_a - passed_below : passed_below};
        // What both pass and what both fail.
        tried.agreeing = tried.passing_in_both + (total - passed_in_a) - (tried.passing - tried.passing_in_both);
        if (!best || tried.better_than(*best))
            best = tried;
    };

    constexpr auto infinity = std::numeric_limits<double>::infinity();
    const double lowest = pairs.front().score;
    const double highest = pairs.back().score;
    consider(upper_passes ? lowest : std::nextafter(lowest, -infinity), 0, 0);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        passed_below += pairs[i].passed;
        if (i + 1 < pairs.size() && pairs[i].score < pairs[i + 1].score)
            consider(between(pairs[i].score, pairs[i + 1].score, rule), pairs[i + 1].score - pairs[i].score, i + 1);
    }
    consider(upper_passes ? std::nextafter(highest, infinity) : highest, 0, total);
    return *best;
}

} // namespace

std::optional<threshold_equivalence> equivalent_threshold(std::vector<scored_verdict> pairs,
                                                          std::optional<threshold_rule> rule) {
    std::erase_if(pairs, [](const scored_verdict& each) { return !std::isfinite(each.score); });
    if (pairs.empty())
        return std::nullopt;
    std::sort(pairs.begin(), pairs.end(),
              [](const scored_verdict& one, const scored_verdict& other) { return one.score < other.score; });
    const std::uint64_t total = pairs.size();
    const auto passed_in_a = static_cast<std::uint64_t>(
        std::count_if(pairs.begin(), pairs.end(), [](const scored_verdict& each) { return each.passed; }));

    auto chosen_rule = rule.value_or(threshold_rule::at_least);
    auto best = best_cut(pairs, passed_in_a, chosen_rule);
    if (!rule) {
        const auto other = best_cut(pairs, passed_in_a, threshold_rule::at_most);
        if (other.agreeing > best.agreeing) {
            best = other;
            chosen_rule = threshold_rule::at_most;
        }
    }

    threshold_equivalence found;
    found.threshold = best.threshold;
    found.rule = chosen_rule;
    found.table.both_pass = best.passing_in_both;
    found.table.only_a = passed_in_a - best.passing_in_both;
    found.table.only_b = best.passing - best.passing_in_both;
    found.table.neither = best.agreeing - best.passing_in_both;
    found.agreement = *raw_agreement(found.table);
    found.agreement_interval = *wilson_interval(best.agreeing, total);
    found.kappa = cohens_kappa(found.table);
    const auto without_scores = std::max(passed_in_a, total - passed_in_a);
    found.without_scores = static_cast<double>(without_scores) / static_cast<double>(total);
    found.separates = best.agreeing > without_scores;
    return found;
}

} // namespace evalbridge
