#include "stats/mcnemar.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace evalbridge {
namespace {

double p_of(std::uint64_t only_a, std::uint64_t only_b) { return mcnemar_exact_p({0, only_a, only_b, 0}); }

// Armitage and Berry, Statistical Methods in Medical Research (1994), p. 127: two media for culturing tubercle bacilli.
// StatsDirect's manual gives the exact two-sided P of it as 0.0129.
TEST(McnemarExact, IsAsPublishedForTheTwoMedia) { EXPECT_NEAR(mcnemar_exact_p({20, 12, 2, 16}), 0.0129, 0.00005); }

TEST(McnemarExact, IsTheShareOfCoinTossesAsFarFromEven) {
    struct {
        std::uint64_t only_a, only_b;
        double expected;
    } const rows[] = {
        {0, 1, 1.0},       {0, 2, 2.0 / 4},   {0, 5, 2.0 / 32},           {1, 7, 18.0 / 256},          {1, 2, 1.0},
        {1, 3, 10.0 / 16}, {2, 4, 44.0 / 64}, {2, 12, 2 * 106.0 / 16384}, {0, 1022, std::exp2(-1021)},
    };
    for (const auto& row : rows)
        EXPECT_NEAR(p_of(row.only_a, row.only_b), row.expected, 1e-13 * row.expected)
            << row.only_a << " against " << row.only_b;
}

TEST(McnemarExact, IsOneWhereNothingChanged) {
    EXPECT_EQ(mcnemar_exact_p({}), 1.0);
    EXPECT_EQ(mcnemar_exact_p({50, 0, 0, 50}), 1.0);
}

TEST(McnemarExact, IsOneWhereChangesBalance) {
    for (const std::uint64_t each : {1ull, 2ull, 77ull, 1'000'000'000ull, 1'000'000'000'000'000ull}) {
        EXPECT_EQ(p_of(each, each), 1.0) << each;
        EXPECT_EQ(p_of(each, each + 1), 1.0) << each;
    }
}

TEST(McnemarExact, DoesNotDependOnWhichRunIsCalledA) {
    for (std::uint64_t a = 0; a < 40; ++a)
        for (std::uint64_t b = 0; b < 40; ++b)
            EXPECT_EQ(p_of(a, b), p_of(b, a));
}

TEST(McnemarExact, FallsAsTheChangesGrowMoreLopsided) {
    for (const std::uint64_t n : {9ull, 30ull, 101ull, 1000ull}) {
        double last = 0;
        for (std::uint64_t k = 0; 2 * k <= n; ++k) {
            const double p = p_of(k, n - k);
            EXPECT_GE(p, last) << k << " of " << n;
            EXPECT_LE(p, 1.0);
            last = p;
        }
    }
}

TEST(McnemarExact, IgnoresTheItemsOnWhichTheRunsAgree) {
    EXPECT_EQ(mcnemar_exact_p({0, 3, 9, 0}), mcnemar_exact_p({1'000'000'000, 3, 9, 1'000'000'000}));
}

TEST(McnemarExact, IsANumberForAnyCounts) {
    for (const std::uint64_t n : {1'000'000'000ull, 1ull << 40, 1ull << 51})
        for (const std::uint64_t less : {0ull, 1ull, 1000ull, 100'000ull, 10'000'000ull, 1'000'000'000ull}) {
            const double p = p_of(n, n - less);
            EXPECT_TRUE(p >= 0 && p <= 1) << n << " " << less << ": " << p;
        }
    EXPECT_EQ(p_of(1'000'000'000, 0), 0.0) << "smaller than a double can be";
}

// Where summing gives way to the normal tail, the two are the same to what the header promises.
TEST(McnemarExact, DoesNotJumpWhereItStopsSumming) {
    constexpr auto half = std::uint64_t{1} << 39;
    for (const std::uint64_t less : {500'000ull, 2'000'000ull, 6'000'000ull}) {
        const double summed = p_of(half - less, half + less);
        const double normal = p_of(half - less + 1, half + less + 1);
        EXPECT_NEAR(normal / summed, 1, 5e-9) << less;
    }
}

} // namespace
} // namespace evalbridge
