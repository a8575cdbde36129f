#pragma once
// Whether two runs' pass rates differ by more than chance, on the same items.

#include "stats/paired_table.hpp"

namespace evalbridge {

/// The exact two-sided p of McNemar's test: with n discordant pairs of which the rarer kind has k,
/// min(1, 2 P(X <= k)) for X binomial(n, 1/2). In [0, 1]; 1 where no pair is discordant; 0 stands for less than a
/// double can hold. The same for A against B and for B against A.
///
/// Time grows with the square root of n: about a millisecond for 10^9 pairs of each kind. Above 2^40 discordant pairs
/// the tail is the normal one with continuity correction, by then the same in eight digits for any p above 1e-30.
///
/// Sources: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
/// Psychometrika 12 (1947), 153-157, for the test; C. Loader, "Fast and accurate computation of binomial probabilities"
/// (2000), for the probability of k, from which the tail is summed downwards.
double mcnemar_exact_p(const paired_table&);

} // namespace evalbridge
