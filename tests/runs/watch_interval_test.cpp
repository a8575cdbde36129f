#include "runs/watch_interval.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace evalbridge {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr double unlimited = std::numeric_limits<double>::infinity();
const random_source no_jitter = [] { return 0.5; };

double seconds_of(duration d) { return std::chrono::duration<double>(d).count(); }

double interval(duration age, std::optional<duration> usual = {}, std::size_t live = 1, double rate = unlimited,
                const random_source& chance = no_jitter) {
    return seconds_of(next_interval({age, age, usual, live, rate}, watch_options(), chance));
}

TEST(WatchInterval, GrowsWithTheRunsAgeUpToTheLongest) {
    EXPECT_DOUBLE_EQ(interval(seconds(0)), 2);
    EXPECT_DOUBLE_EQ(interval(seconds(30)), 5);
    EXPECT_DOUBLE_EQ(interval(minutes(4)), 26);
    EXPECT_DOUBLE_EQ(interval(hours(5)), 30);
    EXPECT_DOUBLE_EQ(interval(-minutes(5)), 2) << "a provider's clock may be ahead of ours";
}

TEST(WatchInterval, ShrinksNearTheUsualTime) {
    EXPECT_DOUBLE_EQ(interval(seconds(399), seconds(500)), 30);
    EXPECT_DOUBLE_EQ(interval(seconds(400), seconds(500)), 12.5);
    EXPECT_DOUBLE_EQ(interval(seconds(750), seconds(500)), 12.5);
    EXPECT_DOUBLE_EQ(interval(seconds(751), seconds(500)), 30);
    EXPECT_DOUBLE_EQ(interval(seconds(60), seconds(60)), 2) << "never below the first interval";
}

TEST(WatchInterval, IsNeverShorterThanAFairShareOfTheRate) {
    for (const double drawn : {0.0, 0.5, 0.999}) {
        const random_source chance = [drawn] { return drawn; };
        const auto share = interval(seconds(0), {}, 200, 4, chance);
        EXPECT_GE(share, 50) << drawn;
        EXPECT_LE(share, 55) << drawn;
    }
    EXPECT_DOUBLE_EQ(interval(minutes(4), {}, 2, 1), 26) << "the share is 2 s";
    EXPECT_GE(interval(seconds(100), {}, 23, 2, [] { return 0.0; }), 11.5) << "jitter doesn't go below the share";
}

TEST(WatchInterval, ARateOfNothingIsALongWaitNotAnEndlessOne) {
    EXPECT_GE(interval(seconds(0), {}, 1, 0), 3600);
    EXPECT_LE(interval(seconds(0), {}, 1, 0), 4000);
}

TEST(WatchInterval, JitterIsATenthEitherWay) {
    EXPECT_DOUBLE_EQ(interval(hours(1), {}, 1, unlimited, [] { return 0.0; }), 27);
    EXPECT_NEAR(interval(hours(1), {}, 1, unlimited, [] { return 0.9999; }), 33, 0.01);
}

TEST(StallTime, IsAMultipleOfTheUsualTimeAndNeverTooShort) {
    const watch_options options;
    EXPECT_EQ(stall_time({}, options), minutes(5));
    EXPECT_EQ(stall_time(seconds(10), options), minutes(5));
    EXPECT_EQ(stall_time(minutes(10), options), minutes(30));
}

} // namespace
} // namespace evalbridge
