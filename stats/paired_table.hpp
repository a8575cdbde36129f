#pragma once
// Two runs' verdicts on the same items, counted: the fourfold table that every measure of agreement and of change
// between two runs is computed from.

#include <cstdint>
#include <optional>

namespace evalbridge {

/// Counts of pairs by what run A and run B said. The sum of the four must stay below 2^53, so that no count is rounded
/// on its way to a rate. Items that only one run decided aren't in it.
struct paired_table {
    std::uint64_t both_pass = 0;
    std::uint64_t only_a = 0; ///< passed in A, failed in B
    std::uint64_t only_b = 0; ///< failed in A, passed in B
    std::uint64_t neither = 0;

    void add(bool passed_a, bool passed_b) {
        ++(passed_a ? (passed_b ? both_pass : only_a) : (passed_b ? only_b : neither));
    }
    std::uint64_t total() const { return both_pass + only_a + only_b + neither; }
    std::uint64_t passed_in_a() const { return both_pass + only_a; }
    std::uint64_t passed_in_b() const { return both_pass + only_b; }
    std::uint64_t agreeing() const { return both_pass + neither; }
    /// Pairs on which the runs differ, the only ones that tell of a change.
    std::uint64_t discordant() const { return only_a + only_b; }
    /// The table of B against A.
    paired_table swapped() const { return {both_pass, only_b, only_a, neither}; }

    friend bool operator==(const paired_table&, const paired_table&) = default;
};

/// B's pass rate less A's, of the pairs: (only_b - only_a) / total, in [-1, 1]. nullopt of an empty table.
std::optional<double> pass_rate_difference(const paired_table&);

/// The share of pairs with the same verdict, in [0, 1]. nullopt of an empty table.
std::optional<double> raw_agreement(const paired_table&);

/// Cohen's kappa: (observed - expected agreement) / (1 - expected), in [-1, 1]; 0 where the runs agree as often as two
/// that don't look at the same items would, negative where less often. nullopt of an empty table, and where expected
/// agreement is 1: both runs passed everything, or both nothing.
///
/// Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
/// (1960), 37-46.
std::optional<double> cohens_kappa(const paired_table&);

} // namespace evalbridge
