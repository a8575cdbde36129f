#include "upstream/policy/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using state = circuit_breaker::state;

struct CircuitBreaker : ::testing::Test {
    static breaker_options usual() {
        breaker_options options;
        options.failures = 3;
        options.open_for = 30s;
        options.max_open = 70s;
        return options;
    }
    bool fail() { return breaker.failed(breaker.ask(now), now); }
    void open() {
        for (unsigned i = 0; i < 3; ++i)
            fail();
    }
    circuit_breaker::permit probe() {
        now += breaker.look(now).until_probe;
        return breaker.ask(now);
    }
    state is() const { return breaker.look(now).is; }

    circuit_breaker breaker{usual()};
    time_point now{1h};
};

TEST_F(CircuitBreaker, OpensAfterFailuresInARow) {
    EXPECT_FALSE(fail());
    EXPECT_FALSE(fail());
    EXPECT_FALSE(breaker.succeeded(breaker.ask(now))); // begins to count anew
    EXPECT_FALSE(fail());
    EXPECT_FALSE(fail());
    EXPECT_EQ(breaker.look(now).failures, 2u);
    EXPECT_EQ(is(), state::closed);
    EXPECT_TRUE(fail());
    EXPECT_EQ(is(), state::open);
    EXPECT_EQ(breaker.look(now).openings, 1u);
    EXPECT_EQ(breaker.look(now).until_probe, 30s);
}

TEST_F(CircuitBreaker, RefusesUntilItsTimeAndThenAllowsOneProbe) {
    open();
    now += 10s;
    const auto refused = breaker.ask(now);
    EXPECT_FALSE(refused.granted);
    EXPECT_EQ(refused.wait, 20s);
    now += 20s - 1ns;
    EXPECT_FALSE(breaker.ask(now).granted);
    now += 1ns;
    const auto first = breaker.ask(now);
    EXPECT_TRUE(first.granted);
    EXPECT_TRUE(first.probe);
    EXPECT_EQ(is(), state::half_open);
    const auto second = breaker.ask(now);
    EXPECT_FALSE(second.granted);
    EXPECT_GT(second.wait, 0s);
    EXPECT_LE(second.wait, 1s);
    EXPECT_TRUE(breaker.succeeded(first));
    EXPECT_EQ(is(), state::closed);
    EXPECT_EQ(breaker.look(now).failures, 0u);
    EXPECT_TRUE(breaker.ask(now).granted);
    EXPECT_FALSE(breaker.ask(now).probe);
}

TEST_F(CircuitBreaker, StaysOpenLongerWithEachProbeThatFails) {
    open();
    for (const auto pause : {30s, 60s, 70s, 70s}) {
        EXPECT_EQ(breaker.look(now).until_probe, pause);
        EXPECT_TRUE(breaker.failed(probe(), now)); // one is enough
    }
    EXPECT_EQ(breaker.look(now).openings, 5u);
    breaker.succeeded(probe());
    open();
    EXPECT_EQ(breaker.look(now).until_probe, 30s); // as at first
}

TEST_F(CircuitBreaker, GivesAnAbandonedProbeToTheNext) {
    open();
    const auto first = probe();
    breaker.abandoned(first);
    EXPECT_EQ(is(), state::open);
    const auto second = breaker.ask(now);
    EXPECT_TRUE(second.probe);
    // What the first comes to, after all, is of another period.
    EXPECT_FALSE(breaker.succeeded(first));
    EXPECT_FALSE(breaker.failed(first, now));
    breaker.abandoned(first);
    EXPECT_EQ(is(), state::half_open);
    EXPECT_TRUE(breaker.succeeded(second));
}

TEST_F(CircuitBreaker, LearnsNothingFromAnAttemptOfAnEarlierPeriod) {
    const auto early = breaker.ask(now);
    const auto early_too = breaker.ask(now);
    open();
    EXPECT_FALSE(breaker.failed(early, now)); // doesn't make the pause longer
    EXPECT_EQ(breaker.look(now).openings, 1u);
    EXPECT_FALSE(breaker.succeeded(early_too));
    EXPECT_EQ(is(), state::open);
    const auto p = probe();
    EXPECT_FALSE(breaker.succeeded(early));
    EXPECT_EQ(is(), state::half_open);
    breaker.succeeded(p);
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(breaker.failed(early, now));
    EXPECT_EQ(is(), state::closed);
    EXPECT_FALSE(breaker.failed(p, now)); // the probe was of the period before
    EXPECT_EQ(breaker.look(now).failures, 0u);
}

TEST_F(CircuitBreaker, LearnsNothingFromAnAbandonedAttempt) {
    fail();
    fail();
    for (int i = 0; i < 10; ++i)
        breaker.abandoned(breaker.ask(now));
    EXPECT_EQ(is(), state::closed);
    EXPECT_EQ(breaker.look(now).failures, 2u);
    EXPECT_TRUE(fail());
}

TEST_F(CircuitBreaker, HasANameForEachState) {
    EXPECT_EQ(name_of(state::closed), "closed");
    EXPECT_EQ(name_of(state::open), "open");
    EXPECT_EQ(name_of(state::half_open), "half_open");
}

} // namespace
} // namespace evalbridge
