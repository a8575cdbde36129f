#pragma once
// What an implementation that shares nothing with stats/ says: independent_table.py, which computes by definition in
// whole numbers, fractions and decimals. Its figures have 21 digits, so every difference is of stats/ or of reading
// them.

#include "stats/paired_table.hpp"
#include "stats/threshold_equivalence.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace evalbridge::independent {

struct paired_row {
    paired_table table;
    double difference;
    double agreement;
    std::optional<double> kappa;
    double mcnemar;
    double lower; ///< Newcombe's, for B's rate less A's
    double upper;
};

struct proportion_row {
    std::uint64_t successes;
    std::uint64_t trials;
    double lower;
    double upper;
};

struct family_row {
    std::vector<double> p_values;
    std::vector<double> adjusted;
};

struct correlation_row {
    std::vector<double> a;
    std::vector<double> b;
    std::optional<double> tau_b;
    std::optional<double> rho;
};

struct threshold_row {
    std::vector<double> scores;
    std::vector<bool> verdicts;
    threshold_rule rule;
    std::uint64_t agreeing;
    double threshold;
};

inline constexpr std::nullopt_t null = std::nullopt;

#include "tests/stats/independent_table.inc"

} // namespace evalbridge::independent
