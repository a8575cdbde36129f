// Answers that are not what they should be: each is refused for what it is, in time, and never reaches another caller.

#include "tests/upstream/client.hpp"
#include "tests/upstream/packed.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

/// Sends the bytes for the first request, and ends the connection if asked to. Any later connection is healthy.
std::vector<raw_server::script> first_answers(std::string bytes, bool then_close) {
    return {[=](peer& vendor) {
                vendor.next_request();
                vendor.send(bytes);
                if (!then_close)
                    vendor.wait_for_close();
            },
            answering({ok("healthy")})};
}

struct fault_case {
    const char* name;
    std::string bytes;
    const char* detail;
};

void PrintTo(const fault_case& c, std::ostream* out) { *out << c.name; }

class MalformedAnswer : public ::testing::TestWithParam<fault_case> {};

TEST_P(MalformedAnswer, IsRefusedAndItsConnectionIsNotUsedAgain) {
    raw_server server(first_answers(GetParam().bytes, false));
    client client(options_for(server.port()));
    const auto answer = client.get();
    ASSERT_FALSE(answer) << answer->status << " " << answer->body;
    EXPECT_EQ(answer.error().code(), errc::provider_malformed);
    EXPECT_TRUE(answer.error().request_sent());
    EXPECT_THAT(answer.error().detail(), ::testing::EndsWith(GetParam().detail));
    EXPECT_EQ(client.get()->body, "healthy");
    EXPECT_EQ(server.connections(), 2u);
}

std::string interim(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += "HTTP/1.1 100 Continue\r\n\r\n";
    return bytes;
}

constexpr char head[] = "HTTP/1.1 200 OK\r\n";

