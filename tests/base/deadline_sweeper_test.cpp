#include "base/deadline_sweeper.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace evalbridge {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

time_point now() { return std::chrono::steady_clock::now(); }

struct DeadlineSweeper : ::testing::Test {
    /// Until the condition holds; the sweeper's tick turns the loop.
    template <class Condition> void run_until(Condition holds) {
        io.restart();
        while (!holds())
            io.run_one();
    }
    boost::asio::io_context io{1};
    std::optional<deadline_sweeper> sweeper{std::in_place, io.get_executor(), milliseconds(1)};
};

TEST_F(DeadlineSweeper, CallsOffWhatIsOverdueOnceAndNothingElse) {
    int overdue = 0;
    int early = 0;
    const auto late = sweeper->at(now() + milliseconds(5), [&] { ++overdue; });
    const auto never = sweeper->at(now() + hours(1), [&] { ++early; });
    const auto begun = now();
    run_until([&] { return late.fired(); });
    EXPECT_GE(now() - begun, milliseconds(4));
    EXPECT_EQ(overdue, 1);
    io.run_one();
    EXPECT_EQ(overdue, 1);
    EXPECT_EQ(early, 0);
    EXPECT_FALSE(never.fired());
}

TEST_F(DeadlineSweeper, ForgetsADeadlineWithItsWatch) {
    bool called = false;
    {
        const auto gone = sweeper->at(now(), [&] { called = true; });
    }
    io.run(); // ends, as nothing is left to look after
    EXPECT_FALSE(called);
}

TEST_F(DeadlineSweeper, FollowsAWatchThatMoves) {
    int calls = 0;
    auto first = sweeper->at(now(), [&] { ++calls; });
    deadline_sweeper::watch second(std::move(first));
    auto replaced = sweeper->at(now(), [&] { calls += 100; });
    replaced = std::move(second);
    run_until([&] { return replaced.fired(); });
    EXPECT_EQ(calls, 1);
    EXPECT_FALSE(first.fired());
    EXPECT_FALSE(second.fired());
    replaced = {};
    EXPECT_FALSE(replaced.fired());
}

TEST_F(DeadlineSweeper, MovesADeadline) {
    auto sooner = sweeper->at(now() + hours(1), [] {});
    auto later = sweeper->at(now() + milliseconds(1), [] {});
    later.move_to(now() + hours(1));
    sooner.move_to(now());
    run_until([&] { return sooner.fired(); });
    EXPECT_FALSE(later.fired());
}

TEST_F(DeadlineSweeper, TakesNewDeadlinesWhileItSweeps) {
    std::optional<deadline_sweeper::watch> second;
    const auto first = sweeper->at(now(), [&] { second.emplace(sweeper->at(now(), [] {})); });
    run_until([&] { return second && second->fired(); });
    EXPECT_TRUE(first.fired());
}

TEST_F(DeadlineSweeper, LetsTheLoopEndWhenItIsStopped) {
    bool called = false;
    const auto standing = sweeper->at(now() + hours(1), [&] { called = true; });
    sweeper->stop();
    io.run();
    const auto after = sweeper->at(now(), [&] { called = true; });
    io.restart();
    io.run();
    EXPECT_FALSE(called);
    EXPECT_FALSE(after.fired());
}

TEST_F(DeadlineSweeper, MayGoBeforeItsWatches) {
    auto orphan = sweeper->at(now(), [] {});
    sweeper.reset();
    EXPECT_FALSE(orphan.fired());
    orphan.move_to(now());
    io.run();
}

TEST_F(DeadlineSweeper, MayGoWhileATickIsQueued) {
    auto due = sweeper->at(now(), [] { FAIL(); });
    // The tick's timer expires while this handler runs, so that its completion is queued behind the one that destroys.
    boost::asio::post(io, [&] {
        const auto until = now() + milliseconds(3);
        while (now() < until)
            continue;
        boost::asio::post(io, [&] { sweeper.reset(); });
    });
    io.run();
    EXPECT_FALSE(due.fired());
}

} // namespace
} // namespace evalbridge
