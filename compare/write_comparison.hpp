#pragma once
// A comparison as JSON: the one place where its member names and their order stand.

#include "compare/comparison_request.hpp"
#include "compare/flip_texts.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/run.hpp"

namespace evalbridge {

/// The `comparison` member. Differences are B less A throughout.
///   a, b            id, provider, vendor, name, status, terminal, outcome of each run
///   complete        whether both runs have ended: if not, they were compared as they stood
///   join, min_pairs, confidence   what was asked for, and the level of every interval
///   coverage        items{both, only_a, only_b}, verdicts{pairs, only_a, only_b, ambiguous_a, ambiguous_b},
///                   without_key{a, b}: verdicts whose item has nothing to be joined on
///   metrics[]       A's in their order, then those that only B has:
///     name          canonical
///     a, b          metric, total, passed, failed, undecided, errored, pass_rate, average_score, direction; null where
///                   the run doesn't measure it, and then everything but the coverage is null too
///     delta         pass_rate, average_score: of what a and b say, paired or not. The scores' is null where they may
///     be
///                   on different scales
///     coverage      as above, of this metric
///     paired        decided, both_passed, both_failed, regressions, improvements
///     agreement     raw, cohens_kappa (null where both runs gave every item one and the same verdict)
///     difference    estimate, lower, upper: of the pairs' pass rates
///     mcnemar       p, p_adjusted
///     rank_correlation      pairs, kendall_tau_b, spearman_rho (null where all scores of a run are equal)
///     threshold_equivalence pairs, threshold, passes_if, agreement, lower, upper, cohens_kappa, without_scores,
///     separates insufficient_data     [{statistic, pairs, needed}]: why some of these are null conclusion regressed,
///     improved, no_significant_change or insufficient_data
///   not_measured    metrics that were asked for, and that neither run has
///   flips           how many: regressions, improvements
void write(json_writer& out, const finished_comparison& from, const comparison_request& asked, const run& a,
           const run& b);

/// A flip: key{trace_id} or key{input_hash}, metric, change, and of a and b verdict_id, result_id, trace_id, passed,
/// score, reason.
void write(json_writer& out, const told_flip& flip, const comparison& in, join_key by);

} // namespace evalbridge
