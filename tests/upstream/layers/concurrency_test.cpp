#include "tests/upstream/layers/layer_bench.hpp"

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct LimitConcurrency : layer_bench {
    void build(std::size_t most, std::size_t max_queue) {
        options.max_connections = most;
        options.max_queue = max_queue;
        layer = limit_concurrency(context(), state(), vendor_below());
    }
    outcome_ptr ask(const std::string& client) { return send(get('/' + client), named(client)); }
    std::string sent() const {
        std::string out;
        for (const auto& each : vendor.exchanges)
            out += each->request.target.substr(1);
        return out;
    }
    void end(std::size_t number) {
        vendor.answer(number, answer(200));
        settle();
    }
    double under_way() { return metric("evalbridge_upstream_in_flight"); }
    double queued() { return metric("evalbridge_upstream_queued"); }
};

TEST_F(LimitConcurrency, LetsSoManyThroughAtATime) {
    build(2, 10);
    std::vector<outcome_ptr> all;
    for (int i = 0; i < 4; ++i)
        all.push_back(ask("a"));
    EXPECT_EQ(vendor.exchanges.size(), 2u);
    EXPECT_EQ(under_way(), 2);
    EXPECT_EQ(queued(), 2);
    for (std::size_t i = 0; i < 4; ++i) {
        end(i);
        EXPECT_TRUE(all[i]->ended());
        EXPECT_EQ(vendor.under_way(), std::min<std::size_t>(2, 3 - i));
    }
    expect_quiet();
}

TEST_F(LimitConcurrency, ClientsTakeTurns) {
    build(1, 100);
    for (int i = 0; i < 20; ++i)
        ask("g");
    ask("m");
    ask("n");
    ask("m");
    for (std::size_t i = 0; i < 6; ++i)
        end(i);
    EXPECT_EQ(sent(), "ggmngmg");
    for (std::size_t i = 6; i < 23; ++i)
        end(i);
    expect_quiet();
}

TEST_F(LimitConcurrency, SendsNothingThatWaitedWhileTheBreakerOpened) {
    options.breaker.failures = 1;
    options.breaker.open_for = 30s;
    build(1, 10);
    const auto sent = ask("a");
    const auto waited = ask("b");
    const auto waited_too = ask("c");
    state().breaker.failed(state().breaker.ask(time.now()), time.now());
    end(0);
    EXPECT_TRUE(sent->ended());
    for (const auto& each : {waited, waited_too}) {
        ASSERT_TRUE(each->ended());
        EXPECT_EQ(each->failure().code(), errc::provider_unavailable);
        EXPECT_TRUE(each->failure().refused_here());
        EXPECT_EQ(each->failure().retry_after(), 30s);
    }
    EXPECT_EQ(vendor.exchanges.size(), 1u);
    expect_quiet();
}

TEST_F(LimitConcurrency, RefusesWhatFindsTheQueueFull) {
    build(1, 2);
    ask("a");
    ask("a");
    ask("b");
    const auto refused = ask("c");
    EXPECT_EQ(refused->text(), "overloaded refused_here");
    EXPECT_EQ(refused->failure().retry_after(), 1s);
    EXPECT_EQ(refused->failure().source(), error_source::gateway);
    EXPECT_EQ(metric("evalbridge_upstream_queue_refusals_total"), 1);
    EXPECT_EQ(queued(), 2);
}

TEST_F(LimitConcurrency, AFullQueueMakesRoomForWhoHasLessInIt) {
    build(1, 3);
    ask("g");
    std::vector<outcome_ptr> greedy;
    for (int i = 0; i < 3; ++i)
        greedy.push_back(ask("g"));
    const auto modest = ask("m");
    EXPECT_FALSE(modest->ended());
    EXPECT_EQ(greedy[2]->text(), "overloaded refused_here"); // its newest
    EXPECT_FALSE(greedy[1]->ended());
    EXPECT_EQ(ask("g")->text(), "overloaded refused_here");
    EXPECT_EQ(queued(), 3);
    EXPECT_EQ(metric("evalbridge_upstream_queue_refusals_total"), 2);
    for (std::size_t i = 0; i < 4; ++i)
        end(i);
    EXPECT_EQ(sent(), "ggmg");
    expect_quiet();
}

