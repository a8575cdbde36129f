#include "upstream/provider_state.hpp"

#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct ProviderState : ::testing::Test {
    static upstream_options options() {
        upstream_options out;
        out.rate.per_hour = 10;
        out.breaker.failures = 1;
        return out;
    }
    bool shows(const std::string& line) const { return all.text().find(line + "\n") != std::string::npos; }

    metrics all;
    manual_clock time;
    std::optional<provider_state> state{std::in_place, "main", options(), all, time};
};

TEST_F(ProviderState, ShowsBreakerBudgetAndCache) {
    EXPECT_TRUE(shows("evalbridge_breaker_state{provider=\"main\"} 0"));
    EXPECT_TRUE(shows("evalbridge_breaker_openings_total{provider=\"main\"} 0"));
    EXPECT_TRUE(shows("evalbridge_rate_budget_remaining{provider=\"main\",window=\"hour\"} 10"));
    EXPECT_TRUE(shows("evalbridge_rate_budget_remaining{provider=\"main\",window=\"minute\"} +Inf"));
    EXPECT_TRUE(shows("evalbridge_cache_bytes{provider=\"main\"} 0"));

    state->breaker.failed(state->breaker.ask(time.now()), time.now());
    state->budget.ask(time.now(), urgency::interactive, time.now());
    state->cache.put("k", {}, time.now() + 1h);
    EXPECT_TRUE(shows("evalbridge_breaker_state{provider=\"main\"} 2"));
    EXPECT_TRUE(shows("evalbridge_breaker_openings_total{provider=\"main\"} 1"));
    EXPECT_TRUE(shows("evalbridge_rate_budget_remaining{provider=\"main\",window=\"hour\"} 9"));
    EXPECT_TRUE(shows("evalbridge_cache_bytes{provider=\"main\"} " + std::to_string(state->cache.bytes())));
    EXPECT_GT(state->cache.bytes(), 0u);

    time.advance(30s);
    const auto probe = state->breaker.ask(time.now());
    EXPECT_TRUE(shows("evalbridge_breaker_state{provider=\"main\"} 1"));
    state->breaker.failed(probe, time.now());
    EXPECT_TRUE(shows("evalbridge_breaker_openings_total{provider=\"main\"} 2"));
}

TEST_F(ProviderState, LeavesWhatItShowedWhenItGoes) {
    EXPECT_TRUE(shows("evalbridge_breaker_state{provider=\"main\"} 0"));
    state.reset();
    EXPECT_TRUE(shows("evalbridge_breaker_state{provider=\"main\"} 0"));
}

TEST_F(ProviderState, CountsAttemptsByOperationAndClass) {
    state->meters.attempt("get_run", attempt_class::answered, 20ms);
    state->meters.attempt("get_run", attempt_class::answered, 20ms);
    state->meters.attempt("get_run", attempt_class::failed, 20ms);
    state->meters.attempt("list_metrics", attempt_class::answered, 20ms);
    const auto line = [](const char* what, const char* operation) {
        return std::string("evalbridge_upstream_attempts_total{class=\"") + what + "\",operation=\"" + operation +
               "\",provider=\"main\"} ";
    };
    EXPECT_TRUE(shows(line("answered", "get_run") + "2"));
    EXPECT_TRUE(shows(line("failed", "get_run") + "1"));
    EXPECT_TRUE(shows(line("answered", "list_metrics") + "1"));
    EXPECT_TRUE(shows("evalbridge_upstream_attempt_seconds_count{provider=\"main\"} 4"));
    EXPECT_TRUE(shows("evalbridge_upstream_attempt_seconds_bucket{provider=\"main\",le=\"0.025\"} 4"));
    EXPECT_TRUE(shows("evalbridge_upstream_attempt_seconds_bucket{provider=\"main\",le=\"0.01\"} 0"));
}

TEST_F(ProviderState, RemembersTheLastFailure) {
    EXPECT_FALSE(state->failure.get());
    last_failure::record what;
    what.code = errc::provider_rejected;
    what.operation = "get_run";
    what.status = 401;
    what.at = time.wall_now();
    state->failure.set(what);
    const auto seen = state->failure.get();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->code, errc::provider_rejected);
    EXPECT_EQ(seen->operation, "get_run");
    EXPECT_EQ(seen->status, 401);
    EXPECT_EQ(seen->at, time.wall_now());
}

} // namespace
} // namespace evalbridge::testing
