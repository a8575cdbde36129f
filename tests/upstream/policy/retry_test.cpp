#include "upstream/policy/retry.hpp"

#include <gtest/gtest.h>

#include <list>
#include <random>
#include <thread>
#include <vector>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

const time_point now{1h};

random_source always(double value) {
    return [value] { return value; };
}

call call_until(time_point deadline, replay may = replay::replayable) {
    call c;
    c.deadline = deadline;
    c.may_replay = may;
    return c;
}

verdict_on_attempt failure() {
    verdict_on_attempt out;
    out.what = attempt_class::failed;
    out.retryable = true;
    return out;
}

TEST(Backoff, DoublesUpToTheCap) {
    retry_options options;
    options.base = 50ms;
    options.cap = 300ms;
    const auto most = [&](unsigned attempt) { return backoff(attempt, options, always(1)); };
    EXPECT_EQ(most(1), 50ms);
    EXPECT_EQ(most(2), 100ms);
    EXPECT_EQ(most(3), 200ms);
    EXPECT_EQ(most(4), 300ms);
    EXPECT_EQ(most(5), 300ms);
    EXPECT_EQ(most(4'000'000'000), 300ms);
    EXPECT_EQ(backoff(3, options, always(0)), 0ms);
    EXPECT_EQ(backoff(3, options, always(0.25)), 50ms);
    options.base = 1s; // larger than the cap
    EXPECT_EQ(most(1), 300ms);
}

TEST(Backoff, SpreadsOverTheWholeSpan) {
    std::mt19937_64 engine(7);
    const random_source chance = [&] { return std::uniform_real_distribution<double>(0, 1)(engine); };
    const retry_options options;
    duration least = 1h;
    duration longest{};
    for (int i = 0; i < 10'000; ++i) {
        const auto wait = backoff(2, options, chance);
        ASSERT_GE(wait, 0ms);
        ASSERT_LT(wait, 100ms);
        least = std::min(least, wait);
        longest = std::max(longest, wait);
    }
    EXPECT_LT(least, 1ms);
    EXPECT_GT(longest, 99ms);
}

TEST(WaitBeforeRetry, AsksEachReasonNotTo) {
    const retry_options options; // 3 attempts, 50 ms
    const auto wait = [&](const verdict_on_attempt& last, unsigned made, const call& c) {
        return wait_before_retry(last, made, c, now, options, always(0.5));
    };
    const auto c = call_until(now + 1min);
    EXPECT_EQ(wait(failure(), 1, c), 25ms);
    EXPECT_EQ(wait(failure(), 2, c), 50ms);
    EXPECT_FALSE(wait(failure(), 3, c)); // used up

    auto final = failure();
    final.retryable = false;
    EXPECT_FALSE(wait(final, 1, c));

    EXPECT_TRUE(wait(failure(), 1, call_until(now + 25ms + 1ns)));
    EXPECT_FALSE(wait(failure(), 1, call_until(now + 25ms))); // nothing would be left
    EXPECT_FALSE(wait(failure(), 1, call_until(now - 1s)));
}

TEST(WaitBeforeRetry, NeverSendsACreateTwice) {
    const auto c = call_until(now + 1min, replay::only_if_unsent);
    auto last = failure();
    last.request_sent = true;
    EXPECT_FALSE(wait_before_retry(last, 1, c, now, {}, always(0)));
    last.request_sent = false;
    EXPECT_TRUE(wait_before_retry(last, 1, c, now, {}, always(0)));
}

TEST(WaitBeforeRetry, ObeysWhatItIsTold) {
    const auto wait = [&](std::chrono::milliseconds told, time_point deadline) {
        auto last = failure();
        last.retry_after = told;
        return wait_before_retry(last, 1, call_until(deadline), now, {}, always(0.5));
    };
    EXPECT_EQ(wait(7s, now + 1min), 7s);
    EXPECT_EQ(wait(60s, now + 1h), 60s);
    EXPECT_FALSE(wait(60s + 1ms, now + 1h)); // longer than is waited for: not shortened, but given up
    EXPECT_FALSE(wait(10s, now + 10s));
    EXPECT_EQ(wait(0s, now + 1min), 25ms); // at once, and still not all together
}

TEST(RetryBudget, AllowsItsShareButNeverLessThanTheFloor) {
    retry_options options;
    options.budget = 0.2;
    options.budget_floor = 3;
    for (const auto& [calls, allowed] : {std::pair(1u, 1u), {3u, 3u}, {15u, 3u}, {20u, 4u}, {100u, 20u}}) {
        retry_budget budget(options);
        std::list<retry_budget::active_call> active;
        for (unsigned i = 0; i < calls; ++i)
            active.emplace_back(budget);
        unsigned granted = 0;
        for (auto& each : active)
            granted += each.begin_retry() ? 1 : 0;
        EXPECT_EQ(granted, allowed) << calls;
        EXPECT_EQ(budget.retrying(), allowed) << calls;
        active.clear();
        EXPECT_EQ(budget.active(), 0u);
        EXPECT_EQ(budget.retrying(), 0u);
    }
}

TEST(RetryBudget, CanAllowNone) {
    retry_options options;
    options.budget = 0;
    options.budget_floor = 0;
    retry_budget budget(options);
    retry_budget::active_call one(budget);
    EXPECT_FALSE(one.begin_retry());
}

TEST(RetryBudget, ARetryThatEndsMakesRoomForAnother) {
    retry_options options;
    options.budget_floor = 1;
    retry_budget budget(options);
    retry_budget::active_call one(budget);
    retry_budget::active_call other(budget);
    EXPECT_TRUE(one.begin_retry());
    EXPECT_FALSE(other.begin_retry());
    one.end_retry();
    one.end_retry(); // twice is once
    EXPECT_EQ(budget.retrying(), 0u);
    EXPECT_TRUE(other.begin_retry());
}

TEST(RetryBudget, HoldsFromManyThreads) {
    retry_options options;
    options.budget = 0;
    options.budget_floor = 2;
    retry_budget budget(options);
    std::atomic<std::size_t> most{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                retry_budget::active_call one(budget);
                if (one.begin_retry()) {
                    auto seen = budget.retrying();
                    auto before = most.load();
                    while (before < seen && !most.compare_exchange_weak(before, seen)) {
                    }
                }
            }
        });
    for (auto& each : threads)
        each.join();
    EXPECT_LE(most, 2u);
    EXPECT_GE(most, 1u);
    EXPECT_EQ(budget.active(), 0u);
    EXPECT_EQ(budget.retrying(), 0u);
}

} // namespace
} // namespace evalbridge
