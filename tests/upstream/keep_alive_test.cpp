// Which connections serve a second request, and what happens when one of them fails.

#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gtest/gtest.h>

#include <future>

namespace evalbridge::testing {
namespace {

TEST(KeepAlive, UsesOneConnectionForCallAfterCall) {
    raw_server server({answering({ok("1"), ok("2"), ok("3")})});
    client client(options_for(server.port()));
    for (const auto* expected : {"1", "2", "3"})
        EXPECT_EQ(client.get()->body, expected);
    EXPECT_EQ(server.connections(), 1u);
}

TEST(KeepAlive, DependsOnWhatTheVendorSays) {
    struct row {
        const char* answer;
        bool kept;
    };
    for (const auto& [answer, kept] : std::initializer_list<row>{
             {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
             {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true},
             {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false},
             {"HTTP/1.1 200 OK\r\nconnection: x, CLOSE\r\nContent-Length: 0\r\n\r\n", false},
             {"HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false},
             {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
             {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", true},
             {"HTTP/1.1 204 No Content\r\n\r\n", true},
             {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false},
             {"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", false},
             {"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", true},
         }) {
        raw_server server({answering({answer, ok("second")}), answering({ok("second")})});
        client client(options_for(server.port()));
        ASSERT_TRUE(client.get()) << answer;
        EXPECT_EQ(client.get()->body, "second") << answer;
        EXPECT_EQ(server.connections(), kept ? 1u : 2u) << answer;
    }
}

TEST(KeepAlive, EndsWithASecondAnswerInTheSameSegment) {
    raw_server server({answering({ok("mine") + ok("poison")}), answering({ok("healthy")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "mine");
    EXPECT_EQ(client.get()->body, "healthy");
    EXPECT_EQ(server.connections(), 2u);
}

TEST(KeepAlive, EndsWithBytesThatComeWhileItIsIdle) {
    std::promise<void> first_read;
    std::promise<void> poisoned;
    raw_server server({[&](peer& vendor) {
                           vendor.next_request();
                           vendor.send(ok("mine"));
                           first_read.get_future().wait();
                           vendor.send(ok("poison"));
                           poisoned.set_value();
                           vendor.wait_for_close();
                       },
                       answering({ok("healthy")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "mine");
    first_read.set_value();
    poisoned.get_future().wait();
    EXPECT_EQ(client.get()->body, "healthy");
    EXPECT_EQ(server.connections(), 2u);
}

TEST(KeepAlive, NoticesThatTheVendorClosedAnIdleConnection) {
    raw_server server({[](peer& vendor) {
                           vendor.next_request();
                           vendor.send(ok("first"));
                           vendor.close();
                       },
                       answering({ok("created")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "first");
    ASSERT_TRUE(server.wait_for_ended(1));
    const auto created = client.send(create("{}"), create_call());
    ASSERT_TRUE(created) << created.error().detail();
    EXPECT_EQ(created->body, "created");
    EXPECT_EQ(server.requests().size(), 2u);
    EXPECT_FALSE(client.log.has("upstream_connection_was_stale"));
}

/// Answers once, then lets the second request come and ends the connection without a byte of an answer.
raw_server::script failing_on_second(void (peer::*how)()) {
    return [how](peer& vendor) {
        vendor.next_request();
        vendor.send(ok("first"));
        vendor.next_request();
        (vendor.*how)();
    };
}

TEST(KeepAlive, ARequestThatMayBeRepeatedGoesOnceMoreOnAFreshConnection) {
    for (const auto how : {&peer::reset, &peer::close}) {
        raw_server server({failing_on_second(how), answering({ok("again")})});
        client client(options_for(server.port()));
        EXPECT_EQ(client.get()->body, "first");
        EXPECT_EQ(client.get("/second")->body, "again");
        EXPECT_EQ(server.requests().size(), 3u);
        EXPECT_EQ(server.connections(), 2u);
        EXPECT_TRUE(client.log.has("upstream_connection_was_stale"));
    }
}

TEST(KeepAlive, AFreshConnectionThatFailsIsNotTriedAgain) {
    const auto without_answer = [](peer& vendor) {
        vendor.next_request();
        vendor.reset();
    };
    raw_server server({failing_on_second(&peer::reset), without_answer, answering({ok("never")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "first");
    const auto second = client.get();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), errc::provider_unavailable);
    EXPECT_TRUE(second.error().request_sent());
    EXPECT_EQ(server.connections(), 2u);
}

TEST(KeepAlive, ACreateIsNeverSentTwice) {
    for (const auto how : {&peer::reset, &peer::close}) {
        raw_server server({failing_on_second(how), answering({ok("twice")})});
        client client(options_for(server.port()));
        EXPECT_EQ(client.get()->body, "first");
        const auto created = client.send(create("{}"), create_call());
        ASSERT_FALSE(created);
        EXPECT_EQ(created.error().code(), errc::provider_unavailable);
        EXPECT_TRUE(created.error().request_sent());
        EXPECT_EQ(server.requests().size(), 2u);
        EXPECT_EQ(server.connections(), 1u);
    }
}

TEST(KeepAlive, AnAnswerThatHasBegunIsNotAskedForAgain) {
    raw_server server({[](peer& vendor) {
                           vendor.next_request();
                           vendor.send(ok("first"));
                           vendor.next_request();
                           vendor.send("H");
                           vendor.reset();
                       },
                       answering({ok("never")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "first");
    EXPECT_FALSE(client.get());
    EXPECT_EQ(server.connections(), 1u);
}

TEST(KeepAlive, ForgetsConnectionsThatWereIdleForTooLong) {
    raw_server server({answering({ok("first"), ok("old")}), answering({ok("fresh")})});
    auto options = options_for(server.port());
    options.idle_timeout = std::chrono::milliseconds(-1);
    client client(options);
    EXPECT_EQ(client.get()->body, "first");
    EXPECT_EQ(client.get()->body, "fresh");
}

TEST(KeepAlive, OpensNoMoreConnectionsThanAllowed) {
    const raw_server::script echo = [](peer& vendor) {
        for (;;) {
            const auto request = vendor.next_request();
            if (request.empty())
                return;
            vendor.send(ok(request.substr(4, request.find(" HTTP") - 4)));
        }
    };
    raw_server server({echo});
    auto options = options_for(server.port());
    options.max_connections = 3;
    client client(options);
    std::vector<http_request> requests;
    for (int i = 0; i < 50; ++i)
        requests.push_back(get("/" + std::to_string(i)));
    const auto answers = client.send_all(requests, test_call());
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(answers[i]) << answers[i].error().detail();
        EXPECT_EQ(answers[i]->body, "/" + std::to_string(i));
    }
    EXPECT_EQ(server.connections(), 3u);
}

} // namespace
} // namespace evalbridge::testing
