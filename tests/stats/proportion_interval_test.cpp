#include "stats/proportion_interval.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace evalbridge {
namespace {

// Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
TEST(WilsonInterval, IsAsPublishedByNewcombe) {
    struct {
        std::uint64_t successes, trials;
        double lower, upper;
    } const rows[] = {
        {81, 263, 0.2553, 0.3662},
        {15, 148, 0.0624, 0.1605},
        {0, 20, 0.0000, 0.1611},
        {1, 29, 0.0061, 0.1718},
    };
    for (const auto& row : rows) {
        const auto found = wilson_interval(row.successes, row.trials);
        ASSERT_TRUE(found);
        EXPECT_NEAR(found->lower, row.lower, 5e-5) << row.successes << " of " << row.trials;
        EXPECT_NEAR(found->upper, row.upper, 5e-5) << row.successes << " of " << row.trials;
    }
}

TEST(WilsonInterval, OfNoTrialsIsUnknown) { EXPECT_FALSE(wilson_interval(0, 0)); }

TEST(WilsonInterval, EndsExactlyAtTheRateThatNothingContradicts) {
    for (const std::uint64_t trials : {1ull, 20ull, 1'000'000'000ull, 1ull << 52}) {
        EXPECT_EQ(wilson_interval(0, trials)->lower, 0.0);
        EXPECT_GT(wilson_interval(0, trials)->upper, 0.0);
        EXPECT_EQ(wilson_interval(trials, trials)->upper, 1.0);
        EXPECT_LT(wilson_interval(trials, trials)->lower, 1.0);
    }
}

TEST(WilsonInterval, OfFailuresMirrorsThatOfSuccesses) {
    for (std::uint64_t successes = 0; successes <= 30; ++successes) {
        const auto one = *wilson_interval(successes, 30);
        const auto other = *wilson_interval(30 - successes, 30);
        EXPECT_NEAR(one.lower, 1 - other.upper, 1e-15);
        EXPECT_LE(one.lower, successes / 30.0);
        EXPECT_GE(one.upper, successes / 30.0);
    }
}

// Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data"
// (1998), table III, method 10, as the tests of several public programs transcribe it. His e is both, f first only, g
// second only, h neither; the difference is the first's less the second's.
TEST(NewcombePairedInterval, IsAsPublished) {
    constexpr double as_printed = 5e-5;
    // Of this row e h <= f g, so that methods 8 and 10 are the same by definition; 8 is printed as 0.8737, 10 as
    // 0.8736.
    constexpr double misprinted_by_one = 1e-4;
    struct {
        std::uint64_t both, first, second, neither;
        double lower, upper, within;
    } const rows[] = {
        {36, 12, 2, 0, 0.0569, 0.3404, as_printed},  {20, 12, 2, 16, 0.0562, 0.3292, as_printed},
        {18, 12, 2, 18, 0.0562, 0.3290, as_printed}, {36, 14, 0, 0, 0.1528, 0.4167, as_printed},
        {35, 14, 0, 1, 0.1461, 0.4175, as_printed},  {18, 14, 0, 18, 0.1441, 0.3963, as_printed},
        {2, 97, 1, 0, 0.8721, 0.9854, as_printed},   {1, 97, 1, 1, 0.8736, 0.9850, misprinted_by_one},
        {0, 29, 1, 0, 0.6666, 0.9882, as_printed},   {2, 98, 0, 0, 0.9178, 0.9945, as_printed},
        {1, 98, 0, 1, 0.9171, 0.9916, as_printed},   {0, 30, 0, 0, 0.8395, 1.0000, as_printed},
        {54, 0, 0, 0, -0.0664, 0.0664, as_printed},  {53, 0, 0, 1, -0.0729, 0.0729, as_printed},
        {30, 0, 0, 24, -0.0358, 0.0358, as_printed}, {29, 0, 0, 25, -0.0354, 0.0354, as_printed},
        {28, 0, 0, 26, -0.0352, 0.0352, as_printed}, {27, 0, 0, 27, -0.0351, 0.0351, as_printed},
    };
    for (const auto& row : rows) {
        const auto found = newcombe_paired_interval({row.both, row.second, row.first, row.neither});
        ASSERT_TRUE(found);
        EXPECT_NEAR(found->lower, row.lower, row.within) << row.both << " " << row.first << " " << row.second;
        EXPECT_NEAR(found->upper, row.upper, row.within) << row.both << " " << row.first << " " << row.second;
    }
}

// Cavo et al. (2012), complete response before and after consolidation therapy, as the tests of the R package
// contingencytables have it; the difference is the first rate less the second.
TEST(NewcombePairedInterval, IsAsPublishedForTheConsolidationTherapy) {
    const auto found = *newcombe_paired_interval({59, 16, 6, 80});
    EXPECT_NEAR(found.lower, -0.1186, 5e-5);
    EXPECT_NEAR(found.upper, -0.0046, 5e-5);
}

TEST(NewcombePairedInterval, OfNoPairsIsUnknown) { EXPECT_FALSE(newcombe_paired_interval({})); }

TEST(NewcombePairedInterval, SwappingTheRunsMirrorsItAndItHoldsTheDifference) {
    for (std::uint64_t both = 0; both < 5; ++both)
        for (std::uint64_t only_a = 0; only_a < 5; ++only_a)
            for (std::uint64_t only_b = 0; only_b < 5; ++only_b)
                for (std::uint64_t neither = 0; neither < 5; ++neither) {
                    const paired_table table{both, only_a, only_b, neither};
                    if (table.total() == 0)
                        continue;
                    const auto found = *newcombe_paired_interval(table);
                    const auto mirrored = *newcombe_paired_interval(table.swapped());
                    EXPECT_EQ(found.lower, -mirrored.upper);
                    EXPECT_EQ(found.upper, -mirrored.lower);
                    EXPECT_LE(found.lower, *pass_rate_difference(table));
                    EXPECT_GE(found.upper, *pass_rate_difference(table));
                    EXPECT_GE(found.lower, -1.0);
                    EXPECT_LE(found.upper, 1.0);
                }
}

TEST(NewcombePairedInterval, IsFiniteAndNarrowForHugeCounts) {
    constexpr auto huge = std::uint64_t{1} << 50;
    for (const paired_table table :
         {paired_table{huge, huge, huge, huge}, {huge, 0, 0, 0}, {0, huge, 0, 0}, {huge, 1, 0, huge}}) {
        const auto found = *newcombe_paired_interval(table);
        EXPECT_TRUE(std::isfinite(found.lower) && std::isfinite(found.upper));
        EXPECT_LE(found.upper - found.lower, 1e-7);
        EXPECT_LE(found.lower, found.upper);
    }
}

} // namespace
} // namespace evalbridge
