#include "tests/upstream/layers/layer_bench.hpp"

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct KeepRate : layer_bench {
    void build(std::uint32_t per_minute) {
        options.rate.per_minute = per_minute;
        layer = keep_rate(context(), state(), vendor_below());
    }
    std::size_t sent() const { return vendor.exchanges.size(); }
    void answer_last(result<http_response> with) {
        vendor.answer(sent() - 1, std::move(with));
        settle();
    }
    /// For two minutes: longer than any window.
    outcome_ptr ask(urgency who = urgency::interactive, duration patience = 2min) {
        auto c = named();
        c.urgency = who;
        c.deadline = time.now() + patience;
        return send(get("/"), c);
    }
    /// A second at a time, as who waits looks again.
    void pass_slowly(duration span) {
        for (; span > 1s; span -= 1s)
            pass(1s);
        pass(span);
    }
};

TEST_F(KeepRate, WaitsForRoom) {
    build(1);
    const auto first = ask();
    answer_last(answer(200));
    EXPECT_EQ(first->text(), "200 {}");
    const auto second = ask();
    EXPECT_FALSE(second->ended());
    EXPECT_EQ(metric("evalbridge_rate_waiting"), 1);
    pass_slowly(60s - 1ns);
    EXPECT_EQ(sent(), 1u);
    pass(1ns);
    EXPECT_EQ(sent(), 2u);
    EXPECT_EQ(metric("evalbridge_rate_waiting"), 0);
    answer_last(answer(200));
    EXPECT_EQ(second->text(), "200 {}");
    expect_quiet();
}

TEST_F(KeepRate, RefusesAtOnceWhatCannotBeInTime) {
    build(1);
    ask();
    answer_last(answer(200));
    pass(10s);
    const auto refused = ask(urgency::interactive, 30s);
    EXPECT_EQ(refused->text(), "provider_throttled refused_here");
    const auto e = refused->failure();
    EXPECT_EQ(e.retry_after(), 50s);
    EXPECT_EQ(e.provider()->name, "main");
    EXPECT_FALSE(e.provider()->status);
    EXPECT_EQ(metric("evalbridge_rate_refusals_total"), 1);
    expect_quiet();
}

TEST_F(KeepRate, ServesTheMoreUrgentFirst) {
    build(1);
    ask();
    answer_last(answer(200));
    const auto poll = ask(urgency::watch, 5min);
    const auto client = ask(urgency::interactive);
    pass_slowly(60s);
    EXPECT_EQ(sent(), 2u);
    EXPECT_EQ(vendor.exchanges[1]->how.urgency, urgency::interactive);
    answer_last(answer(200));
    EXPECT_TRUE(client->ended());
    EXPECT_FALSE(poll->ended());
}

TEST_F(KeepRate, ListensToWhatAnswersSay) {
    build(0);
    ask();
    answer_last(answer(200, "{}", {{"ratelimit-limit", "60"}, {"ratelimit-remaining", "0"}}));
    EXPECT_EQ(state().budget.look(time.now()).minute.limit, 60u);
    EXPECT_EQ(ask(urgency::interactive, 1s)->text(), "provider_throttled refused_here");
}

TEST_F(KeepRate, PassesOnA429AndSendsNothingUntilItsTime) {
    build(0);
    const auto refused = ask();
    answer_last(answer(429, "slow down", {{"retry-after", "7"}}));
    EXPECT_EQ(refused->text(), "429 slow down");
    const auto hasty = ask(urgency::interactive, 5s);
    EXPECT_EQ(hasty->text(), "provider_throttled refused_here");
    EXPECT_EQ(hasty->failure().retry_after(), 7s);
    ask();
    pass_slowly(7s - 1ns);
    EXPECT_EQ(sent(), 1u);
    pass(1ns);
    EXPECT_EQ(sent(), 2u);
}

TEST_F(KeepRate, WhatWasNotSentTakesNoRoom) {
    build(1);
    for (const auto& e : {error(errc::provider_unavailable), error(errc::overloaded),
                          error(errc::deadline_exceeded).refused_here(true)}) {
        const auto got = ask();
        answer_last(e);
        EXPECT_TRUE(got->ended()) << got->text();
    }
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 0u);
    ask();
    answer_last(error(errc::provider_unavailable).sent());
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 1u);
}

TEST_F(KeepRate, AnExceptionOrBeingCalledOffTakesRoomLikeAnEnd) {
    build(2);
    vendor.on_send = [](const http_request&) { throw std::runtime_error("a bug"); };
    EXPECT_TRUE(ask()->thrown);
    vendor.on_send = {};
    const auto got = ask();
    got->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 2u);
    pass(60s);
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 0u); // not under way for ever
}

TEST_F(KeepRate, SendsNothingThatWaitedWhileTheBreakerOpened) {
    options.breaker.failures = 1;
    options.breaker.open_for = 5min;
    build(1);
    ask();
    answer_last(answer(200));
    const auto waits = ask(urgency::interactive, 5min);
    state().breaker.failed(state().breaker.ask(time.now()), time.now());
    for (int second = 0; second < 61; ++second)
        pass(1s);
    ASSERT_TRUE(waits->ended());
    EXPECT_EQ(waits->failure().code(), errc::provider_unavailable);
    EXPECT_TRUE(waits->failure().refused_here());
    EXPECT_EQ(sent(), 1u);
    EXPECT_EQ(state().budget.look(time.now()).minute.used, 0u);
    expect_quiet();
}

TEST_F(KeepRate, ClosingEndsTheWait) {
    build(1);
    ask();
    const auto waits = ask();
    closing.give();
    settle();
    EXPECT_EQ(waits->text(), "overloaded refused_here");
    EXPECT_EQ(waits->failure().retry_after(), 1s);
    EXPECT_EQ(ask()->text(), "overloaded refused_here"); // nobody begins to wait
    answer_last(answer(200));
    expect_quiet();
}

TEST_F(KeepRate, WhoIsCalledOffLeavesTheLine) {
    build(1);
    ask();
    answer_last(answer(200));
    const auto first = ask();
    const auto second = ask(urgency::interactive, 5min);
    first->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(first->thrown);
    EXPECT_EQ(metric("evalbridge_rate_waiting"), 1);
    pass_slowly(60s);
    EXPECT_EQ(sent(), 2u);
    answer_last(answer(200));
    EXPECT_EQ(second->text(), "200 {}");
    expect_quiet();
}

TEST_F(KeepRate, ADeadlineThatWentByInTheLineIsNotTheProviders) {
    build(1);
    ask();
    answer_last(answer(200));
    const auto late = ask(urgency::interactive, 61s);
    pass_slowly(60s);
    ASSERT_EQ(sent(), 2u);
    pass(1s);
    answer_last(error(errc::deadline_exceeded).because("no answer").sent());
    EXPECT_EQ(late->text(), "deadline_exceeded sent refused_here");
    EXPECT_EQ(late->failure().source(), error_source::gateway);
    pass(1min);
    ask(); // one that didn't wait
    answer_last(error(errc::deadline_exceeded).sent());
    ask();
}

TEST_F(KeepRate, CallsMayStillBeSuspendedWhenTheLayerGoes) {
    build(1);
    ask();
    ask();
    ask();
    layer.reset();
}

} // namespace
} // namespace evalbridge::testing
