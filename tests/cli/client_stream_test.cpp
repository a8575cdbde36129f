// The client's own streams, over sockets.

#include "cli/client.hpp"
#include "tests/cli/raw_gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using evalbridge::testing::raw_gateway;
using ::testing::HasSubstr;

namespace {

using kind = arrival::kind;

const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& bytes) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return size + bytes + "\r\n";
}

std::unique_ptr<client> client_of(const raw_gateway& server, std::chrono::milliseconds silence = 30s) {
    client_options options;
    options.api_key = evalbridge::secret("k-1");
    options.silence = silence;
    auto url = evalbridge::parse_base_url("http://127.0.0.1:" + std::to_string(server.port()));
    return std::make_unique<client>(options, *url);
}

arrival next(client& from) { return from.next(from.now() + 20s); }

std::string read_until_end(client& from, arrival& last) {
    std::string all;
    for (last = next(from); last.what == kind::bytes || last.what == kind::opened; last = next(from))
        all += last.bytes;
    return all;
}

} // namespace

TEST(ClientStream, GivesTheBodyAsItComes) {
    raw_gateway server([](raw_gateway::peer& to) {
        to.send(head + chunk("retry: 2000\n\n"));
        to.wait_for_word(); // the first piece is there before the second is sent
        to.send(chunk("data: a\n\n") + "0\r\n\r\n");
    });
    const auto from = client_of(server);
    from->open(7, "/v1/runs/p:1/events", {{"Last-Event-ID", "3"}});
    const auto opened = next(*from);
    EXPECT_EQ(opened.what, kind::opened);
    EXPECT_EQ(opened.stream, 7u);
    EXPECT_EQ(opened.got.content_type, "text/event-stream");
    EXPECT_EQ(next(*from).bytes, "retry: 2000\n\n");
    server.give_word();
    arrival last;
    EXPECT_EQ(read_until_end(*from, last), "data: a\n\n");
    EXPECT_EQ(last.what, kind::ended);
    const auto asked = server.request();
    EXPECT_THAT(asked, HasSubstr("GET /v1/runs/p:1/events HTTP/1.1\r\n"));
    EXPECT_THAT(asked, HasSubstr("\r\nAccept: text/event-stream\r\n"));
    EXPECT_THAT(asked, HasSubstr("\r\nAccept-Encoding: identity\r\n"));
    EXPECT_THAT(asked, HasSubstr("\r\nLast-Event-ID: 3\r\n"));
    EXPECT_THAT(asked, HasSubstr("\r\nAuthorization: Bearer k-1\r\n"));
}

TEST(ClientStream, TellsARefusalWithItsProblem) {
    raw_gateway server([](raw_gateway::peer& to) {
        to.send("HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: 14\r\n"
                "Retry-After: 3\r\n\r\n{\"detail\":\"x\"}");
    });
    const auto from = client_of(server);
    from->open(1, "/x", {});
    const auto came = next(*from);
    EXPECT_EQ(came.what, kind::failed);
    EXPECT_EQ(came.got.status, 404);
    EXPECT_EQ(came.got.body, "{\"detail\":\"x\"}");
    EXPECT_EQ(came.got.retry_after, 3s);
}

TEST(ClientStream, TellsThatThereIsNothingMore) {
    raw_gateway server([](raw_gateway::peer& to) { to.send("HTTP/1.1 204 No Content\r\n\r\n"); });
    const auto from = client_of(server);
    from->open(1, "/x", {});
    EXPECT_EQ(next(*from).got.status, 204);
}

TEST(ClientStream, TellsHowAStreamFailed) {
    const std::string ends[] = {
        head + chunk("a"),                // broken off
        head + "zz\r\n",                  // no chunk
        "HTTP/1.1 200 OK\r\nContent-Enc", // broken off in the head
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na",
    };
    for (const auto& end : ends) {
        raw_gateway server([&](raw_gateway::peer& to) { to.send(end); });
        const auto from = client_of(server);
        from->open(1, "/x", {});
        arrival last;
        read_until_end(*from, last);
        EXPECT_EQ(last.what, kind::failed) << end;
        EXPECT_EQ(last.got.status, 0) << end;
        EXPECT_FALSE(last.got.failure.empty()) << end;
    }
}

TEST(ClientStream, GivesUpASilentOne) {
    raw_gateway server([](raw_gateway::peer& to) {
        to.send(head + chunk(":\n\n"));
        to.wait_for_word();
    });
    const auto from = client_of(server, 100ms);
    from->open(1, "/x", {});
    arrival last;
    EXPECT_EQ(read_until_end(*from, last), ":\n\n");
    EXPECT_EQ(last.what, kind::failed);
    EXPECT_THAT(last.got.failure, HasSubstr("nothing came"));
    server.give_word();
}

TEST(ClientStream, WaitsNoLongerThanItIsTold) {
    raw_gateway server([](raw_gateway::peer& to) { to.wait_for_word(); });
    const auto from = client_of(server);
    from->open(1, "/x", {});
    EXPECT_EQ(from->next(from->now() + 20ms).what, kind::nothing);
    EXPECT_EQ(from->next(from->now() - 1s).what, kind::nothing);
    server.give_word();
}

TEST(ClientStream, TellsNothingMoreOfOneThatWasLeft) {
    raw_gateway server([](raw_gateway::peer& to) {
        to.send(head + chunk("a"));
        to.wait_for_word();
        to.send(chunk("b"));
    });
    const auto from = client_of(server);
    from->open(1, "/x", {});
    EXPECT_EQ(next(*from).what, kind::opened);
    from->leave(1);
    server.give_word();
    EXPECT_EQ(from->next(from->now() + 200ms).what, kind::nothing);
}

TEST(ClientStream, NobodyThereIsAFailure) {
    std::uint16_t port = 0;
    {
        raw_gateway server([](raw_gateway::peer&) {});
        port = server.port();
    }
    client_options options;
    client from(options, *evalbridge::parse_base_url("http://127.0.0.1:" + std::to_string(port)));
    from.open(1, "/x", {});
    const auto came = next(from);
    EXPECT_EQ(came.what, kind::failed);
    EXPECT_EQ(came.got.status, 0);
}
