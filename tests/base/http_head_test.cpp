#include "base/http_head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace evalbridge {
namespace {

std::optional<head_fault> judge(std::string_view block, body_framing& framing, const head_limits& limits = {}) {
    return check_request_head(block, limits, framing);
}

int status_of(std::string_view block, const head_limits& limits = {}) {
    body_framing framing;
    const auto fault = judge(block, framing, limits);
    return fault ? fault->status : 200;
}

/// A request with these lines between the request line with a Host and the empty line.
std::string with_fields(std::string_view fields, std::string_view request_line = "POST /a HTTP/1.1") {
    return std::string(request_line) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

TEST(RequestHead, SaysHowTheBodyIsDelimited) {
    body_framing framing;
    EXPECT_FALSE(judge(with_fields(""), framing));
    EXPECT_FALSE(framing.chunked || framing.content_length);
    EXPECT_FALSE(judge(with_fields("Content-Length: 42\r\n"), framing));
    EXPECT_EQ(framing.content_length, 42u);
    EXPECT_FALSE(judge(with_fields("content-length:\t18446744073709551615 \r\n"), framing));
    EXPECT_EQ(framing.content_length, 18446744073709551615u);
    EXPECT_FALSE(judge(with_fields("TRANSFER-encoding: Chunked\r\n"), framing));
    EXPECT_TRUE(framing.chunked);
    EXPECT_FALSE(framing.content_length);
}

TEST(RequestHead, AcceptsWhatHonestClientsSend) {
    const std::string accepted[] = {
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
        "GET /v1/runs/a%3Ab?limit=1&cursor=x~y HTTP/1.1\r\nhost: [::1]:80\r\nAccept: */*\r\n\r\n",
        "HEAD /a;b=c/@d/(e)/!$&'*+, HTTP/1.0\r\nHost: example.com\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET http://a/ HTTP/1.0\r\nAccept: */*\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://Example.com:80/x?y HTTP/1.1\r\nHost: example.COM:80\r\n\r\n",
        "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Name: D\xc3\xbcsseldorf \xff\r\nX-Tab: a\tb\r\n\r\n",
    };
    for (const auto& block : accepted)
        EXPECT_EQ(status_of(block), 200) << block;
}

TEST(RequestHead, RefusesWhatCanBeReadInTwoWays) {
    struct {
        int status;
        std::string block;
    } const cases[] = {
        {400, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
        {400, "GET / HTTP/1.1\rHost: a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"},
        {400, with_fields("X: a\rb\r\n")},
        {400, with_fields(std::string("X: a\0b\r\n", 8))},
        {400, with_fields("X: a\x07\r\n")},
        {400, with_fields("X: a\x7f\r\n")},
        {400, with_fields("X: a\r\n folded\r\n")},
        {400, with_fields("X: a\r\n\tfolded\r\n")},
        {400, "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        {400, with_fields("X : a\r\n")},
        {400, with_fields("X\t: a\r\n")},
        {400, with_fields(": a\r\n")},
        {400, with_fields("Transfer_Encoding: chunked\r\n")},
        {400, with_fields("content_length: 5\r\n")},
        {400, with_fields("no colon\r\n")},
        {400, with_fields("Na[me: a\r\n")},
        {400, with_fields("X-T\xc3\xabst: a\r\n")},
        {400, "GET / HTTP/1.1\r\n\r\n"},
        {400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
        {400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"},
        {400, "GET http://b/ HTTP/1.0\r\nHost: a\r\n\r\n"},
        {400, with_fields("Host: a\r\n")},
        {400, with_fields("hOST: b\r\n")},
        {400, "GET / HTTP/1.1\r\nHost: a\r\n\r\nX: y\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\nHost: a\r\n"},
        {400, ""},
        {400, "\r\n\r\n"},
        {400, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    };
    for (const auto& each : cases)
        EXPECT_EQ(status_of(each.block), each.status) << each.block;
}

TEST(RequestHead, RefusesEveryRequestLineButOne) {
    struct {
        int status;
        std::string_view line;
    } const cases[] = {
        {400, "GET"},
        {400, "GET /"},
        {400, "GET HTTP/1.1"},
        {400, "GET  / HTTP/1.1"},
        {400, "GET / HTTP/1.1 "},
        {400, "GET\t/ HTTP/1.1"},
        {400, " GET / HTTP/1.1"},
        {400, "GET /a b HTTP/1.1"},
        {400, "GE(T / HTTP/1.1"},
        {400, "GET / HTTP/1"},
        {400, "GET / http/1.1"},
        {400, "GET / HTTP/01.1"},
        {400, "GET / HTTP/1.1x"},
        {400, "GET / ICE/1.0"},
        {505, "GET / HTTP/1.2"},
        {505, "GET / HTTP/0.9"},
        {505, "PRI * HTTP/2.0"},
        {501, "get / HTTP/1.1"},
        {501, "BREW / HTTP/1.1"},
        {501, "TRACE / HTTP/1.1"},
        {501, "CONNECT a:443 HTTP/1.1"},
        {400, "GET a HTTP/1.1"},
        {400, "GET * HTTP/1.1"},
        {400, "GET /a#b HTTP/1.1"},
        {400, "GET /a\\b HTTP/1.1"},
        {400, "GET /\"a\" HTTP/1.1"},
        {400, "GET /a[0] HTTP/1.1"},
        {400, "GET /caf\xc3\xa9 HTTP/1.1"},
        {400, "GET /a%2 HTTP/1.1"},
        {400, "GET /a%zz HTTP/1.1"},
        {400, "GET /a% HTTP/1.1"},
        {400, "GET ftp://a/ HTTP/1.1"},
        {400, "GET http://user@a/ HTTP/1.1"},
        {400, "GET http:/// HTTP/1.1"},
        {400, "GET http://b/ HTTP/1.1"},
    };
    for (const auto& each : cases)
        EXPECT_EQ(status_of(with_fields("", each.line)), each.status) << each.line;
}

TEST(RequestHead, TakesOneHostThatIsOne) {
    for (const std::string_view good :
         {"a", "a:80", "a.b-c_d~e:65535", "127.0.0.1", "[::1]", "[::ffff:1.2.3.4]:8080", "a:"})
        EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + std::string(good) + "\r\n\r\n"), 200) << good;
    for (const std::string_view bad : {"", " ", "a b", "a,b", "u@a", "a/b", "a:b", "a:123456", "[::1", "[]", "[::1]x",
                                       "[fg]", ":80", "a:80:80", "a=5000", "a?b", "a#b", "\"a\"", "%41"})
        EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + std::string(bad) + "\r\n\r\n"), 400) << bad;
}

TEST(RequestHead, RefusesEveryDoubtfulBodyLength) {
    for (const std::string_view length : {"", "x", "5x", "+5", "-1", "-0", "0x5", "0o5", "1_0", "1 0", "5,5", "5, 10",
                                          "05", "00", "18446744073709551616", "99999999999999999999", "5.0",
                                          "\x0b"
                                          "5"})
        EXPECT_EQ(status_of(with_fields("Content-Length: " + std::string(length) + "\r\n")), 400) << length;
    for (const std::string_view coding : {"", "gzip", "identity", "xchunked", "chunked, gzip", "gzip, chunked",
                                          "chunked, chunked", ", chunked", "chunked,", "chunked;a=b",
                                          "\x0b"
                                          "chunked",
                                          "\"chunked\"", "chun ked"})
        EXPECT_EQ(status_of(with_fields("Transfer-Encoding: " + std::string(coding) + "\r\n")), 400) << coding;
    for (const std::string_view fields :
         {"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"})
        EXPECT_EQ(status_of(with_fields(fields)), 400) << fields;
    EXPECT_EQ(status_of(with_fields("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0")), 400);
}

TEST(RequestHead, KeepsEachLimitToTheByte) {
    const head_limits limits{.block = 200, .target = 20, .fields = 3};
    EXPECT_EQ(status_of(with_fields("", "GET /" + std::string(19, 'a') + " HTTP/1.1"), limits), 200);
    EXPECT_EQ(status_of(with_fields("", "GET /" + std::string(20, 'a') + " HTTP/1.1"), limits), 414);
    EXPECT_EQ(status_of(with_fields("A: 1\r\nB: 2\r\n"), limits), 200);
    EXPECT_EQ(status_of(with_fields("A: 1\r\nB: 2\r\nC: 3\r\n"), limits), 431);
    const auto around = with_fields("X: \r\n").size();
    EXPECT_EQ(status_of(with_fields("X: " + std::string(200 - around, 'v') + "\r\n"), limits), 200);
    EXPECT_EQ(status_of(with_fields("X: " + std::string(201 - around, 'v') + "\r\n"), limits), 431);
}

TEST(RequestHead, NamesThePartThatMadeAnUnfinishedBlockTooLong) {
    const head_limits limits;
    EXPECT_EQ(status_of(std::string(100000, 'A'), limits), 400);
    EXPECT_EQ(status_of(std::string(100000, 'A') + " / HTTP/1.1\r\n", limits), 400);
    EXPECT_EQ(status_of("GET /" + std::string(100000, 'a'), limits), 414);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + std::string(100000, 'a'), limits), 431);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + std::string(100000, 'a'), limits), 431);
}

