// Answers whose body isn't whole when their head goes out.

#include "tests/gateway/http/held.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

class Streaming : public ::testing::Test {
  protected:
    void serve() {
        server.routes.add(verb::get, "/events", open_route(route_load::waiting), events.make());
        server.routes.add(verb::get, "/plain", open_route(), plain.make());
        server.routes.add(verb::get, "/thing", open_route(), answering([](const auto&) { return "{}"; }));
        server.start();
    }
    raw_client connect() { return raw_client(server.port()); }

    feed events, plain; ///< with and without a client that is watched
    edge_server server;
};

TEST_F(Streaming, EachPieceIsAChunkAsSoonAsItIsThere) {
    serve();
    auto client = connect();
    client.send(get("/events"));
    const auto head = client.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head["transfer-encoding"], "chunked");
    EXPECT_EQ(head["content-type"], "text/event-stream");
    EXPECT_FALSE(head.has("content-length") || head.has("connection"));
    events.push(server, "one");
    EXPECT_EQ(client.chunk(), "one");
    events.push(server, ""); // asked again: an empty chunk would be the end
    const std::string large(300'000, 'x');
    events.push(server, large);
    EXPECT_EQ(client.chunk(), large);
    EXPECT_TRUE(server.log.lines().empty()) << "it is logged when it has ended";
    events.end(server);
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.ask(get("/thing")).body, "{}") << "the connection goes on";
    ASSERT_TRUE(server.logs("\"/events\""));
    EXPECT_NE(server.log.lines().at(0).find("\"bytes\":300003"), std::string::npos) << server.log.lines().at(0);
    EXPECT_NE(server.counts.text().find("evalbridge_requests_total{code=\"\",method=\"GET\",route=\"/events\",status="
                                        "\"200\"} 1"),
              std::string::npos)
        << server.counts.text();
}

TEST_F(Streaming, AnEmptyStreamIsAnEmptyBody) {
    serve();
    auto client = connect();
    events.end(server);
    client.send(get("/events"));
    EXPECT_EQ(client.read(true).status, 200);
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.ask(get("/thing")).status, 200);
}

TEST_F(Streaming, TheLastPieceMayComeWithTheEnd) {
    serve();
    auto client = connect();
    events.push(server, "last");
    events.end(server);
    client.send(get("/events"));
    client.read(true);
    EXPECT_EQ(client.chunk(), "last");
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.ask(get("/thing")).status, 200);
}

TEST_F(Streaming, HeadAsksForNothing) {
    serve();
    auto client = connect();
    client.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = client.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head["content-type"], "text/event-stream");
    EXPECT_EQ(client.ask(get("/thing")).body, "{}");
    EXPECT_EQ(events.asked, 0);
}

