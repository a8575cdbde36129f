// What slow, silent and too many clients meet; short timeouts, real time, no fixed waiting.

#include "tests/gateway/http/held.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

void add_thing(edge_server& server) {
    route_options open;
    open.authenticated = false;
    open.takes_body = true;
    open.json_body = false;
    server.routes.add(verb::get, "/thing", open, answering([](const auto&) { return "{}"; }));
    server.routes.add(verb::post, "/thing", open, answering([](const auto& r) { return r.body; }));
}

TEST(Deadline, AHalfSentHeadIsA408) {
    edge_server server;
    add_thing(server);
    server.options.header_timeout = 60ms;
    server.start();
    raw_client client(server.port());
    const auto got = client.ask("GET /thing HTTP/1.1\r\nHo");
    EXPECT_EQ(got.status, 408);
    EXPECT_EQ(got["connection"], "close");
    EXPECT_TRUE(client.closed());
}

TEST(Deadline, TheHeadsIsAbsoluteHoweverBusilyItTrickles) {
    edge_server server;
    add_thing(server);
    server.options.header_timeout = 100ms;
    server.options.head.block = 256 * 1024 * 1024; // so that the time runs out first
    server.start();
    raw_client client(server.port());
    client.send("GET /thing HTTP/1.1\r\n");
    std::atomic<bool> answered = false;
    std::thread trickle([&] {
        while (!answered)
            client.send("A: b\r\n");
    });
    EXPECT_EQ(client.read().status, 408);
    answered = true;
    trickle.join();
}

TEST(Deadline, ASilentClientIsClosedWithoutAWord) {
    edge_server server;
    add_thing(server);
    server.options.header_timeout = 60ms;
    server.start();
    raw_client client(server.port());
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(server.comes_to(0));
}

TEST(Deadline, TheHeadsRunsFromItsFirstByte) {
    edge_server server;
    add_thing(server);
    server.options.idle_timeout = 100ms;
    server.options.header_timeout = 500ms;
    server.start();
    raw_client fresh(server.port()), idle(server.port());
    EXPECT_EQ(idle.ask(get("/thing")).status, 200);
    EXPECT_TRUE(idle.closed()) << "so much time has passed";
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(fresh.ask("GET /thing HTTP/1.1\r\nHo").status, 408);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 500ms);
}

TEST(Deadline, AnIdleConnectionIsClosedWithoutAWord) {
    edge_server server;
    add_thing(server);
    server.options.idle_timeout = 60ms;
    server.start();
    raw_client client(server.port());
    EXPECT_EQ(client.ask(get("/thing")).status, 200);
    EXPECT_TRUE(client.closed());
}

