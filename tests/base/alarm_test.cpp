// The clocks' alarms: the system's and the one of tests keep the same promises.

#include "base/clock.hpp"
#include "tests/support/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <optional>

using namespace std::chrono_literals;
using evalbridge::time_point;

namespace {

boost::asio::awaitable<void> wait_on(evalbridge::alarm& bell, time_point when, std::optional<bool>& came) {
    came = co_await bell.wait_until(when);
}

TEST(SystemAlarm, SaysWhetherItsTimeCameOrItWasWoken) {
    boost::asio::io_context io(1);
    evalbridge::system_clock time;
    const auto bell = time.make_alarm(io.get_executor());
    std::optional<bool> came;
    boost::asio::co_spawn(io, wait_on(*bell, time.now() + 1ms, came), boost::asio::detached);
    io.run();
    EXPECT_EQ(came, true);

    came.reset();
    boost::asio::co_spawn(io, wait_on(*bell, time.now() + 1h, came), boost::asio::detached);
    io.restart();
    io.poll();
    EXPECT_FALSE(came);
    bell->wake();
    io.run();
    EXPECT_EQ(came, false);
}

TEST(SystemAlarm, KeepsAWakeForTheNextWait) {
    boost::asio::io_context io(1);
    evalbridge::system_clock time;
    const auto bell = time.make_alarm(io.get_executor());
    bell->wake();
    std::optional<bool> came;
    boost::asio::co_spawn(io, wait_on(*bell, time.now() + 1h, came), boost::asio::detached);
    io.run();
    EXPECT_EQ(came, false);
}

TEST(ManualAlarm, RingsWhenTheTestSaysSo) {
    boost::asio::io_context io(1);
    evalbridge::testing::manual_clock time;
    const auto bell = time.make_alarm(io.get_executor());
    std::optional<bool> came;
    boost::asio::co_spawn(io, wait_on(*bell, time.now() + 10s, came), boost::asio::detached);
    io.poll();
    time.advance(9s);
    io.poll();
    EXPECT_FALSE(came);
    time.advance(1s);
    io.poll();
    EXPECT_EQ(came, true);

    came.reset();
    boost::asio::co_spawn(io, wait_on(*bell, time.now() + 10s, came), boost::asio::detached);
    io.restart();
    io.poll();
    bell->wake();
    io.poll();
    EXPECT_EQ(came, false);
    EXPECT_EQ(time.sleeping(), 0u);
}

} // namespace
