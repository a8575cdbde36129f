// How a listener goes: nobody who has connected is lost, and nobody is left without an answer.

#include "gateway/http/socket_calls.hpp"

#include "tests/gateway/http/held.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

class Draining : public ::testing::Test {
  protected:
    void serve() {
        auto posts = open_route();
        posts.takes_body = true;
        posts.json_body = false;
        server.routes.add(verb::get, "/held", open_route(), held.make());
        server.routes.add(verb::post, "/held", posts, held.make());
        server.routes.add(verb::get, "/events", open_route(route_load::waiting), events.make());
        server.routes.add(verb::get, "/thing", open_route(), answering([](const auto&) { return "{}"; }));
        server.routes.add(verb::post, "/thing", posts, answering([](const auto& r) { return r.body; }));
        server.start();
    }
    raw_client connect() { return raw_client(server.port()); }
    void drain() {
        server.on_loop([](listener& l) { l.drain(); });
    }
    void cut() {
        server.on_loop([](listener& l) { l.cut(); });
    }
    void abort() {
        server.on_loop([](listener& l) { l.abort(); });
    }

    gate held;
    feed events;
    edge_server server;
};

TEST_F(Draining, AStreamEndsWhenItsSourceDoes) {
    serve();
    auto client = connect();
    client.send(get("/events"));
    client.read(true);
    drain();
    events.push(server, "one");
    EXPECT_EQ(client.chunk(), "one");
    events.end(server);
    EXPECT_EQ(client.chunk(), "");
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(server.comes_to(0));
}

TEST_F(Draining, IsNotOverWhileSomebodyMayStillBeLetIn) {
    serve();
    drain();
    EXPECT_EQ(server.connections(), 1u) << "there is no session";
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_THROW(raw_client(server.port(), 2), std::runtime_error);
}

TEST_F(Draining, WhatIsHandledWhenTheTimeIsOverStillAnswers) {
    serve();
    auto client = connect();
    client.send(get("/held"));
    ASSERT_TRUE(held.holds(1));
    drain();
    cut();
    held.open(server);
    const auto got = client.read();
    EXPECT_EQ(got.body, "done");
    EXPECT_EQ(got["connection"], "close");
    EXPECT_TRUE(client.closed());
}

