#include "gateway/http/chunked.hpp"

#include <gtest/gtest.h>

#include <string>

namespace evalbridge {
namespace {

using state = chunked_decoder::state;

struct decoded {
    state last = state::more;
    std::string body;
    std::string rest; ///< what the decoder left
};

/// Feeds `step` bytes at a time.
decoded decode(std::string_view bytes, std::size_t step = std::string_view::npos, std::size_t max_body = 1000) {
    chunked_decoder decoder(max_body);
    decoded out;
    std::string pending;
    while (!bytes.empty() && out.last == state::more) {
        pending += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        std::size_t taken = 0;
        out.last = decoder.feed(pending, taken, out.body);
        pending.erase(0, taken);
    }
    out.rest = pending + std::string(bytes);
    return out;
}

TEST(Chunked, GivesTheSameBodyHoweverTheBytesCome) {
    const std::string_view bytes =
        "5\r\nhello\r\n00A;name;n=v;q=\"a\\\"b;c\"\r\n world, yo\r\n0\r\nX-Checksum: abc\r\n\r\nGET /";
    for (const std::size_t step : {1, 2, 3, 7, 1000}) {
        const auto got = decode(bytes, step);
        EXPECT_EQ(got.last, state::done) << step;
        EXPECT_EQ(got.body, "hello world, yo") << step;
        EXPECT_EQ(got.rest, "GET /") << step;
    }
    EXPECT_EQ(decode("0\r\n\r\n").last, state::done);
    EXPECT_EQ(decode("5\r\nhel").last, state::more);
}

TEST(Chunked, RefusesEverySizeThatIsNotPlainHexadecimal) {
    for (const std::string_view size : {"",
                                        "x",
                                        "+5",
                                        "-1",
                                        "0x5",
                                        "5 ",
                                        " 5",
                                        "1_0",
                                        "5\t",
                                        "5;",
                                        "5;;a",
                                        "5;a=",
                                        "5;=b",
                                        "5;a b",
                                        "5; a=b",
                                        "5;a=\"b",
                                        "5;a=\"b\"c",
                                        "5;bad[=x",
                                        "5,",
                                        "5\r",
                                        "5\n",
                                        "5\x01",
                                        "5;a\rX",
                                        "00000000000000005",
                                        "FFFFFFFFFFFFFFFF0"}) {
        const std::string bytes = std::string(size) + "\r\nhello\r\n0\r\n\r\n";
        EXPECT_EQ(decode(bytes).last, state::refused) << size;
        EXPECT_EQ(decode(bytes, 1).last, state::refused) << size;
    }
    EXPECT_EQ(decode("5\nhello\r\n0\r\n\r\n").last, state::refused);
    EXPECT_EQ(decode("5\rhello\r\n0\r\n\r\n").last, state::refused);
}

TEST(Chunked, RefusesDataThatIsLongerOrShorterThanItsSize) {
    for (const std::string_view bytes :
         {"5\r\nhello!!\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n",
          "3\r\nfoo\r\n\r\n", "5\r\nhello\r\n0\r\n\n", "0\r\n\n"})
        EXPECT_EQ(decode(bytes).last, state::refused) << bytes;
}

TEST(Chunked, RefusesAtOnceWhatCannotBeSaved) {
    EXPECT_EQ(decode("5\r\nhelloX").last, state::refused);
    EXPECT_EQ(decode("5\n").last, state::refused);
    EXPECT_EQ(decode(std::string(1025, '1')).last, state::refused);
}

TEST(Chunked, TrailersWithAMeaningAreRefusedAndOthersDropped) {
    for (const std::string_view name :
         {"Authorization", "X-Api-Key", "Content-Length", "Content-Type", "transfer-encoding", "Host", "Cookie",
          "If-Match", "X-Forwarded-For", "Idempotency-Key", "Connection"})
        EXPECT_EQ(decode("0\r\n" + std::string(name) + ": x\r\n\r\n").last, state::refused) << name;
    for (const std::string_view line : {"X-Checksum: abc", "Server-Timing: a;dur=1", "X:"}) {
        const auto got = decode("1\r\na\r\n0\r\n" + std::string(line) + "\r\n\r\n");
        EXPECT_EQ(got.last, state::done) << line;
        EXPECT_EQ(got.body, "a");
    }
    for (const std::string_view line : {" X: a", "X : a", ": a", "no colon", "X: a\x01", "X: a\n"})
        EXPECT_EQ(decode("0\r\n" + std::string(line) + "\r\n\r\n").last, state::refused) << line;
}

TEST(Chunked, KeepsItsLimits) {
    EXPECT_EQ(decode("5\r\nhello\r\n0\r\n\r\n", std::string_view::npos, 5).last, state::done);
    EXPECT_EQ(decode("6\r\n", std::string_view::npos, 5).last, state::too_large);
    EXPECT_EQ(decode("3\r\nabc\r\n3\r\n", std::string_view::npos, 5).last, state::too_large);
    EXPECT_EQ(decode("FFFFFFFFFFFFFFFF\r\n").last, state::too_large);
    EXPECT_EQ(decode("1;" + std::string(2000, 'a') + "\r\n").last, state::refused);
    std::string many;
    for (int i = 0; i < 10; ++i)
        many += "1;" + std::string(500, 'a') + "\r\nx\r\n";
    EXPECT_EQ(decode(many).last, state::refused);
    std::string trailers = "0\r\n";
    for (int i = 0; i < 10; ++i)
        trailers += "X: " + std::string(500, 'a') + "\r\n";
    EXPECT_EQ(decode(trailers).last, state::refused);
}

} // namespace
} // namespace evalbridge
