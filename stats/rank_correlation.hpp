#pragma once
// Whether two runs put items in the same order by score, whatever scales their scores are on.

#include <cstdint>
#include <optional>
#include <vector>

namespace evalbridge {

/// One item's score in run A and in run B.
struct score_pair {
    double a = 0;
    double b = 0;
};

struct rank_correlation {
    std::uint64_t pairs = 0; ///< those counted: all but the ones with a NaN
    /// Kendall's tau-b: concordant less discordant pairs of items, over the geometric mean of those that A and that B
    /// don't tie. In [-1, 1].
    std::optional<double> kendall_tau_b;
    /// Spearman's rho: the product-moment correlation of the ranks, tied scores sharing the mean of their ranks
    /// (midranks). In [-1, 1].
    std::optional<double> spearman_rho;
};

/// Both rank correlations, nullopt with fewer than two pairs, or where all of A's or all of B's scores are equal. A
/// pair with a NaN isn't counted; an infinite score is the largest or smallest. Scores are equal or not, never nearly.
///
/// O(n log n), by sorting and by counting the exchanges of a merge sort, for up to 2^32 pairs. Memory: the pairs given,
/// 16 bytes each, moved in and used up, and as much again to merge them: 32 MB for a million.
///
/// Sources: M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945), 239-251, for tau-b;
/// C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15
/// (1904), 72-101, for rho; W. R. Knight, "A computer method for calculating Kendall's tau with ungrouped data",
/// Journal of the American Statistical Association 61 (1966), 436-439, for the counting.
rank_correlation correlate_ranks(std::vector<score_pair> pairs);

} // namespace evalbridge
