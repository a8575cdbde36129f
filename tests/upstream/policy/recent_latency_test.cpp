#include "upstream/policy/recent_latency.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

const time_point begin{1h};

TEST(RecentLatency, KnowsNothingAtFirst) { EXPECT_FALSE(recent_latency().look(begin)); }

TEST(RecentLatency, IsAtMostAFifthTooHighAndNeverTooLow) {
    std::mt19937 engine(3);
    std::lognormal_distribution<double> draw(std::log(0.08), 1);
    recent_latency latency;
    std::vector<double> all;
    for (int i = 0; i < 5000; ++i) {
        all.push_back(draw(engine));
        latency.add(std::chrono::duration_cast<duration>(std::chrono::duration<double>(all.back())), begin);
    }
    std::sort(all.begin(), all.end());
    const auto seen = *latency.look(begin);
    EXPECT_EQ(seen.count, 5000u);
    const std::pair<double, duration> rows[] = {{0.5, seen.p50}, {0.9, seen.p90}, {0.99, seen.p99}};
    for (const auto& [share, told] : rows) {
        const double real = all[static_cast<std::size_t>(std::ceil(share * 5000)) - 1];
        const double seconds = std::chrono::duration<double>(told).count();
        EXPECT_GE(seconds, real * (1 - 1e-6)) << share;
        EXPECT_LE(seconds, real * 1.2 * (1 + 1e-6)) << share;
    }
}

TEST(RecentLatency, OneIsEveryPercentile) {
    recent_latency latency;
    latency.add(100ms, begin);
    const auto seen = *latency.look(begin);
    EXPECT_EQ(seen.p50, seen.p99);
    EXPECT_GE(seen.p50, 100ms);
    EXPECT_LE(seen.p50, 120ms);
}

TEST(RecentLatency, TakesTheExtremes) {
    recent_latency latency;
    latency.add(-1s, begin);
    latency.add(0s, begin);
    latency.add(100us, begin);
    EXPECT_EQ(latency.look(begin)->p99, 100us);
    latency.add(1000h, begin);
    EXPECT_GT(latency.look(begin)->p99, 50min);
}

TEST(RecentLatency, ForgetsWithinOneToTwoMinutes) {
    recent_latency latency;
    for (auto at = begin; at < begin + 5min; at += 1s) {
        latency.add(1ms, at);
        const auto count = latency.look(at)->count;
        ASSERT_LE(count, 120u);
        if (at >= begin + 1min)
            ASSERT_GT(count, 60u);
    }
    const auto last = begin + 5min - 1s;
    EXPECT_TRUE(latency.look(last + 60s));
    EXPECT_FALSE(latency.look(last + 2min));
}

TEST(RecentLatency, DoesNotKeepAnythingForLongerWhenItIsSeldomLookedAt) {
    recent_latency latency;
    latency.add(1s, begin);
    latency.add(1ms, begin + 119s);
    EXPECT_EQ(latency.look(begin + 119s)->count, 2u);
    EXPECT_EQ(latency.look(begin + 121s)->count, 1u);
}

} // namespace
} // namespace evalbridge
