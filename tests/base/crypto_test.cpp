#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

using namespace evalbridge;

namespace {

std::span<const unsigned char> bytes_of(std::string_view text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

} // namespace

TEST(Sha256, AgreesWithFips180) {
    EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_NE(sha256(std::string_view("a\0b", 3)), sha256("a"));
}

TEST(HmacSha256, AgreesWithRfc4231) {
    EXPECT_EQ(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(ConstantTimeEquality, IsEquality) {
    EXPECT_TRUE(equal_in_constant_time(bytes_of("secret"), bytes_of("secret")));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("secret"), bytes_of("secreT")));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("secret"), bytes_of("secre")));
    EXPECT_TRUE(equal_in_constant_time({}, {}));
}

TEST(Base64url, AgreesWithRfc4648WithoutPadding) {
    constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"},
    };
    for (const auto& [plain, encoded] : rows) {
        EXPECT_EQ(to_base64url(plain), encoded);
        std::string back = "left over";
        EXPECT_TRUE(from_base64url(encoded, back)) << encoded;
        EXPECT_EQ(back, plain);
    }
}

TEST(Base64url, RefusesWhatItCannotHaveWritten) {
    std::string out;
    for (const std::string_view text :
         {"Zg==", "Z", "Zh", "Zm9", "Zm9vY", "Zm9+", "Zm9/", "Zm 9", "Zm9v\n", "Zm8\xC3\xA9"})
        EXPECT_FALSE(from_base64url(text, out)) << text;
    EXPECT_FALSE(from_base64url(std::string_view("Zg\0", 3), out));
}

TEST(Base64url, RoundTripsEveryLengthAndByte) {
    std::string bytes;
    for (int i = 0; i < 600; ++i) {
        std::string back;
        ASSERT_TRUE(from_base64url(to_base64url(bytes), back));
        ASSERT_EQ(back, bytes);
        bytes += static_cast<char>((i * 151) & 255);
    }
}

TEST(Randomness, IsNotTheSameTwice) {
    std::set<std::vector<unsigned char>> seen;
    for (int i = 0; i < 64; ++i) {
        std::vector<unsigned char> bytes(16);
        fill_random(bytes);
        seen.insert(bytes);
    }
    EXPECT_EQ(seen.size(), 64u);
}
