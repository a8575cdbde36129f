#include "tests/upstream/layers/layer_bench.hpp"

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;
using state_of = circuit_breaker::state;

struct BreakCircuit : layer_bench {
    BreakCircuit() {
        options.breaker.failures = 2;
        layer = break_circuit(context(), state(), vendor_below());
    }
    outcome_ptr attempt(result<http_response> with, duration takes = 0s) {
        const auto got = send(get("/"));
        if (takes > 0s)
            pass(takes);
        vendor.answer(vendor.exchanges.size() - 1, std::move(with));
        settle();
        return got;
    }
    circuit_breaker::view look() { return state().breaker.look(time.now()); }
};

TEST_F(BreakCircuit, RefusesWhileOpen) {
    EXPECT_EQ(attempt(answer(503))->text(), "503 {}"); // passed on as it is
    EXPECT_EQ(attempt(error(errc::provider_unavailable))->text(), "provider_unavailable");
    EXPECT_EQ(look().is, state_of::open);
    EXPECT_TRUE(log.has("\"breaker_opened\""));
    pass(10s);
    const auto refused = send(get("/"));
    EXPECT_EQ(refused->text(), "provider_unavailable refused_here");
    const auto e = refused->failure();
    EXPECT_EQ(e.retry_after(), 20s);
    EXPECT_EQ(e.provider()->name, "main");
    EXPECT_TRUE(e.retryable());
    EXPECT_NE(e.detail().find("failed repeatedly"), std::string::npos);
    EXPECT_EQ(vendor.exchanges.size(), 2u);
    EXPECT_EQ(metric("evalbridge_breaker_refusals_total"), 1);
    pass(20s);
    auto poll = named();
    poll.urgency = urgency::watch;
    poll.deadline = time.now() + 2h;
    const auto probe = send(get("/"), poll);
    EXPECT_EQ(send(get("/"))->text(), "provider_unavailable refused_here"); // one probe
    // All wait for it, so it waits for nobody's share and not for hours.
    EXPECT_TRUE(vendor.exchanges[2]->how.probes);
    EXPECT_EQ(vendor.exchanges[2]->how.urgency, urgency::interactive);
    EXPECT_EQ(vendor.exchanges[2]->how.deadline, time.now() + options.attempt_timeout);
    vendor.answer(2, answer(200));
    settle();
    EXPECT_EQ(probe->text(), "200 {}");
    EXPECT_EQ(look().is, state_of::closed);
    EXPECT_TRUE(log.has("\"breaker_closed\""));
}

TEST_F(BreakCircuit, CountsTheProvidersFailuresAndNothingElse) {
    struct row {
        result<http_response> with;
        duration takes;
        unsigned failures; ///< after one failure and this
    };
    const row rows[] = {
        {answer(200), 0s, 0},
        {answer(404), 0s, 0},
        {answer(401), 0s, 0},
        {answer(429), 0s, 1},
        {answer(408), 0s, 1},
        {error(errc::overloaded), 0s, 1},
        {error(errc::provider_throttled).refused_here(true), 0s, 1},
        {error(errc::deadline_exceeded).refused_here(true), 10s, 1},
        {error(errc::deadline_exceeded).sent(), 4999ms, 1},
        {error(errc::deadline_exceeded), 20s, 1},
        {error(errc::internal), 0s, 1},
        {error(errc::deadline_exceeded).sent(), 5s, 2},
        {error(errc::provider_malformed).sent(), 0s, 2},
        {answer(500), 0s, 2},
    };
    for (const auto& each : rows) {
        pass(1h);
        if (look().is != state_of::closed)
            attempt(answer(200));
        attempt(answer(200));
        attempt(answer(503));
        const auto got = attempt(each.with, each.takes);
        EXPECT_EQ(look().failures, each.failures) << got->text();
        EXPECT_EQ(look().is == state_of::open, each.failures == 2) << got->text();
    }
}

TEST_F(BreakCircuit, AProbeThatComesToNothingLeavesItToTheNext) {
    layer = break_circuit(context(), state(), observe_attempts(context(), state(), vendor_below()));
    attempt(answer(503));
    attempt(answer(503));
    pass(30s);
    attempt(error(errc::overloaded)); // refused further down
    EXPECT_EQ(look().is, state_of::open);

    const auto called_off = send(get("/"));
    EXPECT_EQ(look().is, state_of::half_open);
    called_off->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(called_off->thrown);
    EXPECT_EQ(look().is, state_of::open);

    vendor.on_send = [](const http_request&) { throw std::runtime_error("a bug"); };
    EXPECT_TRUE(send(get("/"))->thrown);
    EXPECT_EQ(look().is, state_of::open);

    vendor.on_send = {};
    EXPECT_EQ(attempt(answer(200))->text(), "200 {}"); // no time had to pass
    EXPECT_EQ(look().is, state_of::closed);
    EXPECT_EQ(look().openings, 1u);
}

TEST_F(BreakCircuit, AProbeWhoseFrameIsDestroyedIsAbandoned) {
    attempt(answer(503));
    attempt(answer(503));
    pass(30s);
    send(get("/")); // left to the end of the io_context, after the layer
    EXPECT_EQ(look().is, state_of::half_open);
    layer.reset();
}

} // namespace
} // namespace evalbridge::testing