INSTANTIATE_TEST_SUITE_P(
    All, MalformedAnswer,
    ::testing::Values(
        fault_case{"Http09", "<html>hello</html>", "it is not HTTP/1.1 or HTTP/1.0"},
        fault_case{"Http2", "HTTP/2 200\r\n\r\n", "the status line is malformed"},
        fault_case{"AnotherProtocol", "SSH-2.0-OpenSSH_9.2\r\n", "it is not HTTP/1.1 or HTTP/1.0"},
        fault_case{"Status000", "HTTP/1.1 000 X\r\n\r\n", "the status code is outside 100..599"},
        fault_case{"Status099", "HTTP/1.1 099 X\r\n\r\n", "the status code is outside 100..599"},
        fault_case{"Status600", "HTTP/1.1 600 X\r\n\r\n", "the status code is outside 100..599"},
        fault_case{"Status999", "HTTP/1.1 999 X\r\n\r\n", "the status code is outside 100..599"},
        fault_case{"Status99", "HTTP/1.1 99 X\r\n\r\n", "the status line is malformed"},
        fault_case{"Status2000", "HTTP/1.1 2000 X\r\n\r\n", "the status line is malformed"},
        fault_case{"NoStatus", "HTTP/1.1\r\n\r\n", "the status line is malformed"},
        fault_case{"BareLf", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", "a line ends with a bare LF"},
        fault_case{"BareCr", "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", "there is a CR without LF"},
        fault_case{"ObsFold", head + std::string("A: b\r\n c\r\n\r\n"), "a header line begins with whitespace"},
        fault_case{"NoColon", head + std::string("A\r\n\r\n"), "a header line has no colon"},
        fault_case{"SpaceBeforeColon", head + std::string("Content-Length : 2\r\n\r\n{}"),
                   "a header field's name is not a token"},
        fault_case{"TwoLengths", head + std::string("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
                   "there are several Content-Length fields"},
        fault_case{"NegativeLength", head + std::string("Content-Length: -2\r\n\r\n{}"),
                   "Content-Length is not a decimal number"},
        fault_case{"LengthList", head + std::string("Content-Length: 2, 2\r\n\r\n{}"),
                   "Content-Length is not a decimal number"},
        fault_case{"EndlessLength", head + std::string("Content-Length: 99999999999999999999\r\n\r\n{}"),
                   "Content-Length is too large to be one"},
        fault_case{"LengthAndChunked",
                   head + std::string("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
                   "there are both Transfer-Encoding and Content-Length"},
        fault_case{"UnknownTransferCoding", head + std::string("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                   "Transfer-Encoding is not exactly `chunked`"},
        fault_case{"ChunkedInHttp10", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   "HTTP/1.0 has no Transfer-Encoding"},
        fault_case{"BadChunkSize", head + std::string("Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"),
                   "the answer's chunks are malformed"},
        fault_case{"BadChunkEnd", head + std::string("Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n"),
                   "the answer's chunks are malformed"},
        fault_case{"HugeChunk", head + std::string("Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"),
                   "the answer is larger than 67108864 bytes"},
        fault_case{"HugeLength", head + std::string("Content-Length: 67108865\r\n\r\n"),
                   "the answer is larger than 67108864 bytes"},
        fault_case{"HeaderTooLarge", head + std::string("A: ") + std::string(33 * 1024, 'x'),
                   "its header is too large"},
        fault_case{"CompleteHeaderTooLarge", head + std::string("A: ") + std::string(33 * 1024, 'x') + "\r\n\r\n",
                   "is too long"},
        fault_case{"EndlessInterimAnswers", interim(33), "it does not get past interim answers"},
        fault_case{"SwitchedProtocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                   "it switches to a protocol that nobody asked for"},
        fault_case{"UnknownCoding", head + std::string("Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}"),
                   "the answer has a content coding that was not asked for"},
        fault_case{"NestedCoding", head + std::string("Content-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\n{}"),
                   "the answer has a content coding that was not asked for"},
        fault_case{"NoGzip", ok("{}", "Content-Encoding: gzip\r\n"), "the answer is not the gzip that it says it is"},
        fault_case{"TruncatedGzip", ok(gzipped("hello hello").substr(0, 15), "Content-Encoding: gzip\r\n"),
                   "the answer's gzip stream ends too early"}),
    [](const auto& info) { return info.param.name; });

struct broken_case {
    const char* name;
    std::string bytes;
};

class BrokenOffAnswer : public ::testing::TestWithParam<broken_case> {};

TEST_P(BrokenOffAnswer, IsNoAnswer) {
    raw_server server(first_answers(GetParam().bytes, true));
    client client(options_for(server.port()));
    const auto answer = client.get();
    ASSERT_FALSE(answer) << answer->status << " " << answer->body;
    EXPECT_EQ(answer.error().code(), errc::provider_unavailable);
    EXPECT_TRUE(answer.error().request_sent());
    EXPECT_EQ(answer.error().detail(), GetParam().bytes.empty() ? "the provider closed the connection without an answer"
                                                                : "the answer broke off");
    EXPECT_EQ(client.get()->body, "healthy");
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenOffAnswer,
    ::testing::Values(
        broken_case{"Nothing", ""}, broken_case{"InStatusLine", "HTTP/1."},
        broken_case{"InHeader", "HTTP/1.1 200 OK\r\nContent-Le"},
        broken_case{"AfterInterim", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"},
        broken_case{"InBody", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"},
        broken_case{"BeforeBody", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"},
        broken_case{"InChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"},
        broken_case{"BeforeLastChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"},
        broken_case{"InTrailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST(Answer, ComesAfterInterimOnes) {
    raw_server server(
        {answering({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok("one"),
                    interim(32) + ok("two")})});
    client client(options_for(server.port()));
    EXPECT_EQ(client.get()->body, "one");
    EXPECT_EQ(client.get()->body, "two");
    EXPECT_EQ(server.connections(), 1u);
}

TEST(Answer, IsUnpacked) {
    const std::string plain(100'000, 'x');
    const auto packed = gzipped(plain);
    raw_server server(
        {answering({ok(packed, "Content-Encoding: gzip\r\n"), ok(packed, "content-encoding: X-GZIP\r\n"),
                    ok("plain", "Content-Encoding: identity\r\n"), ok("", "Content-Encoding: gzip\r\n")})});
    client client(options_for(server.port()));
    for (const auto& expected : {plain, plain, std::string("plain"), std::string()}) {
        const auto answer = client.get();
        ASSERT_TRUE(answer) << answer.error().detail();
        EXPECT_TRUE(answer->body == expected);
        EXPECT_GE(answer->body.capacity(), answer->body.size() + 64);
    }
    EXPECT_EQ(server.connections(), 1u);
}

TEST(Answer, IsLimitedPerCallPackedOrNot) {
    const std::string plain(100'000, 'x');
    auto small = test_call();
    small.max_body = 99'999;
    auto enough = test_call();
    enough.max_body = 100'000;
    for (const auto& bytes :
         {ok(plain), ok(gzipped(plain), "Content-Encoding: gzip\r\n"), "HTTP/1.1 200 OK\r\n\r\n" + plain}) {
        raw_server server({[&](peer& vendor) {
            vendor.next_request();
            vendor.send(bytes);
            vendor.close();
        }});
        client client(options_for(server.port()));
        const auto refused = client.send(get("/"), small);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), errc::provider_malformed);
        EXPECT_EQ(refused.error().detail(), "the answer is larger than 99999 bytes");
        EXPECT_TRUE(client.send(get("/"), enough));
    }
}

} // namespace
} // namespace evalbridge::testing
