#pragma once
// If run B's scores were judged by a threshold, which one would say most nearly what run A's judge said? That is what a
// team needs that moves to a new judge and wants to keep its old bar.

#include "stats/interval.hpp"
#include "stats/paired_table.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace evalbridge {

/// Which side of a threshold passes; a score on it always does.
enum class threshold_rule {
    at_least, ///< score >= threshold: higher is better
    at_most,  ///< score <= threshold: lower is better
};

/// Whether `score` passes by the rule.
constexpr bool passes(double score, threshold_rule rule, double threshold) {
    return rule == threshold_rule::at_least ? score >= threshold : score <= threshold;
}

/// One item: B's score and A's verdict.
struct scored_verdict {
    double score = 0;
    bool passed = false;
};

struct threshold_equivalence {
    /// Finite. Applied to the same pairs with `passes`, it gives exactly `table`.
    double threshold = 0;
    threshold_rule rule = threshold_rule::at_least;
    /// A's verdicts against those of the rule on B's scores.
    paired_table table;
    /// The share of pairs on which they agree, and Wilson's 95 % interval of it: a little flattering, since the
    /// threshold was chosen on these very pairs.
    double agreement = 0;
    interval agreement_interval;
    /// Cohen's, of `table`.
    std::optional<double> kappa;
    /// The agreement of the better of "pass all" and "fail all", which a useful threshold must beat.
    double without_scores = 0;
    /// Whether it agrees on more pairs than `without_scores`; else B's scores don't tell A's verdicts apart.
    bool separates = false;
};

/// The threshold on B's score, and the side that passes, which agree with A's verdicts on most pairs. Where `rule` is
/// nullopt, because nobody knows whether higher is better, both sides are tried and the better is told; at_least if
/// they agree equally often. Equal scores are never split.
///
/// Of several thresholds that agree on as many pairs the one with the widest margin is told (the distance between the
/// neighbouring scores that it parts; one that parts nothing counts as 0 and so comes last), then the smallest. A
/// threshold between two scores is the middle of them; one that passes all is the least passing score itself; one that
/// passes none is the next double beyond the best score (none is tried where there is no finite one).
///
/// nullopt where no pair has a finite score; pairs without one aren't counted. O(n log n), the same for any order of
/// the pairs.
///
/// Memory: the pairs given, 16 bytes each, moved in and used up; nothing else.
std::optional<threshold_equivalence> equivalent_threshold(std::vector<scored_verdict> pairs,
                                                          std::optional<threshold_rule> rule);

} // namespace evalbridge
