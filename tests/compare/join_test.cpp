// The join against one that is as simple as it is slow.

#include "compare/join.hpp"

#include "tests/compare/verdicts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace evalbridge {
namespace {

using testing::random_run;
using testing::rows_of;
using testing::said;

joined_runs joined(const std::vector<said>& a, const std::vector<said>& b) {
    const auto in_a = rows_of(a);
    const auto in_b = rows_of(b);
    return join(match_metrics(in_a.metrics, in_b.metrics, {}), in_a.rows, in_b.rows);
}

std::vector<std::size_t> places(const std::vector<said>& run, const std::string& trace, const std::string& metric) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < run.size(); ++i)
        if (run[i].trace == trace && folded_name(run[i].metric) == metric)
            out.push_back(i);
    return out;
}

std::set<std::string> values(const std::vector<said>& a, const std::vector<said>& b, bool metrics) {
    std::set<std::string> out;
    for (const auto* run : {&a, &b})
        for (const auto& each : *run)
            if (metrics || !each.trace.empty())
                out.insert(metrics ? folded_name(each.metric) : each.trace);
    return out;
}

/// What the join has to come to, by metric; metrics in the order of their names.
struct expected {
    item_counts items;
    std::map<std::string, joined_metric> metrics;
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::string, bool>> flips;
};

void expect_pair(joined_metric& into, const said& a, const said& b) {
    if (a.score && b.score)
        into.scores.push_back({*a.score, *b.score});
    if (a.passed && b.score)
        into.judged.push_back({*b.score, *a.passed});
    if (a.passed && b.passed)
        into.table.add(*a.passed, *b.passed);
}

expected brute_force(const std::vector<said>& a, const std::vector<said>& b) {
    expected out;
    for (const auto& trace : values(a, b, false)) {
        bool any_a = false, any_b = false;
        for (const auto& metric : values(a, b, true)) {
            const auto in_a = places(a, trace, metric), in_b = places(b, trace, metric);
            any_a = any_a || !in_a.empty();
            any_b = any_b || !in_b.empty();
            auto& into = out.metrics[metric];
            if (in_a.size() != in_b.size()) {
                const bool ambiguous = !in_a.empty() && !in_b.empty();
                (ambiguous ? into.coverage.ambiguous_a : into.coverage.only_a) += in_a.size();
                (ambiguous ? into.coverage.ambiguous_b : into.coverage.only_b) += in_b.size();
                continue;
            }
            into.coverage.pairs += in_a.size();
            for (std::size_t i = 0; i < in_a.size(); ++i) {
                const auto &x = a[in_a[i]], &y = b[in_b[i]];
                expect_pair(into, x, y);
                if (x.passed && y.passed && *x.passed != *y.passed)
                    out.flips.emplace(in_a[i], in_b[i], metric, *x.passed);
            }
        }
        ++(!any_b ? out.items.only_a : !any_a ? out.items.only_b : out.items.both);
    }
    return out;
}

template <class T, class Less> void sort(std::vector<T>& list, Less less) { std::ranges::sort(list, less); }

TEST(Join, PairsWhatABruteForceSearchPairs) {
    std::mt19937_64 random(5);
    for (int turn = 0; turn < 300; ++turn) {
        const auto a = random_run(random, random() % 60), b = random_run(random, random() % 60);
        const auto in_a = rows_of(a), in_b = rows_of(b);
        const auto matched = match_metrics(in_a.metrics, in_b.metrics, {});
        const auto got = join(matched, in_a.rows, in_b.rows);
        auto want = brute_force(a, b);
        EXPECT_EQ(got.items.both, want.items.both);
        EXPECT_EQ(got.items.only_a, want.items.only_a);
        EXPECT_EQ(got.items.only_b, want.items.only_b);
        std::set<std::tuple<std::uint32_t, std::uint32_t, std::string, bool>> flips;
        for (const auto& each : got.flips) {
            const auto& match = matched[each.metric];
            const auto& metric = match.a ? in_a.metrics[*match.a] : in_b.metrics[*match.b];
            flips.emplace(each.a, each.b, folded_name(metric.metric.name), each.regression);
        }
        EXPECT_EQ(flips, want.flips);
        EXPECT_EQ(got.flips.size(), want.flips.size());
        for (std::size_t i = 0; i < matched.size(); ++i) {
            const auto& metric = matched[i].a ? in_a.metrics[*matched[i].a] : in_b.metrics[*matched[i].b];
            auto& w = want.metrics[folded_name(metric.metric.name)];
            auto g = got.metrics[i];
            EXPECT_EQ(g.coverage.pairs, w.coverage.pairs);
            EXPECT_EQ(g.coverage.only_a, w.coverage.only_a);
            EXPECT_EQ(g.coverage.only_b, w.coverage.only_b);
            EXPECT_EQ(g.coverage.ambiguous_a, w.coverage.ambiguous_a);
            EXPECT_EQ(g.coverage.ambiguous_b, w.coverage.ambiguous_b);
            EXPECT_EQ(g.table, w.table);
            const auto by_scores = [](const score_pair& x, const score_pair& y) {
                return std::pair(x.a, x.b) < std::pair(y.a, y.b);
            };
            const auto by_judged = [](const scored_verdict& x, const scored_verdict& y) {
                return std::pair(x.score, x.passed) < std::pair(y.score, y.passed);
            };
            sort(g.scores, by_scores);
            sort(w.scores, by_scores);
            sort(g.judged, by_judged);
            sort(w.judged, by_judged);
            ASSERT_EQ(g.scores.size(), w.scores.size());
            for (std::size_t k = 0; k < g.scores.size(); ++k)
                EXPECT_EQ(std::pair(g.scores[k].a, g.scores[k].b), std::pair(w.scores[k].a, w.scores[k].b));
            ASSERT_EQ(g.judged.size(), w.judged.size());
            for (std::size_t k = 0; k < g.judged.size(); ++k)
                EXPECT_EQ(std::pair(g.judged[k].score, g.judged[k].passed),
                          std::pair(w.judged[k].score, w.judged[k].passed));
        }
    }
}

