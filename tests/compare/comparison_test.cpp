// What is told of each metric, and what isn't.

#include "compare/comparison.hpp"

#include "stats/holm.hpp"
#include "stats/mcnemar.hpp"
#include "tests/compare/verdicts.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using testing::rows_of;
using testing::said;

/// `count` items of a metric; the first `passed` of them pass, all of them with their score.
void add(std::vector<said>& run, const std::string& metric, int count, int passed, int first_item = 0) {
    for (int i = 0; i < count; ++i)
        run.push_back({"t" + std::to_string(first_item + i), metric, i < passed, 0.01 * (passed - i)});
}

comparison compared(const run_rows& a, const run_rows& b, std::uint32_t min_pairs = 20, bool same_vendor = true) {
    const auto matched = match_metrics(a.metrics, b.metrics, {});
    return compare(matched, a, b, join(matched, a.rows, b.rows), min_pairs, same_vendor);
}

TEST(Comparison, GivesEveryStatisticFromTheStatedNumberOfPairsOn) {
    std::vector<said> a, b;
    add(a, "m", 20, 15);
    add(b, "m", 20, 12);
    const auto enough = compared(rows_of(a), rows_of(b)).metrics.at(0);
    EXPECT_TRUE(enough.missing.empty());
    ASSERT_TRUE(enough.agreeing && enough.difference && enough.change && enough.correlation && enough.threshold);
    EXPECT_EQ(enough.table, (paired_table{12, 3, 0, 5}));
    EXPECT_DOUBLE_EQ(enough.agreeing->raw, 17.0 / 20);
    EXPECT_DOUBLE_EQ(enough.difference->estimate, -3.0 / 20);
    EXPECT_DOUBLE_EQ(enough.change->p, 0.25); // 2 / 2^3
    EXPECT_EQ(enough.threshold->agreement, 1);
    EXPECT_DOUBLE_EQ(*enough.pass_rate_delta, -0.15);

    const auto too_few = compared(rows_of(a), rows_of(b), 21).metrics.at(0);
    EXPECT_FALSE(too_few.agreeing || too_few.difference || too_few.change || too_few.correlation || too_few.threshold);
    ASSERT_EQ(too_few.missing.size(), 5u);
    for (const auto& each : too_few.missing)
        EXPECT_EQ(each.pairs, 20u) << each.statistic;
    EXPECT_EQ(too_few.concluded, conclusion::insufficient_data);
    EXPECT_DOUBLE_EQ(*too_few.pass_rate_delta, -0.15) << "the rates themselves are facts";
}

TEST(Comparison, AdjustsOverTheMetricsThatCouldBeTested) {
    std::vector<said> a, b;
    add(a, "worse", 30, 20);
    add(b, "worse", 30, 13);
    add(a, "same", 30, 20);
    add(b, "same", 30, 20);
    add(a, "few", 5, 5);
    add(b, "few", 5, 0);
    const auto got = compared(rows_of(a), rows_of(b));
    ASSERT_EQ(got.metrics.size(), 3u);
    EXPECT_DOUBLE_EQ(got.metrics[0].change->p, 0.015625); // 2 / 2^7
    EXPECT_DOUBLE_EQ(got.metrics[0].change->adjusted, 0.03125) << "of two metrics, the third has too few pairs";
    EXPECT_EQ(got.metrics[0].concluded, conclusion::regressed);
    EXPECT_EQ(got.metrics[1].concluded, conclusion::no_significant_change);
    EXPECT_EQ(got.metrics[1].agreeing->kappa, std::optional(1.0));
    EXPECT_EQ(got.metrics[2].concluded, conclusion::insufficient_data);
    const auto back = compared(rows_of(b), rows_of(a));
    EXPECT_EQ(back.metrics[0].concluded, conclusion::improved);
    EXPECT_EQ(back.metrics[0].change->adjusted, got.metrics[0].change->adjusted);
}

TEST(Comparison, HasNoKappaAndNoCorrelationWhereEverythingIsEqual) {
    std::vector<said> all;
    for (int i = 0; i < 40; ++i)
        all.push_back({"t" + std::to_string(i), "m", true, 1.0});
    const auto got = compared(rows_of(all), rows_of(all)).metrics.at(0);
    EXPECT_EQ(got.agreeing->raw, 1);
    EXPECT_FALSE(got.agreeing->kappa);
    EXPECT_FALSE(got.correlation->kendall_tau_b);
    EXPECT_FALSE(got.correlation->spearman_rho);
    EXPECT_FALSE(got.threshold->separates);
    EXPECT_EQ(got.concluded, conclusion::no_significant_change);
}

