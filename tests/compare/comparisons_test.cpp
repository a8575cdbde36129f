// Reading two runs, within limits, and telling the flips afterwards.

#include "compare/comparisons.hpp"

#include "compare/flip_texts.hpp"
#include "tests/compare/listed_run.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace evalbridge {
namespace {

using testing::listed_run;
using testing::run_task;
using testing::said;

std::vector<said> run_of(int items, int passed) {
    std::vector<said> out;
    for (int i = 0; i < items; ++i)
        out.push_back({"t" + std::to_string(i), "m", i < passed, 0.001 * i});
    return out;
}

struct Comparisons : ::testing::Test {
    testing::manual_clock time;
    comparison_limits limits;
    std::function<bool()> goes_on = [] { return true; };
    listed_run a{run_of(2500, 1500)}, b{run_of(2500, 1400)};

    call how() {
        call c;
        c.deadline = time.now() + std::chrono::seconds(10);
        return c;
    }
    comparison_task task(bool terminal = true) {
        comparison_task out;
        out.a = a.as_run("a", terminal);
        out.b = b.as_run("b", terminal);
        return out;
    }
    result<comparisons::finished> compared(comparisons& with, const comparison_task& what) {
        return run_task(with.compare(what, how(), how(), goes_on));
    }
    result<comparisons::finished> compared(const comparison_task& what) {
        comparisons with(time, limits);
        return compared(with, what);
    }
};

TEST_F(Comparisons, ReadBothRunsOnce) {
    const auto got = compared(task());
    ASSERT_TRUE(got);
    EXPECT_EQ((*got)->what.verdicts.pairs, 2500u);
    EXPECT_EQ((*got)->flips.size(), 100u);
    EXPECT_EQ(a.read.size(), 3u);
    EXPECT_EQ(b.read.size(), 3u);
}

TEST_F(Comparisons, DoNotNeedATotal) {
    a.tells_total = b.tells_total = false;
    EXPECT_EQ((*compared(task()))->what.verdicts.pairs, 2500u);
}

TEST_F(Comparisons, ReadARunOnceThatIsComparedWithItself) {
    auto itself = task();
    itself.b = itself.a;
    EXPECT_EQ((*compared(itself))->flips.size(), 0u);
    EXPECT_EQ(a.read.size(), 3u);
}

TEST_F(Comparisons, RememberRunsThatHaveEndedAndNoOthers) {
    comparisons with(time, limits);
    ASSERT_TRUE(compared(with, task()));
    ASSERT_TRUE(compared(with, task()));
    EXPECT_EQ(a.read.size(), 3u);
    auto other = task();
    other.min_pairs = 30;
    ASSERT_TRUE(compared(with, other));
    EXPECT_EQ(a.read.size(), 6u);
    time.advance(limits.remembered_for);
    ASSERT_TRUE(compared(with, task()));
    EXPECT_EQ(a.read.size(), 9u);
    ASSERT_TRUE(compared(with, task(false)));
    ASSERT_TRUE(compared(with, task(false)));
    EXPECT_EQ(a.read.size(), 15u);
}

TEST_F(Comparisons, RefuseRunsThatAreTooLargeBeforeReadingThemWhole) {
    limits.most_verdicts = 4999;
    const auto got = compared(task());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), errc::unsupported);
    EXPECT_EQ(b.read.size(), 1u) << "its total says so";
    limits.most_verdicts = 5000;
    EXPECT_TRUE(compared(task()));
    limits.most_verdicts = 4999;
    a.tells_total = b.tells_total = false;
    EXPECT_FALSE(compared(task()));
}

TEST_F(Comparisons, RefuseMoreThanThereIsRoomForAndGiveRoomBack) {
    limits.most_held = 5000;
    comparisons with(time, limits);
    EXPECT_TRUE(compared(with, task(false)));
    EXPECT_TRUE(compared(with, task(false))) << "what the first one took is given back";
    limits.most_held = 4999;
    const auto got = compared(task());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), errc::overloaded);
    EXPECT_TRUE(got.error().retry_after());
}

