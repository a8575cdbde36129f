#include "upstream/transport/chunked.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using state = chunked_answer_decoder::state;

struct decoded {
    state end;
    std::string body;
    std::size_t used;
};

/// Feeds the bytes in portions of that size.
decoded decode(std::string_view bytes, std::size_t portion, std::size_t max_body = 1000) {
    chunked_answer_decoder decoder(max_body);
    decoded outcome{state::more, {}, 0};
    while (outcome.end == state::more && outcome.used < bytes.size()) {
        std::size_t used = 0;
        outcome.end = decoder.feed(bytes.substr(outcome.used, portion), outcome.body, used);
        outcome.used += used;
    }
    return outcome;
}

TEST(Chunked, DecodesHoweverTheBytesArrive) {
    const std::string_view bytes =
        "5\r\nhello\r\n1;name=\"value\"\r\n,\r\n00006\r\n world\r\n0\r\nTrailer: x\r\n\r\nNEXT";
    for (std::size_t portion = 1; portion <= bytes.size(); ++portion) {
        const auto outcome = decode(bytes, portion);
        EXPECT_EQ(outcome.end, state::done);
        EXPECT_EQ(outcome.body, "hello, world");
        EXPECT_EQ(bytes.substr(outcome.used), "NEXT");
    }
}

TEST(Chunked, ReadsHexadecimalSizesInBothCases) {
    const std::string ten(10, 'x');
    EXPECT_EQ(decode("a\r\n" + ten + "\r\nA\r\n" + ten + "\r\n0\r\n\r\n", 7).body, ten + ten);
}

TEST(Chunked, RefusesWhatCanBeReadInTwoWays) {
    for (const std::string_view bytes : {
             "\r\n",
             "g\r\n",
             " 5\r\nhello\r\n0\r\n\r\n",
             "5 \r\nhello\r\n0\r\n\r\n",
             "+5\r\nhello\r\n0\r\n\r\n",
             "-5\r\nhello\r\n0\r\n\r\n",
             "0x5\r\nhello\r\n0\r\n\r\n",
             "5\nhello\n0\n\n",
             "5\r\nhello\n0\r\n\r\n",
             "5\r\nhelloo\r\n0\r\n\r\n",
             "5\rhello\r\n0\r\n\r\n",
             ";x\r\n",
             "5;a\nb\r\nhello\r\n0\r\n\r\n",
             "5;a\rb\r\nhello\r\n0\r\n\r\n",
             "1000000000000000\r\n",
             "0000000000000005\r\nhello\r\n0\r\n\r\n",
             "0\r\nTrailer: x\n\r\n",
             "0\r\nTrailer: x\rY\r\n",
             "0\r\n\rX",
         })
        for (const std::size_t portion : {std::size_t(1), bytes.size()})
            EXPECT_EQ(decode(bytes, portion).end, state::malformed) << bytes;
}

TEST(Chunked, StopsBeforeABodyThatIsTooLarge) {
    EXPECT_EQ(decode("5\r\nhello\r\n0\r\n\r\n", 100, 5).end, state::done);
    EXPECT_EQ(decode("5\r\nhello\r\n1\r\nx\r\n0\r\n\r\n", 100, 5).end, state::too_large);
    const auto huge = decode("fffffffffffffff\r\nx", 100, 5);
    EXPECT_EQ(huge.end, state::too_large);
    EXPECT_EQ(huge.body, "");
}

TEST(Chunked, BoundsExtensionsAndTrailers) {
    const std::string endless(100'000, 'x');
    EXPECT_EQ(decode("5;" + endless, 4096).end, state::malformed);
    EXPECT_EQ(decode("0\r\n" + endless, 4096).end, state::malformed);
    std::string lines = "0\r\n";
    for (int i = 0; i < 10'000; ++i)
        lines += "a: b\r\n";
    EXPECT_EQ(decode(lines, 4096).end, state::malformed);
}

TEST(Chunked, WantsMoreOfATruncatedBody) {
    const std::string_view whole = "5\r\nhello\r\n0\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(decode(whole.substr(0, size), 3).end, state::more) << size;
}

} // namespace
} // namespace evalbridge