TEST(IncompleteHead, IsRefusedAsSoonAsNothingCanSaveIt) {
    EXPECT_FALSE(check_incomplete_head("GET / HTTP/1.1\r\nHost: a\r", 0));
    EXPECT_FALSE(check_incomplete_head("GET", 0));
    EXPECT_TRUE(check_incomplete_head("GET / HTTP/1.1\n", 0));
    EXPECT_TRUE(check_incomplete_head("GET / HTTP/1.1\rH", 0));
    EXPECT_TRUE(check_incomplete_head("\n", 0));
    EXPECT_TRUE(check_incomplete_head(std::string_view("G\0", 2), 0));
    // Only what is new is looked at, with the byte before it.
    EXPECT_FALSE(check_incomplete_head("a\r\n", 2));
    EXPECT_TRUE(check_incomplete_head("ab\n", 2));
}

TEST(ResponseHead, GivesStatusAndFraming) {
    body_framing framing;
    int status = 0;
    EXPECT_FALSE(check_response_head("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", {}, framing, status));
    EXPECT_EQ(status, 200);
    EXPECT_EQ(framing.content_length, 3u);
    EXPECT_FALSE(check_response_head("HTTP/1.1 404\r\nTransfer-Encoding: chunked\r\n\r\n", {}, framing, status));
    EXPECT_EQ(status, 404);
    EXPECT_TRUE(framing.chunked);
    EXPECT_FALSE(check_response_head("HTTP/1.0 599 \r\n\r\n", {}, framing, status));
    EXPECT_EQ(status, 599);
    EXPECT_FALSE(framing.chunked || framing.content_length);
}

