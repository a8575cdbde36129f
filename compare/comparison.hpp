#pragma once
// What comparing two runs comes to: numbers with what they mean beside them, and none where there are too few pairs for
// one to mean anything.

#include "compare/join.hpp"
#include "stats/interval.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

/// The smallest number of pairs that statistics are given for, unless the client states another. With 20 pairs of which
/// all agree, the interval of the difference still reaches 16 points to either side: fewer can't rule out any change
/// that somebody would act on.
inline constexpr std::uint32_t usual_min_pairs = 20;
/// Of every interval; and a change is called one where its adjusted p is at most what is left.
inline constexpr double confidence = 0.95;

/// Why there is no such statistic of a metric.
struct shortage {
    std::string_view statistic; ///< the member of the answer that is null
    std::uint64_t pairs = 0;    ///< of the kind that it is computed from
};

struct agreement {
    double raw = 0;
    std::optional<double> kappa; ///< empty where both runs passed everything, or both nothing
};

/// B's pass rate less A's, of the pairs.
struct rate_difference {
    double estimate = 0;
    interval between; ///< Newcombe's, for paired data
};

/// Whether the pass rate of the pairs has changed by more than chance, many metrics being looked at.
struct change_test {
    double p = 1;        ///< McNemar's, exact and two-sided
    double adjusted = 1; ///< Holm's, over the comparison's metrics that could be tested
};

enum class conclusion { regressed, improved, no_significant_change, insufficient_data };
std::string_view name_of(conclusion);

struct metric_comparison {
    std::string name; ///< canonical, as A has it, or B
    std::optional<run_metric> a;
    std::optional<run_metric> b;
    pair_counts coverage;
    paired_table table;
    std::optional<double> pass_rate_delta;     ///< of the runs' own rates, paired or not: B less A
    std::optional<double> average_score_delta; ///< empty where the scores may be on different scales
    std::optional<agreement> agreeing;
    std::optional<rank_correlation> correlation;
    std::optional<rate_difference> difference;
    std::optional<change_test> change;
    std::optional<threshold_equivalence> threshold;
    std::uint64_t judged_pairs = 0; ///< with A's verdict and B's score
    std::uint64_t scored_pairs = 0; ///< with both scores
    std::vector<shortage> missing;
    conclusion concluded = conclusion::insufficient_data;
};

struct comparison {
    item_counts items;
    pair_counts verdicts; ///< of all the metrics below
    std::uint64_t without_key_a = 0;
    std::uint64_t without_key_b = 0;
    std::vector<metric_comparison> metrics;
    std::vector<std::string> not_measured; ///< asked for, and measured by neither run
};

/// Takes what was joined apart: statistics use it up.
comparison compare(const std::vector<metric_match>& matched, const run_rows& a, const run_rows& b, joined_runs&& joined,
                   std::uint32_t min_pairs, bool same_vendor);

} // namespace evalbridge
