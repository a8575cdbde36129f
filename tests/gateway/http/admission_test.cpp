// Who is let in, who waits and who is told to come back.

#include "gateway/http/admission.hpp"

#include "tests/gateway/http/held.hpp"
#include "tests/support/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

class Admission : public ::testing::Test {
  protected:
    Admission() {
        options.max_in_flight = 2;
        options.max_queued = 2;
        options.max_queue_wait = 1s;
        options.max_waiting = 1;
    }

    /// One that waits its turn; what became of it is in `tickets` and `refused`.
    void queue(int number, duration left = 1h) {
        boost::asio::co_spawn(io, wait(*this, number, time.now() + left), boost::asio::detached);
        settle();
    }
    static boost::asio::awaitable<void> wait(Admission& self, int number, time_point deadline) {
        auto got = co_await self.gate.queue(route_load::work, self.time, deadline);
        if (got)
            self.tickets.emplace_back(number, std::move(*got));
        else
            self.refused.push_back(number);
    }
    void settle() {
        io.restart();
        io.poll();
    }
    std::vector<int> served() const {
        std::vector<int> numbers;
        for (const auto& each : tickets)
            numbers.push_back(each.first);
        return numbers;
    }

    boost::asio::io_context io;
    manual_clock time;
    metrics counts;
    edge_meters meters{counts};
    edge_options options;
    admission gate{options, meters};
    std::vector<std::pair<int, admission::ticket>> tickets;
    std::vector<int> refused;
};

TEST_F(Admission, WorkHasSoManyPlacesAndThenALine) {
    auto first = gate.enter(route_load::work), second = gate.enter(route_load::work);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(gate.enter(route_load::work));
    EXPECT_FALSE(gate.full(route_load::work)) << "it may wait";
    queue(1);
    queue(2);
    EXPECT_TRUE(gate.full(route_load::work));
    EXPECT_EQ(meters.in_flight.Value(), 2);
    EXPECT_EQ(meters.queued.Value(), 2);
    queue(3);
    EXPECT_EQ(refused, std::vector{3}) << "at once";
}

TEST_F(Admission, WhoCameFirstIsServedFirst) {
    auto first = gate.enter(route_load::work), second = gate.enter(route_load::work);
    queue(1);
    queue(2);
    first.reset();
    EXPECT_FALSE(gate.enter(route_load::work)) << "nobody overtakes the line";
    settle();
    EXPECT_EQ(served(), std::vector{1});
    second.reset();
    settle();
    EXPECT_EQ(served(), (std::vector{1, 2}));
    EXPECT_EQ(meters.in_flight.Value(), 2);
    EXPECT_EQ(meters.queued.Value(), 0);
    tickets.clear();
    EXPECT_EQ(meters.in_flight.Value(), 0);
    EXPECT_TRUE(gate.enter(route_load::work));
}

TEST_F(Admission, ATurnComesInTimeOrNotAtAll) {
    auto first = gate.enter(route_load::work), second = gate.enter(route_load::work);
    queue(1);
    queue(2, 300ms); // its own deadline
    time.advance(300ms);
    settle();
    EXPECT_EQ(refused, std::vector{2});
    time.advance(699ms);
    settle();
    EXPECT_EQ(refused, std::vector{2});
    time.advance(1ms);
    settle();
    EXPECT_EQ(refused, (std::vector{2, 1}));
    EXPECT_EQ(meters.queued.Value(), 0);
    first.reset();
    EXPECT_TRUE(gate.enter(route_load::work)) << "a place that nobody waits for is free";
}

TEST_F(Admission, APlaceThatComesWithTheLastMomentIsTaken) {
    auto first = gate.enter(route_load::work), second = gate.enter(route_load::work);
    queue(1);
    time.advance(1s);
    first.reset(); // before it has run
    settle();
    EXPECT_EQ(served(), std::vector{1});
}

TEST_F(Admission, WaitsAndProbesAreApartFromWork) {
    auto first = gate.enter(route_load::work), second = gate.enter(route_load::work);
    auto wait = gate.enter(route_load::waiting);
    EXPECT_TRUE(wait);
    EXPECT_TRUE(gate.full(route_load::waiting));
    EXPECT_FALSE(gate.enter(route_load::waiting));
    EXPECT_TRUE(gate.enter(route_load::probe));
    first.reset();
    EXPECT_TRUE(gate.enter(route_load::work)) << "a wait has no place of work";
    EXPECT_EQ(meters.waiting.Value(), 1);
    wait.reset();
    EXPECT_EQ(meters.waiting.Value(), 0);
    EXPECT_TRUE(gate.enter(route_load::waiting));
}

