#include "mapping/summary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace evalbridge {
namespace {

verdict judged(std::string metric, std::optional<bool> passed, std::optional<double> score = {}) {
    verdict v;
    v.measured.metric.name = metric;
    v.measured.metric.native_name = std::move(metric);
    v.measured.passed = passed;
    v.measured.score = score;
    return v;
}

verdict errored(std::string metric) {
    auto v = judged(std::move(metric), {});
    v.measured.error = "judge timed out";
    return v;
}

summary fold(const std::vector<verdict>& verdicts) {
    summary_fold folding("staging:run-1");
    for (const auto& v : verdicts)
        folding.add(v);
    return folding.finish();
}

void expect_counts(const verdict_counts& c, int total, int passed, int failed, int undecided, int errored) {
    EXPECT_EQ(c.total, total);
    EXPECT_EQ(c.passed, passed);
    EXPECT_EQ(c.failed, failed);
    EXPECT_EQ(c.undecided, undecided);
    EXPECT_EQ(c.errored, errored);
}

TEST(Summary, OfNothingHasNoRates) {
    const auto s = fold({});
    EXPECT_EQ(s.run_id, "staging:run-1");
    EXPECT_EQ(s.source, summary_source::computed);
    expect_counts(s.counts, 0, 0, 0, 0, 0);
    EXPECT_FALSE(s.pass_rate || s.average_score || s.average_latency_ms || s.run_terminal);
    EXPECT_TRUE(s.metrics.empty());
    EXPECT_TRUE(s.mapping.empty());
}

TEST(Summary, CountsErroredAndUndecidedApart) {
    const auto s = fold({judged("a", true), judged("a", true), judged("a", false), judged("b", {}), errored("b")});
    expect_counts(s.counts, 5, 2, 1, 1, 1);
    EXPECT_DOUBLE_EQ(s.pass_rate.value(), 2.0 / 3);
    ASSERT_EQ(s.metrics.size(), 2u);
    expect_counts(s.metrics[0].counts, 3, 2, 1, 0, 0);
    expect_counts(s.metrics[1].counts, 2, 0, 0, 1, 1);
    EXPECT_EQ(s.metrics[1].pass_rate, std::nullopt);
}

TEST(Summary, BelievesAVendorThatDecidesAndReportsAnErrorToo) {
    auto v = errored("a");
    v.measured.passed = false;
    expect_counts(fold({v}).counts, 1, 0, 1, 0, 0);
}

TEST(Summary, LeavesSpanVerdictsOut) {
    auto v = judged("a", false, 0.1);
    v.level = verdict_level::span;
    v.span = span_ref{3, {}, {}};
    const auto s = fold({judged("a", true, 0.9), v});
    expect_counts(s.counts, 1, 1, 0, 0, 0);
    EXPECT_EQ(s.average_score, 0.9);
    EXPECT_EQ(s.metrics.size(), 1u);
}

TEST(Summary, AveragesOverWhatHasAValue) {
    auto slow = judged("a", true, 1.0);
    slow.latency_ms = 300;
    auto quick = judged("a", {}, 0.5);
    quick.latency_ms = 100;
    const auto s = fold({slow, quick, errored("a")});
    EXPECT_EQ(s.average_score, 0.75);
    EXPECT_EQ(s.average_latency_ms, 200);
    EXPECT_EQ(s.metrics[0].average_score, 0.75);
    EXPECT_EQ(s.metrics[0].average_latency_ms, 200);
}

TEST(Summary, ListsMetricsInOrderOfFirstAppearance) {
    const auto s = fold({judged("zeta", true), judged("alpha", true), judged("zeta", false)});
    ASSERT_EQ(s.metrics.size(), 2u);
    EXPECT_EQ(s.metrics[0].metric.name, "zeta");
    EXPECT_EQ(s.metrics[1].metric.name, "alpha");
}

TEST(Summary, TellsMetricsApartByIdThenByName) {
    auto first = judged("same name", true);
    first.measured.metric.native_id = "id-1";
    auto second = judged("same name", false);
    second.measured.metric.native_id = "id-2";
    const auto named_like_an_id = judged("id-1", false);
    auto marked_like_a_name = judged("other", {});
    marked_like_a_name.measured.metric.native_id = "nid-1";
    const auto s = fold({first, second, named_like_an_id, first, marked_like_a_name});
    ASSERT_EQ(s.metrics.size(), 4u);
    expect_counts(s.metrics[0].counts, 2, 2, 0, 0, 0);
    EXPECT_EQ(s.metrics[2].metric.native_id, std::nullopt);
}

TEST(Summary, AveragesWithoutLosingSmallScoresBesideLargeOnes) {
    const auto s = fold({judged("a", {}, 1.0), judged("a", {}, 1e100), judged("a", {}, 1.0), judged("a", {}, -1e100)});
    EXPECT_EQ(s.average_score, 0.5);
}

TEST(Summary, PassesOverScoresThatAreNotFinite) {
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    const auto infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(fold({judged("a", true, 0.5), judged("a", true, nan), judged("a", true, infinity)}).average_score, 0.5);
    const auto beyond = fold({judged("a", true, 1.7e308), judged("a", true, 1.7e308)});
    EXPECT_EQ(beyond.average_score, std::nullopt);
}

TEST(Summary, SaysWhenItsAverageTakesInScoresOfUnknownScale) {
    auto v = judged("a", {}, 3400);
    v.measured.mapping.push_back({note_kind::defaulted, "score", "the vendor's scale is not known: as given"});
    const auto s = fold({judged("b", true, 0.9), v});
    ASSERT_EQ(s.mapping.size(), 1u);
    EXPECT_EQ(s.mapping[0].member, "average_score");
    EXPECT_EQ(s.mapping[0].kind, note_kind::derived);
    v.measured.mapping[0].kind = note_kind::derived;
    EXPECT_TRUE(fold({v}).mapping.empty());
}

TEST(Summary, TotalsAlwaysAddUpAndTheOrderOfVerdictsDoesNotMatter) {
    std::mt19937 random(20260510);
    for (int round = 0; round < 200; ++round) {
        std::vector<verdict> verdicts;
        const auto count = std::uniform_int_distribution(0, 60)(random);
        for (int i = 0; i < count; ++i) {
            auto v = judged("m" + std::to_string(random() % 5), {});
            if (random() % 2)
                v.measured.passed = random() % 2 == 0;
            if (random() % 3)
                v.measured.score = std::ldexp(std::uniform_real_distribution(-1.0, 1.0)(random), int(random() % 80));
            if (random() % 4 == 0)
                v.measured.error = "no judge";
            verdicts.push_back(std::move(v));
        }
        const auto s = fold(verdicts);
        std::int64_t over_metrics = 0;
        for (const auto& m : s.metrics) {
            EXPECT_EQ(m.counts.total, m.counts.passed + m.counts.failed + m.counts.undecided + m.counts.errored);
            over_metrics += m.counts.total;
        }
        EXPECT_EQ(s.counts.total, count);
        EXPECT_EQ(over_metrics, count);
        EXPECT_EQ(s.counts.total, s.counts.passed + s.counts.failed + s.counts.undecided + s.counts.errored);

        std::shuffle(verdicts.begin(), verdicts.end(), random);
        const auto again = fold(verdicts);
        EXPECT_EQ(again.pass_rate, s.pass_rate);
        ASSERT_EQ(again.average_score.has_value(), s.average_score.has_value());
        if (s.average_score) {
            EXPECT_DOUBLE_EQ(*again.average_score, *s.average_score);
        }
    }
}

} // namespace
} // namespace evalbridge