TEST_F(Draining, WhatIsNotHandledWhenTheTimeIsOverIsRefused) {
    server.options.max_in_flight = 1;
    serve();
    auto busy = connect(), queued = connect(), head = connect(), body = connect(), idle = connect();
    busy.send(get("/held"));
    ASSERT_TRUE(held.holds(1));
    queued.send(post("/thing", "x"));
    ASSERT_TRUE(eventually([&] { return server.meters.queued.Value() == 1; }));
    head.send("GET /thing HTTP/1.1\r\n");
    body.send("POST /thing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(body.read().status, 100);
    ASSERT_TRUE(server.comes_to(5));
    drain();
    cut();
    for (raw_client* each : {&queued, &head, &body}) {
        const auto got = each->read();
        EXPECT_EQ(got.status, 503);
        EXPECT_EQ(got["retry-after"], "1");
        EXPECT_EQ(got["connection"], "close");
        EXPECT_NE(got.body.find("the gateway is shutting down"), std::string::npos) << got.body;
        EXPECT_TRUE(each->closed());
    }
    EXPECT_TRUE(idle.closed());
    EXPECT_EQ(server.meters.shed.Value(), 0) << "not for want of room";
    held.open(server);
    EXPECT_EQ(busy.read().status, 200);
}

TEST_F(Draining, AbortAnswersWhatIsStillHandled) {
    serve();
    auto reads = connect(), creates = connect(), queued = connect();
    reads.send(get("/held", "X-Request-Id: r-1\r\n"));
    ASSERT_TRUE(held.holds(1));
    creates.send(post("/held", "x"));
    ASSERT_TRUE(held.holds(2));
    drain();
    cut();
    abort();
    abort(); // the shard does until all have gone
    const auto read = reads.read();
    EXPECT_EQ(read.status, 503);
    EXPECT_EQ(read["retry-after"], "1");
    EXPECT_EQ(read["connection"], "close");
    EXPECT_EQ(read["x-request-id"], "r-1");
    EXPECT_NE(read.body.find("\"retryable\":true"), std::string::npos) << read.body;
    EXPECT_TRUE(reads.closed());
    const auto created = creates.read();
    EXPECT_EQ(created.status, 503);
    EXPECT_FALSE(created.has("retry-after")) << "it may have been done";
    EXPECT_NE(created.body.find("\"retryable\":false"), std::string::npos) << created.body;
    held.open(server);
    held.open(server);
    EXPECT_TRUE(server.comes_to(0));
    const auto lines = server.log.lines();
    EXPECT_EQ(std::ranges::count_if(lines, [](const auto& l) { return l.find("\"request\"") != std::string::npos; }),
              2);
}

TEST_F(Draining, ARequestThatComesWithTheLastMomentIsServed) {
    serve();
    auto kept = connect();
    EXPECT_EQ(kept.ask(get("/thing")).status, 200);
    EXPECT_EQ(server.connections(), 1u); // by now the session reads again
    server.on_loop([&](listener& l) {
        l.drain();
        kept.send(get("/thing"));
        server.sweeper().expire_all(); // the request is in the kernel, and the loop hasn't looked
    });
    EXPECT_EQ(kept.read().status, 200);
    EXPECT_TRUE(kept.closed());
}

TEST(Backlog, NobodyBeginsAnyMoreAndWhoHasConnectedIsLetIn) {
    boost::asio::io_context io;
    for (const bool v6 : {false, true}) {
        using boost::asio::ip::tcp;
        boost::system::error_code failed;
        tcp::acceptor acceptor(io);
        const tcp::endpoint any(v6 ? boost::asio::ip::address(boost::asio::ip::address_v6::loopback())
                                   : boost::asio::ip::address_v4::loopback(),
                                0);
        acceptor.open(any.protocol(), failed);
        acceptor.bind(any, failed);
        if (failed && v6)
            continue; // a machine without it
        acceptor.listen();
        tcp::socket before(io), after(io);
        before.connect(acceptor.local_endpoint());
        ASSERT_TRUE(let_nobody_begin(acceptor));
        after.open(any.protocol());
        after.non_blocking(true);
        const auto there = acceptor.local_endpoint();
        const int connected = ::connect(after.native_handle(), there.data(), static_cast<socklen_t>(there.size()));
        EXPECT_TRUE(connected < 0 && errno == EINPROGRESS);
        pollfd writable{after.native_handle(), POLLOUT, 0};
        EXPECT_EQ(::poll(&writable, 1, 50), 0) << "on loopback, it would be connected by now";
        tcp::socket let_in = acceptor.accept();
        char byte = 'x';
        before.send(boost::asio::buffer(&byte, 1));
        EXPECT_EQ(let_in.receive(boost::asio::buffer(&byte, 1)), 1u) << "what was let in isn't filtered";
        acceptor.non_blocking(true);
        acceptor.accept(failed);
        EXPECT_EQ(failed, boost::asio::error::would_block);
    }
}

/// Asks on connection after connection until nobody listens any more. An asker that connected and got no answer is
/// lost.
struct askers {
    explicit askers(unsigned short port) {
        for (auto& each : threads)
            each = std::jthread([this, port] {
                for (;;) {
                    try {
                        raw_client client(port, 2);
                        if (client.ask(get("/thing", "Connection: close\r\n")).status == 200)
                            ++answered;
                        else
                            ++lost;
                    } catch (const std::runtime_error&) {
                        return;
                    }
                }
            });
    }
    void join() {
        for (auto& each : threads)
            each.join();
    }

    std::atomic<int> answered = 0, lost = 0;
    std::array<std::jthread, 6> threads;
};

TEST(Restart, LosesNobodyWhoHasConnected) {
    for (int round = 0; round < 8; ++round) {
        edge_server one, other; // as two shards on a port
        for (edge_server* each : {&one, &other})
            each->routes.add(verb::get, "/thing", open_route(), answering([](const auto&) { return "{}"; }));
        one.start();
        other.start(one.port());
        askers hammer(one.port());
        ASSERT_TRUE(eventually([&] { return hammer.answered > 100; }));
        one.on_loop([](listener& l) { l.drain(); });
        other.on_loop([](listener& l) { l.drain(); });
        hammer.join();
        EXPECT_EQ(hammer.lost, 0);
        EXPECT_TRUE(one.comes_to(0));
        EXPECT_TRUE(other.comes_to(0));
    }
}

} // namespace
} // namespace evalbridge::testing