TEST_F(Comparisons, EndWithTheirClientAndWithTheirTime) {
    goes_on = [&] { return a.read.size() < 2; };
    EXPECT_EQ(compared(task()).error().code(), errc::overloaded);
    EXPECT_EQ(a.read.size(), 2u);
    goes_on = [] { return true; };
    b.on_read = [&] { time.advance(std::chrono::seconds(11)); };
    EXPECT_EQ(compared(task()).error().code(), errc::deadline_exceeded);
    EXPECT_EQ(b.read.size(), 1u);
}

TEST_F(Comparisons, EndWhereAProviderRepeatsAPage) {
    b.repeats = true;
    EXPECT_EQ(compared(task()).error().code(), errc::provider_malformed);
}

TEST_F(Comparisons, RefuseARunThatNamesMoreMetricsThanCanBe) {
    std::vector<said> many;
    for (std::size_t i = 0; i <= most_metrics; ++i)
        many.push_back({"t", "m" + std::to_string(i), true, {}});
    listed_run odd(many);
    auto what = task();
    what.b = odd.as_run("odd");
    EXPECT_EQ(compared(what).error().code(), errc::unsupported);
}

TEST_F(Comparisons, TellAPageOfFlipsWithAsFewReadsAsItHasPages) {
    comparisons with(time, limits);
    const auto what = task();
    const auto found = compared(with, what);
    a.read.clear();
    b.read.clear();
    const auto told = run_task(tell_flips(**found, (*found)->flips, what.a, what.b, how(), how()));
    ASSERT_TRUE(told);
    ASSERT_EQ(told->size(), 100u);
    EXPECT_EQ((*told)[0].a.trace_id, "t1400");
    EXPECT_EQ((*told)[99].b.trace_id, "t1499");
    EXPECT_TRUE((*told)[0].a.passed);
    EXPECT_FALSE((*told)[0].b.passed);
    ASSERT_EQ(a.read.size(), 1u);
    EXPECT_EQ(a.read[0].from.index, 1000u);
    EXPECT_EQ(a.read[0].skip, 400u);
    EXPECT_EQ(a.read[0].limit, 100u);
}

TEST_F(Comparisons, TellFlipsThatAreFarApartFromSeveralReads) {
    listed_run c(run_of(2500, 2500)), d(run_of(2500, 2500));
    for (const int at : {0, 1, 150, 999, 1000, 2499})
        d.verdicts[static_cast<std::size_t>(at)].measured.passed = false;
    comparison_task what;
    what.a = c.as_run("c");
    what.b = d.as_run("d");
    const auto found = compared(what);
    d.read.clear();
    const auto told = run_task(tell_flips(**found, (*found)->flips, what.a, what.b, how(), how()));
    ASSERT_TRUE(told);
    ASSERT_EQ(told->size(), 6u);
    EXPECT_EQ((*told)[3].b.trace_id, "t999");
    EXPECT_EQ((*told)[4].b.trace_id, "t1000");
    EXPECT_EQ(d.read.size(), 5u) << "0 and 1, 150, 999, 1000 of the next page, 2499";
}

TEST_F(Comparisons, SayThatARunHasChangedSinceItWasCompared) {
    const auto what = task();
    const auto found = compared(what);
    b.verdicts[1450].measured.passed = true;
    const auto told = run_task(tell_flips(**found, (*found)->flips, what.a, what.b, how(), how()));
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code(), errc::conflict);
    EXPECT_TRUE(told.error().retryable());
    b.verdicts.resize(1000);
    EXPECT_FALSE(run_task(tell_flips(**found, (*found)->flips, what.a, what.b, how(), how())));
}

