#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

TEST(Transport, SendsARequestAsTheVendorExpectsIt) {
    raw_server server({answering({ok("{}")})});
    auto options = options_for(server.port());
    options.url.path = "/base";
    options.user_agent = "test/1";
    options.extra_fields = {{"X-Tenant", "a"}};
    client client(options);
    auto request = create("{\"a\":1}");
    ASSERT_TRUE(client.send(request, create_call()));
    const auto port = std::to_string(server.port());
    EXPECT_EQ(server.requests().at(0), "POST /base/runs HTTP/1.1\r\n"
                                       "Host: 127.0.0.1:" +
                                           port +
                                           "\r\n"
                                           "User-Agent: test/1\r\n"
                                           "Accept: application/json\r\n"
                                           "Accept-Encoding: gzip\r\n"
                                           "X-Tenant: a\r\n"
                                           "Content-Type: application/json\r\n"
                                           "Content-Length: 7\r\n"
                                           "\r\n"
                                           "{\"a\":1}");
}

TEST(Transport, GivesStatusFieldsAndPaddedBody) {
    raw_server server({answering({"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nX-Request-Id:  r1 \r\n"
                                  "Content-Length: 2\r\n\r\n{}"})});
    client client(options_for(server.port()));
    const auto answer = client.get();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->status, 404);
    EXPECT_EQ(answer->field("x-request-id"), "r1");
    EXPECT_EQ(answer->body, "{}");
    EXPECT_GE(answer->body.capacity(), answer->body.size() + 64);
}

TEST(Transport, ReturnsARedirectAsItIs) {
    raw_server server(
        {answering({"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"})});
    client client(options_for(server.port()));
    const auto answer = client.get();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(server.connections(), 1u);
}

TEST(Transport, ReadsALargeBodyOfKnownLength) {
    std::string body;
    for (int i = 0; body.size() < 3'000'000; ++i)
        body += std::to_string(i) + ",";
    raw_server server({answering({ok(body), ok("after")})});
    client client(options_for(server.port()));
    const auto answer = client.get();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_TRUE(answer->body == body);
    EXPECT_GE(answer->body.capacity(), answer->body.size() + 64);
    EXPECT_EQ(client.get()->body, "after");
    EXPECT_EQ(server.connections(), 1u);
}

TEST(Transport, ReadsALargeChunkedBody) {
    std::string body;
    std::string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 300; ++i) {
        const std::string piece(1000, static_cast<char>('a' + i % 26));
        body += piece;
        chunks += "3e8;x=y\r\n" + piece + "\r\n";
    }
    chunks += "0\r\nX-Trailer: ignored\r\n\r\n";
    raw_server server({answering({chunks, ok("after")})});
    client client(options_for(server.port()));
    const auto answer = client.get();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_TRUE(answer->body == body);
    EXPECT_FALSE(answer->field("X-Trailer"));
    EXPECT_EQ(client.get()->body, "after");
    EXPECT_EQ(server.connections(), 1u);
}

TEST(Transport, ReadsABodyThatEndsWithTheConnection) {
    raw_server server({[](peer& vendor) {
                           vendor.next_request();
                           vendor.send("HTTP/1.1 200 OK\r\n\r\nto the");
                           vendor.send(" end");
                           vendor.close();
                       },
                       answering({ok("fresh")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "to the end");
    EXPECT_EQ(client.get()->body, "fresh");
}

TEST(Transport, SendsALargeRequestToASlowReader) {
    const std::string body(8 * 1024 * 1024, 'x');
    raw_server server({answering({ok("got it")})});
    client client(options_for(server.port()));
    const auto answer = client.send(create(body), create_call());
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->body, "got it");
    EXPECT_TRUE(server.requests().at(0).ends_with("\r\n\r\n" + body));
}

TEST(Transport, TakesAnAnswerThatComesBeforeTheRequestWasRead) {
    raw_server server({[](peer& vendor) {
        vendor.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        vendor.wait_for_close(std::chrono::seconds(10));
    }});
    client client(options_for(server.port()));
    const auto answer = client.send(create(std::string(4 * 1024 * 1024, 'x')), create_call());
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->status, 413);
}

TEST(Transport, SendsNothingThatCouldEndALine) {
    raw_server server({answering({ok("{}")})});
    client client(options_for(server.port()));
    auto split = get("/");
    split.fields.push_back({"X-A", "1\r\nX-B: 2"});
    for (const auto& bad : {get("/a b"), get("/a\r\nX: y"), get("a"), get("/%zz"), split}) {
        const auto answer = client.send(bad);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code(), errc::internal);
        EXPECT_FALSE(answer.error().request_sent());
    }
    EXPECT_EQ(server.connections(), 0u);
}

TEST(Transport, SaysThatNobodyListens) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor bound(io); // holds the port, but doesn't listen
    bound.open(boost::asio::ip::tcp::v4());
    bound.bind({boost::asio::ip::address_v4::loopback(), 0});
    const auto port = bound.local_endpoint().port();
    client client(options_for(port));
    const auto answer = client.send(create("{}"), create_call());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_FALSE(answer.error().request_sent());
    EXPECT_EQ(answer.error().detail(),
              "could not connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST(Transport, TriesEveryAddressOfAName) {
    raw_server server({answering({ok("here")})});
    auto options = options_for(server.port());
    options.url.host = "api.example";
    const auto names = std::make_shared<resolver>([](const std::string&) -> result<resolver::addresses> {
        return resolver::addresses{boost::asio::ip::make_address("127.0.0.2"),
                                   boost::asio::ip::make_address("127.0.0.1")};
    });
    client client(options, names);
    const auto answer = client.get();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->body, "here");
}

TEST(Transport, CanGoBeforeItsSuspendedCallsAndTheirIoContext) {
    raw_server server({[](peer& vendor) {
        vendor.next_request();
        vendor.wait_for_close();
    }});
    auto io = std::make_unique<boost::asio::io_context>(1);
    auto sweeper = std::make_unique<deadline_sweeper>(io->get_executor());
    captured_log log;
    auto options = options_for(server.port());
    options.max_connections = 1;
    auto transport = make_transport(io->get_executor(), options, *sweeper, make_resolver(), log);
    const auto request = get("/");
    const auto c = test_call();
    int ended = 0;
    for (int i = 0; i < 3; ++i) // one waits for its answer, two for a connection
        boost::asio::co_spawn(*io, transport->send(request, c),
                              [&](std::exception_ptr, const result<http_response>&) { ++ended; });
    while (server.requests().empty())
        io->run_one();
    transport.reset();
    sweeper.reset();
    io.reset();
    EXPECT_EQ(ended, 0);
}

} // namespace
} // namespace evalbridge::testing
