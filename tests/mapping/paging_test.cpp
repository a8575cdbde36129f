#include "mapping/paging.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace evalbridge {
namespace {

/// By trying every size: what plan_pages promises, said once more in the plainest way.
page_plan plan_by_trying(std::uint64_t offset, std::uint64_t count, std::uint32_t max_page_size) {
    page_plan best;
    std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
    for (std::uint32_t size = 1; size <= max_page_size; ++size) {
        const auto first = offset / size;
        const auto last = (offset + count - 1) / size;
        if (last - first + 1 < fewest) {
            fewest = last - first + 1;
            best = {size, first + 1, last + 1, offset % size};
        }
    }
    return best;
}

void expect_best(std::uint64_t offset, std::uint64_t count, std::uint32_t max_page_size) {
    const auto plan = plan_pages(offset, count, max_page_size);
    const auto best = plan_by_trying(offset, count, max_page_size);
    ASSERT_EQ(plan.page_size, best.page_size) << offset << " " << count << " " << max_page_size;
    ASSERT_EQ(plan.first_page, best.first_page) << offset << " " << count << " " << max_page_size;
    ASSERT_EQ(plan.last_page, best.last_page) << offset << " " << count << " " << max_page_size;
    ASSERT_EQ(plan.skip, best.skip) << offset << " " << count << " " << max_page_size;
}

TEST(PlanPages, AskForOnePageWhereTheWindowIsAligned) {
    const auto plan = plan_pages(100, 50, 100);
    EXPECT_EQ(plan.page_size, 50u);
    EXPECT_EQ(plan.first_page, 3u);
    EXPECT_EQ(plan.last_page, 3u);
    EXPECT_EQ(plan.skip, 0u);
}

TEST(PlanPages, FindASizeThatTakesAnUnalignedWindowInOnePage) {
    const auto plan = plan_pages(30, 50, 100);
    EXPECT_EQ(plan.first_page, plan.last_page);
    EXPECT_EQ(plan.page_size, 80u);
    EXPECT_EQ(plan.skip, 30u);
}

TEST(PlanPages, AreTheBestOfAllForEverySmallWindow) {
    for (std::uint32_t max = 1; max <= 12; ++max)
        for (std::uint64_t offset = 0; offset <= 60; ++offset)
            for (std::uint64_t count = 1; count <= 30; ++count)
                expect_best(offset, count, max);
}

TEST(PlanPages, AreTheBestOfAllForRandomWindows) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 3000; ++i) {
        const auto offset = random() >> (11 + random() % 53);
        expect_best(offset, 1 + random() % 1001, static_cast<std::uint32_t>(1 + random() % 1000));
    }
}

TEST(PlanPages, AreTheBestOfAllWhereNoSizeIsAligned) {
    // One less than a number that 1 to 40 all divide: a window of two items is cut by every size up to 40.
    constexpr std::uint64_t cut_by_all = 5342931457063200 - 1;
    for (std::uint32_t max = 2; max <= 60; ++max)
        for (const std::uint64_t count : {2, 3, 40, 1000})
            expect_best(cut_by_all, count, max);
}

TEST(PlanPages, CoverTheWindowAtTheEndsOfTheNumbers) {
    constexpr auto end = std::numeric_limits<std::uint64_t>::max();
    for (const auto offset : {end, end - 1, end - 999, std::uint64_t(1) << 53}) {
        const auto plan = plan_pages(offset, 1000, 1000);
        EXPECT_GE(plan.page_size, 1u);
        EXPECT_LE(plan.page_size, 1000u);
        EXPECT_LE(plan.last_page - plan.first_page, 1u);
        EXPECT_EQ((plan.first_page - 1) * plan.page_size + plan.skip, offset);
    }
    EXPECT_EQ(plan_pages(5, end, 1000).page_size, 1000u);
}

TEST(PlanPages, TakeZeroForOne) {
    EXPECT_EQ(plan_pages(7, 0, 0).page_size, 1u);
    EXPECT_EQ(plan_pages(7, 0, 0).first_page, 8u);
    EXPECT_EQ(plan_pages(0, 0, 100).page_size, 1u);
}

TEST(PlanPages, AreFoundQuicklyWhateverTheMaximum) {
    constexpr auto max = std::numeric_limits<std::uint32_t>::max();
    EXPECT_EQ(plan_pages(0, 1000, max).page_size, 1000u);
    EXPECT_EQ(plan_pages(std::uint64_t(1) << 53, 1000, max).first_page,
              plan_pages(std::uint64_t(1) << 53, 1000, max).last_page);
}

verdict example() {
    verdict v;
    v.measured.metric = {"correctness", "Correctness (General)", "Id-1", metric_kind::llm_judge};
    v.measured.passed = false;
    v.trace_id = "Trace-1";
    return v;
}

TEST(VerdictFilter, KeepsEveryItemVerdictWhenEmpty) {
    EXPECT_TRUE(verdict_filter{}.empty());
    EXPECT_TRUE(matches({}, example()));
}

