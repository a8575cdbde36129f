#include "tests/upstream/layers/layer_bench.hpp"

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct ShareFlights : layer_bench {
    ShareFlights() { layer = share_flights(context(), state(), vendor_below()); }
    std::size_t flights() const { return vendor.exchanges.size(); }
    void land(std::size_t number, result<http_response> with) {
        vendor.answer(number, std::move(with));
        settle();
    }
    call until(duration from_now) const {
        auto c = named();
        c.deadline = time.now() + from_now;
        return c;
    }
    double joined() { return metric("evalbridge_single_flight_hits_total"); }
};

TEST_F(ShareFlights, OneExchangeServesAllWhoWantTheSame) {
    std::vector<outcome_ptr> all;
    for (int i = 0; i < 5; ++i) {
        auto c = named("client " + std::to_string(i));
        all.push_back(send(get("/runs/1"), c.named(i % 2 ? "get_run" : "watch_run")));
    }
    EXPECT_EQ(flights(), 1u);
    EXPECT_EQ(joined(), 4);
    land(0, answer(200, "for all"));
    for (const auto& each : all)
        EXPECT_EQ(each->text(), "200 for all");
    EXPECT_FALSE(send(get("/runs/1"))->ended()); // the next begins anew
    EXPECT_EQ(flights(), 2u);
}

TEST_F(ShareFlights, AClientDoesNotWaitForAPollsTurn) {
    auto poll = named();
    poll.urgency = urgency::watch;
    const auto polled = send(get("/runs/1"), poll);
    const auto asked = send(get("/runs/1"));
    EXPECT_EQ(flights(), 2u);
    land(1, answer(200, "at once"));
    EXPECT_EQ(asked->text(), "200 at once");
    EXPECT_FALSE(polled->ended());
}

TEST_F(ShareFlights, FailuresAreSharedToo) {
    const auto one = send(get("/"));
    const auto other = send(get("/"));
    land(0, error(errc::provider_malformed).sent().because("nonsense"));
    EXPECT_EQ(one->text(), "provider_malformed sent");
    EXPECT_EQ(other->failure().detail(), "nonsense");
}

TEST_F(ShareFlights, OnlyTheSameIsShared) {
    auto base = get("/runs/1");
    base.fields = {{"accept", "a"}};
    send(base);
    auto other = base;
    other.target = "/runs/2";
    send(other);
    other = base;
    other.fields[0].value = "b";
    send(other);
    other = base;
    other.fields[0].name = "x-accept";
    send(other);
    auto c = named();
    c.max_body = 1;
    send(base, c);
    EXPECT_EQ(flights(), 5u);
    EXPECT_EQ(joined(), 0);
}

TEST_F(ShareFlights, WhoKnowsThatARunHasEndedTakesNoAnswerFromBefore) {
    send(get("/runs/1"));
    auto c = named();
    c.run_has_ended = true;
    send(get("/runs/1"), c);
    EXPECT_EQ(flights(), 2u);
    send(get("/runs/1"), c);
    EXPECT_EQ(flights(), 2u);
}

TEST_F(ShareFlights, WritesAreNeverShared) {
    send(post("/runs"), create());
    send(post("/runs"), create());
    EXPECT_EQ(flights(), 2u);
}

TEST_F(ShareFlights, WhoReadsAfterAWriteGetsNoAnswerFromBefore) {
    const auto early = send(get("/runs/1"));
    send(post("/runs/1/cancel"));
    land(1, answer(200));
    const auto late = send(get("/runs/1"));
    ASSERT_EQ(flights(), 3u);
    const auto later = send(get("/runs/1"));
    EXPECT_EQ(flights(), 3u);
    land(0, answer(200, "running"));
    EXPECT_EQ(early->text(), "200 running");
    EXPECT_FALSE(late->ended());
    land(2, answer(200, "cancelled"));
    EXPECT_EQ(late->text(), "200 cancelled");
    EXPECT_EQ(later->text(), "200 cancelled");
}

TEST_F(ShareFlights, WhoHasNoTimeLeavesAlone) {
    const auto patient = send(get("/"), until(30s));
    const auto hasty = send(get("/"), until(1s));
    pass(1s);
    EXPECT_EQ(hasty->text(), "deadline_exceeded sent");
    EXPECT_EQ(hasty->failure().provider()->name, "main");
    EXPECT_FALSE(patient->ended());
    land(0, answer(200));
    EXPECT_EQ(patient->text(), "200 {}");
}

TEST_F(ShareFlights, TheLastToLeaveCallsItOff) {
    const auto one = send(get("/"));
    const auto other = send(get("/"));
    one->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(one->thrown);
    EXPECT_EQ(vendor.under_way(), 1u);
    other->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(vendor.exchanges[0]->called_off);
    EXPECT_EQ(vendor.under_way(), 0u);
    EXPECT_TRUE(log.lines.empty());
    const auto next = send(get("/")); // doesn't join one that is called off
    ASSERT_EQ(flights(), 2u);
    land(1, answer(200));
    EXPECT_EQ(next->text(), "200 {}");
}

