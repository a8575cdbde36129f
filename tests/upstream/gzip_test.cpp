#include "upstream/transport/gzip.hpp"

#include "tests/upstream/packed.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using testing::gzipped;

constexpr std::size_t large = 10'000'000;

TEST(Gunzip, UnpacksAndLeavesRoomBehindTheEnd) {
    std::string text;
    for (int i = 0; text.size() < 500'000; ++i)
        text += std::to_string(i * 7919) + " ";
    for (const auto& plain : {std::string(), std::string("x"), text}) {
        std::string out = "old";
        EXPECT_EQ(gunzip(gzipped(plain), large, out), gunzip_outcome::ok);
        EXPECT_TRUE(out == plain);
        EXPECT_GE(out.capacity(), out.size() + body_padding);
    }
}

TEST(Gunzip, UnpacksSeveralMembers) {
    std::string out;
    EXPECT_EQ(gunzip(gzipped("one ") + gzipped("") + gzipped("two"), large, out), gunzip_outcome::ok);
    EXPECT_EQ(out, "one two");
}

TEST(Gunzip, TellsEveryTruncation) {
    const auto packed = gzipped("hello, hello, hello");
    for (std::size_t size = 0; size < packed.size(); ++size) {
        std::string out;
        EXPECT_EQ(gunzip(packed.substr(0, size), large, out), gunzip_outcome::truncated) << size;
    }
}

TEST(Gunzip, RefusesWhatIsNoGzip) {
    auto wrong_sum = gzipped("hello");
    wrong_sum[wrong_sum.size() - 6] ^= 1;
    for (const auto& packed : {std::string("{\"plain\":\"json\"}"), gzipped("hello") + "behind", wrong_sum}) {
        std::string out;
        EXPECT_EQ(gunzip(packed, large, out), gunzip_outcome::malformed);
    }
}

TEST(Gunzip, StopsABombAtTheLimit) {
    const auto bomb = gzipped(std::string(50'000'000, '\0'));
    ASSERT_LT(bomb.size(), 60'000u);
    std::string out;
    EXPECT_EQ(gunzip(bomb, 1'000'000, out), gunzip_outcome::too_large);
    EXPECT_LT(out.capacity(), 2'100'000u);
}

TEST(Gunzip, AllowsExactlyTheLimit) {
    const auto packed = gzipped(std::string(100'000, 'x'));
    std::string out;
    EXPECT_EQ(gunzip(packed, 100'000, out), gunzip_outcome::ok);
    EXPECT_EQ(out.size(), 100'000u);
    EXPECT_EQ(gunzip(packed, 99'999, out), gunzip_outcome::too_large);
}

} // namespace
} // namespace evalbridge
