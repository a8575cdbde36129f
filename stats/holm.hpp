#pragma once
// Many tests at once: of twenty metrics that didn't change, one is expected to look changed at 5 %.

#include <optional>
#include <span>
#include <vector>

namespace evalbridge {

/// Holm's step-down adjusted p-values of a family, in the order given. A member that is nullopt (a metric that couldn't
/// be tested) stays so and doesn't count as one of the family. The i-th smallest of m is the largest of (m - j + 1) p_j
/// for j <= i, at most 1; equal p-values get equal adjusted ones. Rejecting where the adjusted value is <= alpha keeps
/// the chance of any false rejection at or under alpha, however the tests depend on one another.
/// Each p must be from 0 to 1. Memory: 8 bytes a member besides the answer's 16.
///
/// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
/// (1979), 65-70.
std::vector<std::optional<double>> holm_adjusted(std::span<const std::optional<double>> p_values);

} // namespace evalbridge
