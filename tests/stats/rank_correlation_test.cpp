#include "stats/rank_correlation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace evalbridge {
namespace {

std::vector<score_pair> paired(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<score_pair> pairs;
    for (std::size_t i = 0; i < a.size(); ++i)
        pairs.push_back({a[i], b[i]});
    return pairs;
}

std::vector<score_pair> drawn(std::mt19937_64& random, std::size_t size, int levels) {
    std::vector<score_pair> pairs(size);
    for (auto& each : pairs) {
        each.a = static_cast<double>(random() % levels);
        each.b = random() % 2 ? each.a : static_cast<double>(random() % levels);
    }
    return pairs;
}

/// By the definition, over all pairs of items.
std::optional<double> slow_tau_b(const std::vector<score_pair>& pairs) {
    const auto sign = [](double x) { return (x > 0) - (x < 0); };
    double agreeing = 0, of_a = 0, of_b = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const int in_a = sign(pairs[i].a - pairs[j].a);
            const int in_b = sign(pairs[i].b - pairs[j].b);
            agreeing += in_a * in_b;
            of_a += in_a * in_a;
            of_b += in_b * in_b;
        }
    if (of_a == 0 || of_b == 0)
        return std::nullopt;
    return agreeing / std::sqrt(of_a * of_b);
}

// Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 187: lightness of canned tuna and the panel's
// score; R's cor.test gives tau as 0.4444444.
TEST(KendallTau, IsAsPublishedForTheTuna) {
    const auto found = correlate_ranks(
        paired({44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1}, {2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8}));
    EXPECT_EQ(found.pairs, 9u);
    EXPECT_NEAR(*found.kendall_tau_b, 0.4444444, 5e-8);
}

TEST(KendallTau, IsAsPublishedWithTies) {
    // SciPy's manual of kendalltau.
    EXPECT_NEAR(*correlate_ranks(paired({12, 2, 1, 12, 2}, {1, 4, 7, 1, 0})).kendall_tau_b, -0.47140452079103173,
                1e-15);
    // The manual of the R package ircor: no ties, and ties in one.
    const std::vector<double> x{0.67, 0.45, 0.29, 0.12, 0.57, 0.24, 0.94, 0.75, 0.08, 0.54};
    const std::vector<double> y{0.48, 0.68, 0.32, 0.09, 0.06, 0.61, 0.87, 0.22, 0.44, 0.84};
    auto tenths = y;
    for (auto& each : tenths)
        each = std::round(10 * each);
    EXPECT_NEAR(*correlate_ranks(paired(x, y)).kendall_tau_b, 0.2, 1e-15);
    EXPECT_NEAR(*correlate_ranks(paired(x, tenths)).kendall_tau_b, 0.2247333, 5e-8);
    // SPSS on 15 people's exercise and optimism, ties in both, as a question of Cross Validated (653196) cites it.
    EXPECT_NEAR(*correlate_ranks(paired({0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2},
                                        {0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 1, 2, 1}))
                     .kendall_tau_b,
                0.617, 5e-4);
}

// The example of the encyclopaedias: intelligence quotients and hours of television a week.
TEST(SpearmanRho, IsAsPublishedForTheTelevisionHours) {
    const auto found =
        correlate_ranks(paired({106, 86, 100, 101, 99, 103, 97, 113, 112, 110}, {7, 0, 27, 50, 28, 29, 20, 12, 6, 17}));
    EXPECT_NEAR(*found.spearman_rho, -29.0 / 165, 1e-15);
}

TEST(RankCorrelation, IsUnknownForFewerThanTwoPairs) {
    EXPECT_FALSE(correlate_ranks({}).kendall_tau_b);
    EXPECT_FALSE(correlate_ranks({}).spearman_rho);
    EXPECT_FALSE(correlate_ranks({{1, 2}}).kendall_tau_b);
    EXPECT_EQ(correlate_ranks({{1, 2}}).pairs, 1u);
}