TEST_F(Admission, ClosedItRefusesWhoWaitsAndWhoComes) {
    auto first = gate.enter(route_load::work), second = gate.enter(route_load::work);
    queue(1);
    queue(2);
    gate.close();
    settle();
    EXPECT_EQ(refused, (std::vector{1, 2}));
    first.reset();
    EXPECT_FALSE(gate.enter(route_load::work));
    EXPECT_TRUE(gate.full(route_load::waiting));
    EXPECT_TRUE(gate.enter(route_load::probe));
    second.reset();
    EXPECT_EQ(meters.in_flight.Value(), 0);
}

class Overload : public ::testing::Test {
  protected:
    void serve() {
        server.options.max_in_flight = 1;
        auto posts = open_route();
        posts.takes_body = true;
        posts.json_body = false;
        server.routes.add(verb::get, "/held", open_route(), held.make());
        server.routes.add(verb::post, "/work", posts, answering([](const auto& r) { return r.body; }));
        server.routes.add(verb::get, "/wait", open_route(route_load::waiting), waits.make());
        server.routes.add(verb::get, "/probe", open_route(route_load::probe),
                          answering([](const auto&) { return "alive"; }));
        server.start();
    }
    raw_client connect() { return raw_client(server.port()); }
    raw_client holding() {
        auto client = connect();
        client.send(get("/held"));
        EXPECT_TRUE(held.holds(1));
        return client;
    }

    gate held, waits;
    edge_server server;
};

TEST_F(Overload, BeyondTheLineARequestIsRefusedAtOnceAndTheConnectionKept) {
    server.options.max_queued = 1;
    server.options.max_queue_wait = 60s;
    serve();
    auto first = holding();
    auto second = connect();
    second.send(get("/held"));
    ASSERT_TRUE(eventually([&] { return server.meters.queued.Value() == 1; }));
    auto third = connect();
    for (int i = 0; i < 3; ++i) {
        const auto got = third.ask(post("/work", std::string(2000, 'x')));
        EXPECT_EQ(got.status, 503);
        EXPECT_EQ(got["retry-after"], "1");
        EXPECT_FALSE(got.has("connection"));
        EXPECT_NE(got.body.find("\"code\":\"overloaded\""), std::string::npos);
        EXPECT_NE(got.body.find("\"retryable\":true"), std::string::npos);
    }
    EXPECT_EQ(server.meters.shed.Value(), 3);
    held.open(server);
    EXPECT_EQ(first.read().status, 200);
    ASSERT_TRUE(held.holds(1)) << "the next in the line";
    held.open(server);
    EXPECT_EQ(second.read().status, 200);
    EXPECT_EQ(third.ask(post("/work", "now")).body, "now");
}

TEST_F(Overload, IsAnsweredBeforeTheBodyIsRead) {
    server.options.max_queued = 0;
    serve();
    auto first = holding();
    auto second = connect();
    const auto got =
        second.ask("POST /work HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100000\r\n\r\n");
    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got["connection"], "close") << "nobody knows whether the body will come";
    held.open(server);
    EXPECT_EQ(first.read().status, 200);
}

TEST_F(Overload, WhoHasWaitedLongEnoughIsRefused) {
    server.options.max_queue_wait = 50ms;
    serve();
    auto first = holding();
    auto second = connect();
    EXPECT_EQ(second.ask(post("/work", "x")).status, 503);
    EXPECT_EQ(server.meters.queued.Value(), 0);
    server.options.max_queue_wait = 60s;
    EXPECT_EQ(second.ask(post("/work", "x", "Request-Timeout: 0.05\r\n")).status, 503) << "nor beyond its deadline";
    held.open(server);
    EXPECT_EQ(first.read().status, 200);
    EXPECT_EQ(second.ask(post("/work", "x")).status, 200);
}

TEST_F(Overload, WaitsAndProbesGetIn) {
    server.options.max_queued = 0;
    server.options.max_waiting = 1;
    serve();
    auto first = holding();
    auto second = connect(), third = connect();
    second.send(get("/wait"));
    ASSERT_TRUE(waits.holds(1));
    EXPECT_EQ(third.ask(get("/wait")).status, 503) << "there is a limit to waits, too";
    EXPECT_EQ(third.ask(get("/probe")).body, "alive");
    EXPECT_EQ(third.ask(post("/work", "x")).status, 503);
    waits.open(server);
    EXPECT_EQ(second.read().status, 200);
    held.open(server);
    EXPECT_EQ(first.read().status, 200);
    EXPECT_EQ(third.ask(post("/work", "x")).status, 200);
}

TEST_F(Overload, ASlowReaderHoldsNobodyUp) {
    server.options.max_queued = 0;
    server.routes.add(verb::get, "/big", open_route(),
                      answering([](const auto&) { return std::string(32 * 1024 * 1024, 'x'); }));
    serve();
    auto slow = connect();
    slow.send(get("/big"));
    const auto head = slow.read(true); // the handler has ended, its answer is being written
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(connect().ask(post("/work", "x")).status, 200);
}

} // namespace
} // namespace evalbridge::testing