TEST(Join, ListsRegressionsFirstAndEachKindInTheOrderOfA) {
    std::mt19937_64 random(6);
    const auto got = joined(random_run(random, 400), random_run(random, 400));
    ASSERT_GT(got.flips.size(), 10u);
    for (std::size_t i = 1; i < got.flips.size(); ++i) {
        const auto &before = got.flips[i - 1], &here = got.flips[i];
        EXPECT_TRUE(before.regression >= here.regression);
        if (before.regression == here.regression) {
            EXPECT_LT(before.a, here.a);
        }
    }
    const auto regressions = std::ranges::count(got.flips, true, &flip::regression);
    EXPECT_EQ(got.regressions, static_cast<std::uint64_t>(regressions));
}

TEST(Join, PairsRepeatedVerdictsInOrderWhereBothRunsHaveEquallyMany) {
    const auto got =
        joined({{"t", "m", true, {}}, {"t", "m", false, {}}}, {{"t", "m", true, {}}, {"t", "m", true, {}}});
    EXPECT_EQ(got.metrics.at(0).coverage.pairs, 2u);
    EXPECT_EQ(got.metrics.at(0).table, (paired_table{1, 0, 1, 0}));
}

TEST(Join, CallsRepeatedVerdictsAmbiguousWhereOneRunHasFewer) {
    const auto got = joined({{"t", "m", true, {}}, {"t", "m", false, {}}}, {{"t", "m", true, {}}});
    const auto& coverage = got.metrics.at(0).coverage;
    EXPECT_EQ(coverage.pairs, 0u);
    EXPECT_EQ(coverage.ambiguous_a, 2u);
    EXPECT_EQ(coverage.ambiguous_b, 1u);
    EXPECT_EQ(got.items.both, 1u);
    EXPECT_TRUE(got.flips.empty());
}

TEST(Join, FindsNothingInRunsWithoutVerdicts) {
    const auto got = joined({}, {});
    EXPECT_TRUE(got.metrics.empty());
    EXPECT_EQ(got.items.both + got.items.only_a + got.items.only_b, 0u);
}

TEST(Metrics, AreMatchedByCanonicalNameWhateverTheCase) {
    const auto a = rows_of({{"t", "Tone", true, {}}, {"t", "Safety", true, {}}});
    const auto b = rows_of({{"t", "SAFETY", true, {}}, {"t", "brevity", true, {}}});
    const auto matched = match_metrics(a.metrics, b.metrics, {});
    ASSERT_EQ(matched.size(), 3u);
    EXPECT_EQ(matched[0].a, 0u);
    EXPECT_FALSE(matched[0].b);
    EXPECT_EQ(matched[1].a, 1u);
    EXPECT_EQ(matched[1].b, 0u);
    EXPECT_FALSE(matched[2].a);
    EXPECT_EQ(matched[2].b, 1u);
}

TEST(Metrics, AreChosenByWhatEitherRunCallsThem) {
    auto a = rows_of({{"t", "tone", true, {}}, {"t", "safety", true, {}}});
    auto b = rows_of({{"t", "tone", true, {}}, {"t", "safety", true, {}}});
    b.metrics[1].metric.native_name = "Is It Safe";
    b.metrics[1].metric.native_id = "7c9a";
    for (const std::string name : {"SAFETY", "is it safe", "7c9a"}) {
        const auto matched = match_metrics(a.metrics, b.metrics, {name});
        ASSERT_EQ(matched.size(), 1u) << name;
        EXPECT_EQ(matched[0].a, 1u) << name;
        EXPECT_EQ(matched[0].b, 1u) << name;
        EXPECT_TRUE(names_of_none(a.metrics, b.metrics, {name}).empty());
    }
    EXPECT_TRUE(match_metrics(a.metrics, b.metrics, {"7C9A"}).empty()) << "ids are compared exactly";
    EXPECT_EQ(names_of_none(a.metrics, b.metrics, {"tone", "nothing"}), std::vector<std::string>{"nothing"});
    const auto matched = match_metrics(a.metrics, b.metrics, {"safety"});
    EXPECT_EQ(join(matched, a.rows, b.rows).metrics.at(0).coverage.pairs, 1u);
}

} // namespace
} // namespace evalbridge