TEST(Deadline, ABodyThatDoesNotComeIsA408) {
    edge_server server;
    add_thing(server);
    server.options.body_timeout = 60ms;
    server.start();
    for (const std::string_view framing :
         {"Content-Length: 5\r\n\r\nhe", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"}) {
        raw_client client(server.port());
        EXPECT_EQ(client.ask("POST /thing HTTP/1.1\r\nHost: a\r\n" + std::string(framing)).status, 408) << framing;
        EXPECT_TRUE(client.closed());
    }
}

TEST(Deadline, AClientThatDoesNotReadIsGivenUp) {
    edge_server server;
    server.options.write_timeout = 100ms;
    server.routes.add(verb::get, "/big", {.authenticated = false, .query = {}},
                      answering([](const auto&) { return std::string(64 * 1024 * 1024, 'x'); }));
    server.start();
    raw_client client(server.port());
    client.send(get("/big"));
    EXPECT_TRUE(server.logs("\"/big\""));
    EXPECT_TRUE(server.comes_to(0));
}

TEST(Deadline, AClientThatLeavesMidRequestIsForgotten) {
    edge_server server;
    add_thing(server);
    server.start();
    for (const std::string_view part :
         {"GET /th", "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe",
          "POST /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"}) {
        raw_client client(server.port());
        client.send(part);
        client.finish_sending();
        EXPECT_TRUE(client.closed()) << part;
    }
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_TRUE(server.log.lines().empty()) << "nobody was answered";
}

TEST(Connections, BeyondTheMostAreToldToComeBackAndLoggedOnce) {
    edge_server server;
    add_thing(server);
    server.options.max_connections = 2;
    server.start();
    raw_client first(server.port()), second(server.port());
    EXPECT_EQ(first.ask(get("/thing")).status, 200);
    EXPECT_EQ(second.ask(get("/thing")).status, 200);
    for (int i = 0; i < 5; ++i) {
        std::optional<raw_client> accepted_late;
        server.on_loop([&](listener&) { // unread, a request would make the close a reset that overtakes the answer
            accepted_late.emplace(server.port());
            accepted_late->send(get("/thing"));
        });
        raw_client third = std::move(*accepted_late);
        const auto got = third.read();
        EXPECT_EQ(got.status, 503);
        EXPECT_EQ(got["retry-after"], "1");
        EXPECT_EQ(got["connection"], "close");
        EXPECT_EQ(got["content-type"], "application/problem+json");
        EXPECT_NE(got.body.find("\"code\":\"overloaded\""), std::string::npos);
        EXPECT_TRUE(third.closed());
        EXPECT_FALSE(third.was_reset());
    }
    EXPECT_EQ(server.connections(), 2u);
    EXPECT_EQ(server.meters.connections.Value(), 2);
    EXPECT_EQ(server.meters.turned_away.Value(), 5);
    const auto lines = server.log.lines();
    EXPECT_EQ(
        std::ranges::count_if(lines, [](const auto& l) { return l.find("connection_refused") != std::string::npos; }),
        1);
    EXPECT_EQ(first.ask(get("/thing")).status, 200);
}

TEST(Connections, ACrowdThatIsTurnedAwayIsNotKept) {
    edge_server server;
    add_thing(server);
    server.options.max_connections = 1;
    server.start();
    raw_client first(server.port());
    EXPECT_EQ(first.ask(get("/thing")).status, 200);
    std::vector<raw_client> crowd;
    for (int i = 0; i < 300; ++i)
        crowd.emplace_back(server.port());
    for (auto& each : crowd)
        EXPECT_EQ(each.read().status, 503);
    EXPECT_EQ(first.ask(get("/thing")).status, 200);
}

TEST(Drain, FinishesWhatIsInFlightAndClosesWhatIsIdle) {
    gate held;
    edge_server server;
    add_thing(server);
    server.routes.add(verb::get, "/held", {.authenticated = false, .query = {}}, held.make());
    server.start();
    raw_client busy(server.port()), idle(server.port()), fresh(server.port()), half(server.port());
    EXPECT_EQ(idle.ask(get("/thing")).status, 200);
    half.send("GET /thing HTTP/1.1\r\n");
    busy.send(get("/held") + get("/thing"));
    ASSERT_TRUE(held.holds(1));
    ASSERT_TRUE(server.comes_to(4));
    server.on_loop([](listener& l) { l.drain(); });
    EXPECT_TRUE(idle.closed());
    EXPECT_TRUE(fresh.closed());
    half.send("Host: a\r\n\r\n");
    const auto late = half.read();
    EXPECT_EQ(late.status, 200);
    EXPECT_EQ(late["connection"], "close");
    held.open(server);
    const auto got = busy.read();
    EXPECT_EQ(got.body, "done");
    EXPECT_EQ(got["connection"], "close");
    EXPECT_TRUE(busy.closed());
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_THROW(raw_client(server.port(), 2), std::runtime_error) << "nobody new is let in";
}

TEST(Drain, ARequestThatIsAlreadyOnItsWayIsAnswered) {
    edge_server server;
    add_thing(server);
    server.start();
    raw_client kept(server.port());
    EXPECT_EQ(kept.ask(get("/thing")).status, 200);
    std::optional<raw_client> queued;
    server.on_loop([&](listener& l) {
        queued.emplace(server.port()); // connected, not accepted: the loop is here
        queued->send(get("/thing"));
        kept.send(get("/thing"));
        l.drain();
    });
    EXPECT_EQ(kept.read()["connection"], "close");
    EXPECT_EQ(queued->read()["connection"], "close");
}

TEST(Abort, ClosesEverythingNow) {
    gate held;
    edge_server server;
    add_thing(server);
    server.routes.add(verb::get, "/held", {.authenticated = false, .query = {}}, held.make());
    server.start();
    raw_client busy(server.port()), idle(server.port());
    busy.send(get("/held"));
    ASSERT_TRUE(held.holds(1));
    ASSERT_TRUE(server.comes_to(2));
    server.on_loop([](listener& l) { l.abort(); });
    EXPECT_EQ(busy.read().status, 503) << "it was being handled";
    EXPECT_TRUE(busy.closed());
    EXPECT_TRUE(idle.closed());
    held.open(server);
    EXPECT_TRUE(server.comes_to(0));
}

TEST(Interleaving, EveryRequestGetsItsOwnEcho) {
    edge_server server;
    add_thing(server);
    server.start();
    constexpr int connections = 32;
    constexpr int rounds = 32; // 1,024 requests
    std::vector<raw_client> clients;
    for (int i = 0; i < connections; ++i)
        clients.emplace_back(server.port());
    const auto body_of = [](int client, int round) {
        return std::to_string(client) + ":" + std::to_string(round) + ":" +
               std::string(static_cast<std::size_t>(client * 37 + round * 211), 'a' + round % 26);
    };
    const auto bytes_of = [&](int client, int round) {
        const auto body = body_of(client, round);
        if (round % 3)
            return post("/thing", body);
        char size[16];
        std::snprintf(size, sizeof size, "%zx\r\n", body.size());
        return "POST /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(size) + body +
               "\r\n0\r\n\r\n";
    };
    for (int round = 0; round < rounds; round += 4) { // four pipelined on each, cut where no message ends
        for (int part = 0; part < 2; ++part)
            for (int i = 0; i < connections; ++i) {
                std::string four;
                for (int r = round; r < round + 4; ++r)
                    four += bytes_of(i, r);
                const auto cut = four.size() / 3 + static_cast<std::size_t>(i);
                clients[static_cast<std::size_t>(i)].send(part == 0 ? std::string_view(four).substr(0, cut)
                                                                    : std::string_view(four).substr(cut));
            }
        for (int i = 0; i < connections; ++i)
            for (int r = round; r < round + 4; ++r)
                ASSERT_EQ(clients[static_cast<std::size_t>(i)].read().body, body_of(i, r));
    }
}

} // namespace
} // namespace evalbridge::testing