TEST_F(ShareFlights, WhoComesInTheMomentBeforeItIsCalledOffHasItsOwn) {
    const auto one = send(get("/"));
    one->call_off.emit(boost::asio::cancellation_type::terminal);
    io.restart();
    io.poll_one(); // it is about to leave, and then to call off the flight
    const auto other = send(get("/"));
    ASSERT_EQ(flights(), 2u);
    EXPECT_TRUE(vendor.exchanges[0]->called_off);
    land(1, answer(200));
    EXPECT_EQ(other->text(), "200 {}");
}

TEST_F(ShareFlights, WhoComesBeforeTheLastHasLeftJoins) {
    const auto one = send(get("/"));
    one->call_off.emit(boost::asio::cancellation_type::terminal);
    const auto other = send(get("/"));
    EXPECT_TRUE(one->thrown);
    ASSERT_EQ(flights(), 1u);
    land(0, answer(200));
    EXPECT_EQ(other->text(), "200 {}");
}

TEST_F(ShareFlights, AFlightHasTheDeadlineOfWhoBeganIt) {
    send(get("/"), until(10s));
    EXPECT_EQ(vendor.exchanges[0]->how.deadline, time.now() + 10s);
    duration waited{};
    auto c = until(5s);
    c.waited = &waited;
    send(get("/other"), c);
    EXPECT_EQ(vendor.exchanges[1]->how.waited, nullptr); // it may outlive who asked
}

TEST_F(ShareFlights, WhoHasTimeLeftTriesAgainWhenTheFlightHadNone) {
    const auto hasty = send(get("/"), until(1s));
    const auto medium = send(get("/"), until(10s)); // the first to try again, for the other too
    const auto patient = send(get("/"), until(20s));
    pass(1s);
    EXPECT_FALSE(hasty->ended()); // the flight's own end is at hand, and tells more
    land(0, error(errc::deadline_exceeded).sent().because("its own end"));
    EXPECT_EQ(hasty->failure().detail(), "its own end");
    ASSERT_EQ(flights(), 2u); // one, for both
    EXPECT_EQ(vendor.exchanges[1]->how.deadline, time.now() + 19s);
    pass(9s);
    EXPECT_EQ(medium->text(), "deadline_exceeded sent");
    land(1, answer(200));
    EXPECT_EQ(patient->text(), "200 {}");
}

TEST_F(ShareFlights, TheSameForAFlightThatHadNoTimeToWaitForRoom) {
    const auto hasty = send(get("/"), until(1s));
    const auto patient = send(get("/"), until(20s));
    land(0, error(errc::provider_throttled).refused_here(true).retry_after(5s));
    EXPECT_EQ(hasty->text(), "provider_throttled refused_here");
    EXPECT_FALSE(patient->ended());
    land(1, error(errc::provider_throttled).refused_here(true).retry_after(50s));
    EXPECT_EQ(patient->text(), "provider_throttled refused_here"); // its own deadline, so no third
    EXPECT_EQ(flights(), 2u);
}

TEST_F(ShareFlights, AFlightThatDoesNotEndAtItsDeadlineIsNotWaitedForMuchLonger) {
    const auto got = send(get("/"), until(1s));
    pass(1s);
    EXPECT_FALSE(got->ended());
    pass(1s);
    EXPECT_EQ(got->text(), "deadline_exceeded sent");
    EXPECT_TRUE(vendor.exchanges[0]->called_off);
}

TEST_F(ShareFlights, AnExceptionIsAnInternalErrorForAll) {
    vendor.on_send = [this](const http_request&) {
        if (flights() == 1)
            throw std::runtime_error("a bug");
    };
    const auto one = send(get("/"));
    EXPECT_EQ(one->text(), "internal sent");
    EXPECT_EQ(one->failure().provider()->name, "main");
    EXPECT_EQ(one->failure().detail().find("a bug"), std::string::npos);
    EXPECT_TRUE(log.has("\"what\":\"a bug\""));
    const auto next = send(get("/"));
    land(1, answer(200));
    EXPECT_EQ(next->text(), "200 {}");
}

TEST_F(ShareFlights, ClosingRefusesWhoWaits) {
    const auto one = send(get("/"));
    send(post("/runs/1/cancel"));
    land(1, answer(200)); // the flight can't be joined any more
    const auto other = send(get("/"));
    closing.give();
    settle();
    for (const auto& each : {one, other}) {
        EXPECT_EQ(each->text(), "overloaded sent refused_here");
        EXPECT_EQ(each->failure().retry_after(), 1s);
    }
    EXPECT_EQ(vendor.under_way(), 0u);
    EXPECT_EQ(send(get("/"))->text(), "overloaded refused_here");
}

TEST_F(ShareFlights, CallsMayStillBeSuspendedWhenTheLayerGoes) {
    send(get("/a"));
    send(get("/a"));
    send(get("/b"));
    const auto left = send(get("/c"));
    left->call_off.emit(boost::asio::cancellation_type::terminal); // not carried out any more
    layer.reset();
}

} // namespace
} // namespace evalbridge::testing