TEST(ComparisonsOnInputs, TakeTheirVerdictsFromTheItems) {
    const auto items = [](listed_run& into, bool reversed) {
        for (int i = 0; i < 250; ++i) {
            const int n = reversed ? 249 - i : i;
            run_result r;
            r.id = "r" + std::to_string(i);
            r.input = "question " + std::to_string(n) + (reversed ? "\r\n" : "");
            for (const auto* metric : {"m", "n"}) {
                auto v = testing::verdict_of({"", metric, reversed ? n % 50 != 0 : true, {}});
                v.result_id = r.id;
                r.verdicts.push_back(v);
                into.verdicts.push_back(v);
            }
            into.results.push_back(std::move(r));
        }
    };
    listed_run a({}, true), b({}, true);
    items(a, false);
    items(b, true);
    testing::manual_clock time;
    comparisons with(time);
    comparison_task what;
    what.a = a.as_run("a");
    what.b = b.as_run("b");
    what.by = join_key::input;
    call how;
    how.deadline = time.now() + std::chrono::seconds(1);
    const std::function<bool()> goes_on = [] { return true; };
    const auto found = run_task(with.compare(what, how, how, goes_on));
    ASSERT_TRUE(found);
    EXPECT_EQ((*found)->what.items.both, 250u);
    EXPECT_EQ((*found)->what.verdicts.pairs, 500u);
    EXPECT_EQ((*found)->flips.size(), 10u);
    EXPECT_EQ((*found)->pages_a.size(), 3u);
    EXPECT_EQ((*found)->pages_a[1].position, 200u);
    EXPECT_EQ((*found)->pages_a[1].from, (walk_position{100, 0}));
}

TEST(ComparisonsOnInputs, AreRefusedWithoutInputs) {
    listed_run none({{"t", "m", true, {}}}), blank({}, true);
    blank.results.resize(3);
    testing::manual_clock time;
    comparisons with(time);
    call how;
    how.deadline = time.now() + std::chrono::seconds(1);
    const std::function<bool()> goes_on = [] { return true; };
    for (auto* each : {&none, &blank}) {
        comparison_task what;
        what.a = what.b = each->as_run("a");
        what.by = join_key::input;
        const auto got = run_task(with.compare(what, how, how, goes_on));
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code(), errc::unsupported);
        EXPECT_EQ(got.error().faults().at(0).pointer, "join");
    }
    EXPECT_TRUE(none.read.empty()) << "its vendor is known to give none";
}

TEST(WorkThreads, GiveWhatTheWorkReturnsOrThrowsBackToWhoWaits) {
    work_threads threads(2);
    const auto answer = [] { return 42; };
    EXPECT_EQ(run_task(threads.run(answer)), 42);
    const auto fails = []() -> int { throw std::runtime_error("bug"); };
    EXPECT_THROW(run_task(threads.run(fails)), std::runtime_error);
}

TEST(RowBudget, IsGivenBackWithItsShare) {
    row_budget budget(10);
    {
        row_budget::share one(budget), other(budget);
        EXPECT_TRUE(one.take(6));
        EXPECT_FALSE(other.take(5));
        EXPECT_TRUE(other.take(4));
        const auto moved = std::move(one);
        EXPECT_EQ(budget.held(), 10u);
    }
    EXPECT_EQ(budget.held(), 0u);
}

TEST(ComparisonMemory, ForgetsTheLeastRecentlyUsedFirst) {
    const auto of_flips = [](std::size_t flips) {
        auto out = std::make_shared<finished_comparison>();
        out->flips.resize(flips);
        return out;
    };
    const time_point now;
    comparison_memory memory(90'000, std::chrono::minutes(1));
    memory.keep("a", of_flips(1000), now);
    memory.keep("b", of_flips(1000), now);
    EXPECT_TRUE(memory.find("a", now));
    memory.keep("c", of_flips(1000), now);
    memory.keep("huge", of_flips(10'000), now);
    EXPECT_TRUE(memory.find("a", now));
    EXPECT_FALSE(memory.find("b", now));
    EXPECT_TRUE(memory.find("c", now));
    EXPECT_FALSE(memory.find("huge", now));
    EXPECT_FALSE(memory.find("a", now + std::chrono::minutes(1)));
}

} // namespace
} // namespace evalbridge
