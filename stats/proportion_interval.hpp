#pragma once
// How sure a pass rate is, and how sure the difference of two pass rates on the same items is.

#include "stats/interval.hpp"
#include "stats/paired_table.hpp"

#include <cstdint>
#include <optional>

namespace evalbridge {

/// Wilson's score interval, without continuity correction, of the proportion successes / trials, within [0, 1].
/// It holds for small numbers and for rates of 0 and 1, where the usual "plus or minus" has no width. `quantile` is the
/// normal quantile of the level. nullopt without trials; successes above trials are a bug of the caller.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
/// American Statistical Association 22 (1927), 209-212; method 3 of R. G. Newcombe, "Two-sided confidence intervals for
/// the single proportion: comparison of seven methods", Statistics in Medicine 17 (1998), 857-872.
std::optional<interval> wilson_interval(std::uint64_t successes, std::uint64_t trials,
                                        double quantile = normal_quantile_975);

/// Newcombe's interval for B's pass rate less A's on paired verdicts, within [-1, 1]: his method 10, the Wilson limits
/// of both rates squared and added with their correlation phi, whose numerator ad - bc is made smaller by n / 2 (not
/// below 0) where it is positive, and phi 0 where a margin of the table is 0. Swapping A and B mirrors it at 0. nullopt
/// of an empty table.
///
/// Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on
/// paired data", Statistics in Medicine 17 (1998), 2635-2650.
std::optional<interval> newcombe_paired_interval(const paired_table&, double quantile = normal_quantile_975);

} // namespace evalbridge
