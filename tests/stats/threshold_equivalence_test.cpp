#include "stats/threshold_equivalence.hpp"

#include "stats/proportion_interval.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace evalbridge {
namespace {

constexpr auto at_least = threshold_rule::at_least;
constexpr auto at_most = threshold_rule::at_most;
constexpr double infinite = std::numeric_limits<double>::infinity();

paired_table applied(const std::vector<scored_verdict>& pairs, threshold_rule rule, double threshold) {
    paired_table table;
    for (const auto& each : pairs)
        table.add(each.passed, passes(each.score, rule, threshold));
    return table;
}

std::vector<scored_verdict> drawn(std::mt19937_64& random, std::size_t size, int levels) {
    std::vector<scored_verdict> pairs(size);
    for (auto& each : pairs) {
        each.score = static_cast<double>(random() % levels) / 7;
        each.passed = static_cast<int>(random() % levels) < each.score * 7;
    }
    return pairs;
}

TEST(EquivalentThreshold, PartsPassedFromFailedInTheMiddle) {
    const auto found = *equivalent_threshold({{0.25, false}, {0.875, true}, {0.5, false}, {0.75, true}}, at_least);
    EXPECT_EQ(found.threshold, 0.625);
    EXPECT_EQ(found.rule, at_least);
    EXPECT_EQ(found.table, (paired_table{2, 0, 0, 2}));
    EXPECT_EQ(found.agreement, 1.0);
    EXPECT_EQ(found.agreement_interval, *wilson_interval(4, 4));
    EXPECT_EQ(found.kappa, 1.0);
    EXPECT_EQ(found.without_scores, 0.5);
    EXPECT_TRUE(found.separates);
}

TEST(EquivalentThreshold, TurnsRoundWhereLowerIsBetter) {
    const auto found = *equivalent_threshold({{0.25, true}, {0.875, false}, {0.5, true}, {0.75, false}}, at_most);
    EXPECT_EQ(found.threshold, 0.625);
    EXPECT_EQ(found.rule, at_most);
    EXPECT_EQ(found.agreement, 1.0);
}

TEST(EquivalentThreshold, FindsTheBetterSideWhereNobodyKnowsIt) {
    EXPECT_EQ(equivalent_threshold({{1, true}, {2, true}, {3, false}}, std::nullopt)->rule, at_most);
    EXPECT_EQ(equivalent_threshold({{1, false}, {2, true}, {3, true}}, std::nullopt)->rule, at_least);
    EXPECT_EQ(equivalent_threshold({{1, true}, {2, false}, {3, true}}, std::nullopt)->rule, at_least)
        << "equally good on both sides";
}

TEST(EquivalentThreshold, OfNoScoresIsUnknown) {
    EXPECT_FALSE(equivalent_threshold({}, at_least));
    EXPECT_FALSE(equivalent_threshold({{std::nan(""), true}, {infinite, false}}, std::nullopt));
}

TEST(EquivalentThreshold, LeavesOutPairsWithoutAFiniteScore) {
    const auto found =
        *equivalent_threshold({{std::nan(""), true}, {1, false}, {-infinite, true}, {2, true}}, at_least);
    EXPECT_EQ(found.table, (paired_table{1, 0, 0, 1}));
}

TEST(EquivalentThreshold, TakesTheWidestMarginThenTheSmallestOfEquals) {
    EXPECT_EQ(equivalent_threshold({{0, false}, {1, true}, {2, false}, {6, true}}, at_least)->threshold, 4);
    EXPECT_EQ(equivalent_threshold({{0, false}, {4, true}, {6, false}, {10, true}}, at_least)->threshold, 2);
}

TEST(EquivalentThreshold, NeverPartsEqualScores) {
    const auto found = *equivalent_threshold({{5, true}, {5, false}, {5, true}, {5, true}}, at_least);
    EXPECT_EQ(found.table, (paired_table{3, 0, 1, 0}));
    EXPECT_EQ(found.threshold, 5);
    EXPECT_FALSE(found.separates);
    EXPECT_EQ(found.without_scores, 0.75);
    EXPECT_EQ(found.kappa, 0.0);
}

TEST(EquivalentThreshold, SeparatesOnlyWhereItBeatsPassingAllOrNone) {
    const auto useless = *equivalent_threshold({{1, true}, {2, false}, {3, true}, {4, false}}, at_least);
    EXPECT_EQ(useless.agreement, useless.without_scores);
    EXPECT_FALSE(useless.separates) << useless.threshold;
    EXPECT_TRUE(equivalent_threshold({{1, false}, {2, true}, {3, true}, {4, false}}, at_least)->separates);
}

TEST(EquivalentThreshold, PassesNoneWhereAPassedNone) {
    for (const auto rule : {at_least, at_most}) {
        const std::vector<scored_verdict> pairs{{0.5, false}, {0.5, false}, {0.25, false}};
        const auto found = *equivalent_threshold(pairs, rule);
        EXPECT_EQ(found.table, (paired_table{0, 0, 0, 3}));
        EXPECT_EQ(applied(pairs, rule, found.threshold), found.table);
        EXPECT_FALSE(found.separates);
        EXPECT_FALSE(found.kappa);
    }
}

TEST(EquivalentThreshold, PartsNeighbouringDoublesAndTheLargestOnes) {
    constexpr double largest = std::numeric_limits<double>::max();
    constexpr double smallest = std::numeric_limits<double>::denorm_min();
    const std::pair<double, double> neighbours[] = {{1, std::nextafter(1, 2)},
                                                    {std::nextafter(1, 2), std::nextafter(std::nextafter(1, 2), 2)},
                                                    {-smallest, 0},
                                                    {0, smallest},
                                                    {smallest, 2 * smallest},
                                                    {-largest, largest},
                                                    {std::nextafter(largest, 0), largest}};
    for (const auto& [lower, higher] : neighbours)
        for (const auto rule : {at_least, at_most}) {
            const std::vector<scored_verdict> pairs{{lower, rule == at_most}, {higher, rule == at_least}};
            const auto found = *equivalent_threshold(pairs, rule);
            EXPECT_TRUE(std::isfinite(found.threshold));
            EXPECT_EQ(found.agreement, 1.0) << lower << " " << higher;
            EXPECT_EQ(applied(pairs, rule, found.threshold), found.table) << lower << " " << higher;
        }
    const auto nothing_beyond = *equivalent_threshold({{largest, false}}, at_least);
    EXPECT_TRUE(std::isfinite(nothing_beyond.threshold));
    EXPECT_EQ(nothing_beyond.agreement, 0.0);
}

TEST(EquivalentThreshold, TreatsBothZerosAsOneScore) {
    const auto found = *equivalent_threshold({{0.0, true}, {-0.0, false}}, at_least);
    EXPECT_FALSE(found.separates);
}

// Against every threshold that could matter, applied to every pair.
TEST(EquivalentThreshold, IsTheBestThereIsAndDoesWhatItSays) {
    std::mt19937_64 random(17);
    for (int round = 0; round < 500; ++round) {
        auto pairs = drawn(random, 1 + random() % 25, 1 + static_cast<int>(random() % 15));
        std::uint64_t best = 0;
        std::optional<threshold_rule> rule;
        if (const auto side = random() % 3; side < 2)
            rule = side ? at_least : at_most;
        for (const auto& each : pairs)
            for (const double candidate :
                 {each.score, std::nextafter(each.score, infinite), std::nextafter(each.score, -infinite)})
                for (const auto tried : {at_least, at_most})
                    if (!rule || rule == tried)
                        best = std::max(best, applied(pairs, tried, candidate).agreeing());
        const auto found = *equivalent_threshold(pairs, rule);
        EXPECT_EQ(found.table.agreeing(), best);
        EXPECT_EQ(applied(pairs, found.rule, found.threshold), found.table);
        EXPECT_GE(found.agreement, found.without_scores);
        EXPECT_EQ(found.agreement_interval, *wilson_interval(best, pairs.size()));

        std::shuffle(pairs.begin(), pairs.end(), random);
        EXPECT_EQ(equivalent_threshold(pairs, rule)->threshold, found.threshold) << "the order of pairs matters";
    }
}

TEST(EquivalentThreshold, MirrorsWhenScoresAreTurnedRound) {
    std::mt19937_64 random(19);
    for (int round = 0; round < 100; ++round) {
        auto pairs = drawn(random, 20, 9);
        const auto found = *equivalent_threshold(pairs, at_least);
        for (auto& each : pairs)
            each.score = -each.score;
        const auto mirrored = *equivalent_threshold(pairs, at_most);
        EXPECT_EQ(mirrored.table.agreeing(), found.table.agreeing());
        EXPECT_EQ(mirrored.separates, found.separates);
    }
}

TEST(EquivalentThreshold, HoldsForManyPairs) {
    std::mt19937_64 random(23);
    const auto pairs = drawn(random, 200'000, 1 << 20);
    const auto found = *equivalent_threshold(pairs, std::nullopt);
    EXPECT_EQ(applied(pairs, found.rule, found.threshold), found.table);
    EXPECT_NEAR(found.agreement, 0.75, 0.01) << "verdicts that follow the score in three of four";
}

} // namespace
} // namespace evalbridge
