// Answers that are read while they come; over TLS too, with the transport's own distrust.

#include "tests/upstream/certificates.hpp"
#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"
#include "upstream/transport/resolver.hpp"
#include "upstream/transport/stream.hpp"

#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct read_stream {
    std::vector<std::string> pieces;
    std::optional<error> failed;
};

boost::asio::awaitable<bool> read_all(stream_opener& opener, http_request request, duration silence,
                                      read_stream& into) {
    auto opened = co_await opener.open(request, std::chrono::steady_clock::now() + 5s);
    if (!opened) {
        into.failed = opened.error();
        co_return true;
    }
    for (;;) {
        auto piece = co_await (*opened)->next(std::chrono::steady_clock::now() + silence);
        if (!piece)
            into.failed = piece.error();
        if (!piece || piece->empty())
            co_return true;
        into.pieces.push_back(std::move(*piece));
    }
}

read_stream read(const upstream_options& options, duration silence = 5s) {
    boost::asio::io_context io(1);
    deadline_sweeper sweeper(io.get_executor(), 5ms);
    const auto local = std::make_shared<resolver>([](const std::string&) -> result<resolver::addresses> {
        return resolver::addresses{boost::asio::ip::make_address("127.0.0.1")};
    });
    stream_opener opener(options, sweeper, local);
    read_stream out;
    bool ended = false;
    boost::asio::co_spawn(io, read_all(opener, get("/events"), silence, out),
                          [&](std::exception_ptr, bool) { ended = true; });
    while (!ended && io.run_one() > 0) {
    }
    return out;
}

std::string joined(const read_stream& from) {
    std::string out;
    for (const auto& each : from.pieces)
        out += each;
    return out;
}

const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

raw_server::script sends(std::string bytes) {
    return [bytes = std::move(bytes)](peer& to) {
        to.next_request();
        to.send(bytes);
        to.close();
    };
}

TEST(Stream, EndsAsItsFramingSays) {
    const struct {
        std::string answer;
        std::string body;
        bool ends_well;
    } rows[] = {
        {chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", true},
        {chunked + "3\r\nabc\r\n", "abc", false},
        {chunked + "3\r\nabcX", "", false},
        {ok("abc"), "abc", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "abc", false},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc", "abc", true},
        {"HTTP/1.1 204 No Content\r\n\r\n", "", true},
        {"HTTP/1.1 103 Early Hints\r\n\r\n" + ok("abc"), "abc", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", "", false},
    };
    for (const auto& row : rows) {
        raw_server server({sends(row.answer)});
        const auto got = read(options_for(server.port()));
        EXPECT_EQ(joined(got), row.body) << row.answer;
        EXPECT_EQ(!got.failed, row.ends_well) << row.answer;
    }
}

TEST(Stream, GivesUpOneThatIsSilent) {
    raw_server server({[](peer& to) {
        to.next_request();
        to.send(chunked + "3\r\nabc\r\n");
        to.wait_for_close();
    }});
    const auto got = read(options_for(server.port()), 50ms);
    EXPECT_EQ(joined(got), "abc");
    ASSERT_TRUE(got.failed);
    EXPECT_EQ(got.failed->code(), errc::deadline_exceeded);
    EXPECT_TRUE(server.wait_for_ended(1)) << "its connection is closed";
}

TEST(Stream, BelievesNobodyOverTlsWhoIsNotTheServer) {
    const auto root = make_certificate({.common_name = "root", .authority = true});
    const auto other = make_certificate({.common_name = "other", .authority = true});
    const pem_file trusted(root);
    const auto named = certificate_wish{.common_name = "api.example", .alternative_names = "DNS:api.example"};
    for (const bool good : {true, false}) {
        auto context = server_context(make_certificate(named, good ? &root : &other));
        raw_server server({sends(chunked + "3\r\nabc\r\n0\r\n\r\n")}, &context);
        auto options = options_for(server.port());
        options.url.tls = true;
        options.url.host = "api.example";
        options.ca_file = trusted.path();
        const auto got = read(options);
        EXPECT_EQ(joined(got), good ? "abc" : "");
        EXPECT_EQ(!got.failed, good);
        EXPECT_EQ(server.requests().size(), good ? 1u : 0u);
    }
}

} // namespace
} // namespace evalbridge::testing