TEST_F(LimitConcurrency, WithoutAQueueItRefusesAtOnce) {
    build(1, 0);
    ask("a");
    EXPECT_EQ(ask("b")->text(), "overloaded refused_here");
    end(0);
    EXPECT_FALSE(ask("b")->ended());
}

TEST_F(LimitConcurrency, NobodyWaitsBeyondTheDeadline) {
    build(1, 10);
    auto longer = named();
    longer.deadline += 1h;
    send(get("/"), longer);
    const auto waits = ask("a");
    pass(30s - 1ns);
    EXPECT_FALSE(waits->ended());
    pass(1ns);
    EXPECT_EQ(waits->text(), "deadline_exceeded refused_here");
    EXPECT_EQ(waits->failure().source(), error_source::gateway);
    EXPECT_EQ(queued(), 0);
    end(0);
    expect_quiet();
}

TEST_F(LimitConcurrency, ADeadlineThatWentByInTheQueueIsNotTheProviders) {
    build(1, 10);
    ask("a");
    const auto late = ask("b");
    pass(29s);
    end(0);
    pass(1s);
    vendor.answer(1, error(errc::deadline_exceeded).because("no answer").sent());
    settle();
    EXPECT_EQ(late->text(), "deadline_exceeded sent refused_here");
    EXPECT_EQ(late->failure().source(), error_source::gateway);

    ask("c"); // one that didn't wait
    vendor.answer(2, error(errc::deadline_exceeded).sent());
    settle();
    expect_quiet();
}

TEST_F(LimitConcurrency, AnAttemptThatHadTheTimeIsTheProviders) {
    build(1, 10);
    ask("a");
    const auto late = ask("b");
    pass(25s);
    end(0);
    pass(5s);
    vendor.answer(1, error(errc::deadline_exceeded).sent());
    settle();
    EXPECT_EQ(late->text(), "deadline_exceeded sent");
}

TEST_F(LimitConcurrency, ClosingEndsTheWait) {
    build(1, 10);
    ask("a");
    const auto one = ask("a");
    const auto other = ask("b");
    closing.give();
    settle();
    EXPECT_EQ(one->text(), "overloaded refused_here");
    EXPECT_EQ(other->text(), "overloaded refused_here");
    EXPECT_EQ(ask("c")->text(), "overloaded refused_here");
    end(0);
    EXPECT_EQ(sent(), "a");
    expect_quiet();
}

TEST_F(LimitConcurrency, WhoIsCalledOffGivesBackWhatItHas) {
    build(1, 10);
    const auto under = ask("a");
    const auto waits = ask("b");
    const auto next = ask("c");
    waits->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(waits->thrown);
    EXPECT_EQ(queued(), 1);
    under->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_EQ(sent(), "ac");
    end(1);
    EXPECT_EQ(next->text(), "200 {}");
    expect_quiet();
}

TEST_F(LimitConcurrency, ASlotThatIsGrantedToOneWhoIsCalledOffGoesToTheNext) {
    build(1, 10);
    ask("a");
    const auto granted = ask("b");
    const auto next = ask("c");
    // In this order it gets the slot after its wait was called off and before it hears of that.
    granted->call_off.emit(boost::asio::cancellation_type::terminal);
    vendor.answer(0, answer(200));
    settle();
    EXPECT_TRUE(granted->thrown);
    ASSERT_EQ(sent(), "ac");
    end(1);
    EXPECT_EQ(next->text(), "200 {}");
    expect_quiet();
}

TEST_F(LimitConcurrency, AnExceptionGivesTheSlotBack) {
    build(1, 10);
    vendor.on_send = [](const http_request&) { throw std::runtime_error("a bug"); };
    EXPECT_TRUE(ask("a")->thrown);
    expect_quiet();
    vendor.on_send = {};
    EXPECT_FALSE(ask("a")->ended());
}

TEST_F(LimitConcurrency, CallsMayStillBeSuspendedWhenTheLayerGoes) {
    build(1, 10);
    ask("a");
    ask("b");
    ask("c");
    layer.reset();
}

} // namespace
} // namespace evalbridge::testing