TEST(VerdictFilter, TellsPassedFailedAndUndecidedApart) {
    using enum verdict_filter::passed_is;
    struct {
        std::optional<bool> passed;
        verdict_filter::passed_is kept_by;
    } const cases[] = {{true, yes}, {false, no}, {std::nullopt, undecided}};
    for (const auto& c : cases) {
        auto v = example();
        v.measured.passed = c.passed;
        for (const auto wanted : {yes, no, undecided}) {
            verdict_filter filter;
            filter.passed = wanted;
            EXPECT_EQ(matches(filter, v), wanted == c.kept_by);
        }
    }
}

TEST(VerdictFilter, CountsWhatCouldNotBeCalculatedAsUndecided) {
    auto v = example();
    v.measured.passed.reset();
    v.measured.error = "judge timed out";
    verdict_filter filter;
    filter.passed = verdict_filter::passed_is::undecided;
    EXPECT_TRUE(matches(filter, v));
}

TEST(VerdictFilter, KnowsAMetricByEitherNameOrItsId) {
    struct {
        const char* wanted;
        bool kept;
    } const cases[] = {
        {"correctness", true}, {"CORRECTNESS", true}, {"correctness (general)", true}, {"Id-1", true}, {"id-1", false},
        {"correct", false},    {"", false},
    };
    for (const auto& c : cases) {
        verdict_filter filter;
        filter.metric = c.wanted;
        EXPECT_EQ(matches(filter, example()), c.kept) << c.wanted;
    }
}

TEST(VerdictFilter, MissesNoIdWhereTheMetricHasNone) {
    auto v = example();
    v.measured.metric.native_id.reset();
    verdict_filter filter;
    filter.metric = "Id-1";
    EXPECT_FALSE(matches(filter, v));
}

TEST(VerdictFilter, KeepsTheLevelAskedFor) {
    using enum verdict_filter::levels;
    auto of_span = example();
    of_span.level = verdict_level::span;
    of_span.span = span_ref{};
    struct {
        verdict_filter::levels level;
        bool keeps_item, keeps_span;
    } const cases[] = {{item, true, false}, {span, false, true}, {all, true, true}};
    for (const auto& c : cases) {
        verdict_filter filter;
        filter.level = c.level;
        EXPECT_EQ(matches(filter, example()), c.keeps_item);
        EXPECT_EQ(matches(filter, of_span), c.keeps_span);
    }
}

TEST(VerdictFilter, ComparesTraceIdsExactly) {
    verdict_filter filter;
    filter.trace_id = "Trace-1";
    EXPECT_TRUE(matches(filter, example()));
    filter.trace_id = "trace-1";
    EXPECT_FALSE(matches(filter, example()));
    auto without = example();
    without.trace_id.reset();
    EXPECT_FALSE(matches(filter, without));
}

TEST(VerdictFilter, NeedsEveryConditionAtOnce) {
    verdict_filter filter{verdict_filter::passed_is::no, "correctness", verdict_filter::levels::item, "Trace-1"};
    EXPECT_TRUE(matches(filter, example()));
    filter.passed = verdict_filter::passed_is::yes;
    EXPECT_FALSE(matches(filter, example()));
}

TEST(VerdictFilter, ListsEveryResultWhenEmptyEvenOneWithoutVerdicts) {
    EXPECT_TRUE(matches(verdict_filter{}, run_result{}));
    verdict_filter spans;
    spans.level = verdict_filter::levels::span;
    EXPECT_TRUE(matches(spans, run_result{}));
}

TEST(VerdictFilter, ListsAResultWhenOneVerdictMatchesInFull) {
    run_result r;
    r.verdicts = {example(), example()};
    r.verdicts[0].measured.passed = true;
    r.verdicts[1].measured.metric = {"toxicity", "toxicity", {}, metric_kind::unknown};
    verdict_filter filter;
    filter.passed = verdict_filter::passed_is::no;
    EXPECT_TRUE(matches(filter, r));
    filter.metric = "correctness"; // failed, and on correctness, but not the same verdict
    EXPECT_FALSE(matches(filter, r));
}

TEST(VerdictFilter, ListsAResultByItsOwnTraceId) {
    run_result r;
    r.trace_id = "Trace-9";
    verdict_filter filter;
    filter.trace_id = "Trace-9";
    EXPECT_TRUE(matches(filter, r));
    filter.trace_id = "Trace-1";
    EXPECT_FALSE(matches(filter, r));
    r.verdicts = {example()};
    EXPECT_TRUE(matches(filter, r));
}

TEST(VerdictFilter, LendsAResultsTraceIdToItsVerdicts) {
    run_result r;
    r.trace_id = "Trace-9";
    r.verdicts = {example()};
    r.verdicts[0].trace_id.reset();
    verdict_filter filter;
    filter.trace_id = "Trace-9";
    filter.passed = verdict_filter::passed_is::no;
    EXPECT_TRUE(matches(filter, r));
    filter.passed = verdict_filter::passed_is::yes;
    EXPECT_FALSE(matches(filter, r));
}

} // namespace
} // namespace evalbridge