TEST(RankCorrelation, IsUnknownWhereARunScoresAllTheSame) {
    for (const auto& pairs :
         {paired({1, 1, 1}, {1, 2, 3}), paired({1, 2, 3}, {5, 5, 5}), paired({0.0, -0.0}, {1, 2})}) {
        EXPECT_FALSE(correlate_ranks(pairs).kendall_tau_b);
        EXPECT_FALSE(correlate_ranks(pairs).spearman_rho);
    }
}

TEST(RankCorrelation, IsExactlyOneForTheSameOrderAndMinusOneForTheReverse) {
    std::mt19937_64 random(11);
    for (const std::size_t size : {2u, 3u, 10u, 1000u}) {
        auto pairs = drawn(random, size, 50);
        pairs[0].a = 1000;
        for (auto& each : pairs)
            each.b = std::exp(each.a / 100);
        EXPECT_EQ(correlate_ranks(pairs).kendall_tau_b, 1.0);
        EXPECT_EQ(correlate_ranks(pairs).spearman_rho, 1.0);
        for (auto& each : pairs)
            each.b = -each.b;
        EXPECT_EQ(correlate_ranks(pairs).kendall_tau_b, -1.0);
        EXPECT_EQ(correlate_ranks(pairs).spearman_rho, -1.0);
    }
}

TEST(RankCorrelation, LeavesOutPairsWithoutAScore) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    const auto found = correlate_ranks({{1, 1}, {missing, 9}, {2, 2}, {5, missing}, {3, 3}});
    EXPECT_EQ(found.pairs, 3u);
    EXPECT_EQ(found.kendall_tau_b, 1.0);
}

TEST(RankCorrelation, TakesInfiniteScoresForTheLargestAndSmallest) {
    const double infinite = std::numeric_limits<double>::infinity();
    EXPECT_EQ(correlate_ranks({{1, -infinite}, {2, 0}, {infinite, infinite}}).spearman_rho, 1.0);
}

TEST(RankCorrelation, IsWhatAllPairsOfItemsSayWhateverTheTies) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 600; ++round) {
        const auto pairs = drawn(random, random() % 30, 1 + static_cast<int>(random() % 12));
        const auto expected = slow_tau_b(pairs);
        const auto found = correlate_ranks(pairs);
        ASSERT_EQ(found.kendall_tau_b.has_value(), expected.has_value());
        if (expected) {
            EXPECT_NEAR(*found.kendall_tau_b, *expected, 1e-14);
        }
    }
}

TEST(RankCorrelation, DoesNotDependOnTheOrderOfItemsNorOnWhichRunIsA) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 100; ++round) {
        auto pairs = drawn(random, 40, 6);
        const auto found = correlate_ranks(pairs);
        std::shuffle(pairs.begin(), pairs.end(), random);
        for (auto& each : pairs)
            std::swap(each.a, each.b);
        const auto swapped = correlate_ranks(pairs);
        EXPECT_EQ(found.kendall_tau_b, swapped.kendall_tau_b);
        EXPECT_EQ(found.spearman_rho, swapped.spearman_rho);
    }
}

// No sum over ranks or pairs overflows: a reversed order has known values.
TEST(RankCorrelation, HoldsForManyPairs) {
    std::vector<score_pair> pairs(400'000);
    for (std::size_t i = 0; i < pairs.size(); ++i)
        pairs[i] = {static_cast<double>(i), -static_cast<double>(i / 2)};
    const auto found = correlate_ranks(std::move(pairs));
    const double n = 400'000;
    const double untied = n * (n - 1) / 2 - n / 2;
    EXPECT_NEAR(*found.kendall_tau_b, -std::sqrt(untied / (n * (n - 1) / 2)), 1e-15);
    // Each tie of two costs (2^3 - 2) / 12 of n (n^2 - 1) / 12.
    EXPECT_NEAR(*found.spearman_rho, -std::sqrt(1 - 3 * n / (n * (n * n - 1))), 1e-15);
}

} // namespace
} // namespace evalbridge
