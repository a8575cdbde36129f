// Who waits hears of it when the client goes.

#include "tests/gateway/http/held.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

/// Waits for nothing but the client's going.
handler until_departed(std::atomic<int>& told) {
    return [&told](const request_context& request) -> boost::asio::awaitable<result<reply>> {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                        boost::asio::steady_timer::time_point::max());
        const auto listening = request.departed->on_given([&] {
            ++told;
            timer.cancel();
        });
        boost::system::error_code woken;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        co_return error(errc::deadline_exceeded);
    };
}

class Departure : public ::testing::Test {
  protected:
    void serve() {
        server.routes.add(verb::get, "/wait", open_route(route_load::waiting), until_departed(told));
        server.start();
    }
    raw_client waiting() {
        raw_client client(server.port());
        client.send(get("/wait"));
        EXPECT_TRUE(eventually([&] { return server.meters.waiting.Value() == 1; }));
        return client;
    }

    std::atomic<int> told = 0;
    edge_server server;
};

TEST_F(Departure, AHandlerHearsOfIt) {
    serve();
    {
        const auto client = waiting();
    }
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_EQ(told, 1);
    EXPECT_EQ(server.meters.waiting.Value(), 0);
    EXPECT_TRUE(server.logs("\"reason\":\"the client left\""));
}

TEST_F(Departure, HalfACloseIsAWholeOne) {
    serve();
    auto client = waiting();
    client.finish_sending();
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(told, 1);
}

TEST_F(Departure, IsHeardOfBehindWhatNobodyHasRead) {
    serve();
    {
        auto client = waiting();
        client.send("GET");
    }
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_EQ(told, 1);
    auto half = waiting();
    half.send(get("/wait"));
    half.finish_sending();
    EXPECT_TRUE(half.closed());
    EXPECT_EQ(told, 2);
}

TEST_F(Departure, ALoopThatWasBusyHearsOfItToo) {
    serve();
    std::optional<raw_client> client;
    server.on_loop([&](listener&) { // the request and the going are there before the loop looks
        client.emplace(server.port());
        client->send(get("/wait"));
        client->finish_sending();
    });
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(told, 1);
}

TEST_F(Departure, AbortIsOneAndIsAnswered) {
    serve();
    auto client = waiting();
    server.on_loop([](listener& l) { l.abort(); });
    const auto got = client.read();
    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got["retry-after"], "1");
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(server.comes_to(0));
    EXPECT_EQ(told, 1);
}

TEST_F(Departure, WorkIsNotWatched) {
    bool has_notice = true;
    server.routes.add(verb::get, "/work", open_route(), answering([&](const auto& request) {
                          has_notice = request.departed != nullptr;
                          return "{}";
                      }));
    serve();
    raw_client client(server.port());
    client.send(get("/work"));
    client.finish_sending();
    EXPECT_EQ(client.read().status, 200);
    EXPECT_FALSE(has_notice);
}

TEST_F(Departure, AskingForAWaitMakesARequestOne) {
    auto options = open_route();
    options.query = {"wait"};
    options.waits_if_query = "wait";
    server.routes.add(verb::get, "/either", options,
                      answering([](const auto& request) { return request.departed ? "waits" : "works"; }));
    serve();
    raw_client client(server.port());
    EXPECT_EQ(client.ask(get("/either")).body, "works");
    EXPECT_EQ(client.ask(get("/either?wait=5")).body, "waits");
    EXPECT_EQ(client.ask(get("/either", "Prefer: wait=5\r\n")).body, "waits");
    EXPECT_EQ(client.ask(get("/either")).body, "works") << "the watch is over";
}

} // namespace
} // namespace evalbridge::testing