TEST_F(Streaming, TheOlderClientReadsToTheEndOfTheConnection) {
    serve();
    auto client = connect();
    events.push(server, "one");
    events.push(server, "two");
    events.end(server);
    client.send("GET /events HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    const auto head = client.read(true);
    EXPECT_FALSE(head.has("transfer-encoding") || head.has("content-length"));
    EXPECT_EQ(head["connection"], "close");
    EXPECT_EQ(client.rest(), "onetwo");
    EXPECT_FALSE(client.was_reset());
}

TEST_F(Streaming, ABrokenBodyHasNoEnd) {
    serve();
    auto client = connect();
    client.send(get("/events"));
    client.read(true);
    events.push(server, "half");
    EXPECT_EQ(client.chunk(), "half");
    events.end(server, true);
    EXPECT_EQ(client.chunk(), std::nullopt);
    EXPECT_TRUE(server.logs("\"reason\":\"the body broke off\""));
    EXPECT_TRUE(server.comes_to(0));
}

TEST_F(Streaming, ABrokenBodyResetsTheOlderClient) {
    serve();
    auto client = connect();
    client.send("GET /events HTTP/1.0\r\nHost: a\r\n\r\n");
    client.read(true);
    events.end(server, true);
    client.rest();
    EXPECT_TRUE(client.was_reset()) << "an end would say that the body is whole";
}

class thrower final : public body_source {
  public:
    boost::asio::awaitable<bool> next(std::string&) override { throw std::runtime_error("a bug"); }
};

TEST_F(Streaming, AThrowingSourceBreaksOff) {
    server.routes.add(verb::get, "/bug", open_route(),
                      [](const request_context&) -> boost::asio::awaitable<result<reply>> {
                          reply answer(200, "text/plain", "");
                          answer.stream = std::make_shared<thrower>();
                          co_return answer;
                      });
    serve();
    auto client = connect();
    client.send(get("/bug"));
    EXPECT_EQ(client.read(true).status, 200);
    EXPECT_EQ(client.chunk(), std::nullopt);
    EXPECT_TRUE(server.logs("stream_failed"));
    EXPECT_TRUE(server.logs("\"reason\":\"the body broke off\""));
}

/// As much as anybody reads.
class flood final : public body_source {
  public:
    boost::asio::awaitable<bool> next(std::string& out) override {
        out.append(64 * 1024, 'x');
        co_return true;
    }
};

handler flooding() {
    return [](const request_context&) -> boost::asio::awaitable<result<reply>> {
        reply answer(200, "text/plain", "");
        answer.stream = std::make_shared<flood>();
        co_return answer;
    };
}

TEST_F(Streaming, WhoDoesNotReadIsDropped) {
    server.options.write_timeout = 100ms;
    for (const auto load : {route_load::work, route_load::waiting})
        server.routes.add(verb::get, load == route_load::work ? "/flood" : "/watched", open_route(load), flooding());
    serve();
    for (const std::string_view path : {"/flood", "/watched"}) {
        auto client = connect();
        client.send(get(path));
        EXPECT_TRUE(server.comes_to(1));
        EXPECT_TRUE(server.comes_to(0));
    }
    EXPECT_EQ(server.meters.slow_readers.Value(), 2);
    EXPECT_TRUE(server.logs("\"reason\":\"the client did not read\""));
}

TEST_F(Streaming, OutlivesTheRequestsDeadlineAndTheWriteTimeout) {
    server.options.write_timeout = 20ms;
    server.options.idle_timeout = 60ms;
    serve();
    auto client = connect(), idle = connect();
    client.send(get("/events", "Request-Timeout: 0.001\r\n"));
    client.read(true);
    EXPECT_EQ(idle.ask(get("/thing")).status, 200);
    EXPECT_TRUE(idle.closed()) << "so much time has passed";
    events.push(server, "late");
    EXPECT_EQ(client.chunk(), "late");
    EXPECT_EQ(server.meters.slow_readers.Value(), 0);
    client.finish_sending();
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(events.heard_departure) << "the time hasn't ended the watch either";
}

TEST_F(Streaming, EndsWhenTheClientGoes) {
    serve();
    {
        auto client = connect();
        client.send(get("/events"));
        client.read(true);
        ASSERT_TRUE(eventually([&] { return events.asked > 0; }));
    }
    EXPECT_TRUE(server.comes_to(0)) << "no piece had to be written to find out";
    EXPECT_TRUE(events.heard_departure);
    EXPECT_TRUE(server.logs("\"reason\":\"the client left\""));
}

TEST_F(Streaming, AnUnwatchedClientsGoingShowsInTheWrite) {
    serve();
    {
        auto client = connect();
        client.send(get("/plain"));
        client.read(true);
    }
    EXPECT_TRUE(eventually([&] {
        plain.push(server, "x");
        return server.connections() == 0;
    }));
    EXPECT_TRUE(server.logs("\"reason\":\"the client left\""));
}

TEST_F(Streaming, ARequestThatComesMeanwhileIsAnsweredAfterIt) {
    serve();
    auto client = connect();
    client.send(get("/events"));
    client.read(true);
    client.send(get("/thing"));
    events.push(server, "one");
    EXPECT_EQ(client.chunk(), "one");
    events.end(server);
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.read().body, "{}");
    EXPECT_FALSE(events.heard_departure);
}

TEST_F(Streaming, AbortEndsItWithoutAnEnd) {
    serve();
    auto client = connect();
    client.send(get("/events"));
    client.read(true);
    ASSERT_TRUE(eventually([&] { return events.asked > 0; }));
    server.on_loop([](listener& l) { l.abort(); });
    EXPECT_EQ(client.chunk(), std::nullopt);
    EXPECT_TRUE(events.heard_departure);
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_TRUE(server.logs("\"reason\":\"the gateway stopped\""));
}

} // namespace
} // namespace evalbridge::testing