TEST(Comparison, ListsAMetricThatOneRunAloneHasWithoutNumbersOnBoth) {
    std::vector<said> a, b;
    add(a, "only in a", 30, 20);
    add(b, "only in b", 30, 20);
    const auto got = compared(rows_of(a), rows_of(b));
    ASSERT_EQ(got.metrics.size(), 2u);
    EXPECT_TRUE(got.metrics[0].a && !got.metrics[0].b);
    EXPECT_TRUE(!got.metrics[1].a && got.metrics[1].b);
    for (const auto& each : got.metrics) {
        EXPECT_FALSE(each.pass_rate_delta || each.change || each.correlation);
        EXPECT_TRUE(each.missing.empty()) << "more pairs wouldn't help";
    }
    EXPECT_EQ(got.verdicts.only_a, 30u);
    EXPECT_EQ(got.verdicts.only_b, 30u);
}

TEST(Comparison, SubtractsNoScoresThatMayBeOnDifferentScales) {
    std::vector<said> a, b;
    add(a, "m", 30, 20);
    add(b, "m", 30, 20);
    auto in_a = rows_of(a);
    const auto in_b = rows_of(b);
    EXPECT_TRUE(compared(in_a, in_b, 20, false).metrics[0].average_score_delta);
    in_a.metrics[0].scale_known = false;
    EXPECT_FALSE(compared(in_a, in_b, 20, false).metrics[0].average_score_delta);
    EXPECT_TRUE(compared(in_a, in_b, 20, true).metrics[0].average_score_delta) << "one vendor, one scale";
}

TEST(Comparison, TakesTheDirectionOfBsScoresForItsThreshold) {
    std::vector<said> a, b;
    for (int i = 0; i < 40; ++i) {
        a.push_back({"t" + std::to_string(i), "m", i < 20, {}});
        b.push_back({"t" + std::to_string(i), "m", {}, 0.1 * i});
    }
    const auto in_a = rows_of(a);
    auto in_b = rows_of(b);
    const auto found = compared(in_a, in_b).metrics.at(0).threshold;
    ASSERT_TRUE(found);
    EXPECT_EQ(found->rule, threshold_rule::at_most) << "nobody said which way, and this way agrees";
    EXPECT_EQ(found->agreement, 1);
    in_b.metrics[0].direction = score_direction::higher_is_better;
    EXPECT_EQ(compared(in_a, in_b).metrics.at(0).threshold->rule, threshold_rule::at_least);
}

TEST(Comparison, CountsVerdictsWithoutATraceInTheTotalsAndAsWithoutAKey) {
    const auto a = rows_of({{"t", "m", true, {}}, {"", "m", false, {}}});
    const auto b = rows_of({{"t", "m", true, {}}});
    const auto got = compared(a, b);
    EXPECT_EQ(got.without_key_a, 1u);
    EXPECT_EQ(got.metrics[0].a->counts.total, 2);
    EXPECT_EQ(got.metrics[0].coverage.pairs, 1u);
    EXPECT_EQ(got.metrics[0].coverage.only_a, 0u);
}

TEST(Comparison, AddsUpToWhatBothRunsHave) {
    std::mt19937_64 random(8);
    for (int turn = 0; turn < 200; ++turn) {
        const auto a = rows_of(testing::random_run(random, random() % 80));
        const auto b = rows_of(testing::random_run(random, random() % 80));
        const auto got = compared(a, b, 1);
        const auto& v = got.verdicts;
        EXPECT_EQ(v.pairs + v.only_a + v.ambiguous_a + got.without_key_a, a.verdicts);
        EXPECT_EQ(v.pairs + v.only_b + v.ambiguous_b + got.without_key_b, b.verdicts);
        std::vector<std::optional<double>> p;
        for (const auto& each : got.metrics)
            p.push_back(each.change ? std::optional(mcnemar_exact_p(each.table)) : std::nullopt);
        const auto adjusted = holm_adjusted(p);
        for (std::size_t i = 0; i < got.metrics.size(); ++i)
            if (got.metrics[i].change) {
                EXPECT_EQ(got.metrics[i].change->adjusted, adjusted[i]);
            }
    }
}

} // namespace
} // namespace evalbridge