TEST(ResponseHead, RefusesWhatCanBeReadInTwoWays) {
    for (const std::string_view block : {
             "HTTP/1.1 099 X\r\n\r\n",
             "HTTP/1.1 600 X\r\n\r\n",
             "HTTP/1.1 2000 X\r\n\r\n",
             "HTTP/1.1 20 X\r\n\r\n",
             "HTTP/1.1  200 X\r\n\r\n",
             "HTTP/2.0 200 X\r\n\r\n",
             "ICY 200 OK\r\n\r\n",
             "HTTP/1.1 200 OK\n\n",
             "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
             "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
             "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
             "HTTP/1.1 200 OK\r\n",
             "",
             "\r\n\r\n",
         }) {
        body_framing framing;
        int status = 0;
        EXPECT_TRUE(check_response_head(block, {}, framing, status)) << block;
    }
}

TEST(HeadBlock, EndsWithAnEmptyLineOfCrlf) {
    EXPECT_EQ(head_block_size("a\r\n\r\nbody"), 5u);
    EXPECT_EQ(head_block_size("a\r\n\r"), std::string_view::npos);
    EXPECT_EQ(head_block_size("a\n\nb"), std::string_view::npos);
    EXPECT_EQ(head_block_size(""), std::string_view::npos);
}

} // namespace
} // namespace evalbridge
