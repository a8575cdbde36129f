#include "mapping/cursor.hpp"

#include "tests/mapping/test_mac.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace evalbridge {
namespace {

using namespace std::string_literals;

cursor example() {
    cursor c;
    c.kind = list_kind::verdicts;
    c.subject = "staging:run-1";
    c.filter = {verdict_filter::passed_is::no, "correctness", verdict_filter::levels::all, "trace-1"};
    c.include = {"raw", "spans"};
    c.limit = 50;
    c.ordinal = 150;
    c.position = {37, 2};
    return c;
}

void expect_equal(const cursor& a, const cursor& b) {
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.subject, b.subject);
    EXPECT_EQ(a.filter, b.filter);
    EXPECT_EQ(a.include, b.include);
    EXPECT_EQ(a.limit, b.limit);
    EXPECT_EQ(a.ordinal, b.ordinal);
    EXPECT_EQ(a.position, b.position);
}

std::string sealed(std::string_view content) {
    const auto text = to_base64url(content);
    return text + "." + to_base64url(test_mac(text));
}

/// The content of `c`'s text.
std::string content_of(const cursor& c) {
    const auto text = encode_cursor(c, test_mac);
    std::string bytes;
    EXPECT_TRUE(from_base64url(text.substr(0, text.find('.')), bytes));
    return bytes;
}

std::string random_bytes(std::mt19937_64& random, std::size_t most) {
    std::string bytes(random() % (most + 1), '\0');
    for (auto& b : bytes)
        b = static_cast<char>(random());
    return bytes;
}

void expect_back(const cursor& c) {
    const auto text = encode_cursor(c, test_mac);
    ASSERT_LE(text.size(), max_cursor_text);
    const auto back = decode_cursor(text, test_mac);
    ASSERT_TRUE(back);
    expect_equal(*back, c);
}

TEST(Cursor, ComesBackAsItWas) { expect_back(example()); }

TEST(Cursor, ComesBackAsItWasWhateverIsInIt) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 2000; ++i) {
        cursor c;
        c.kind = static_cast<list_kind>(random() % 4);
        c.subject = random_bytes(random, 640);
        if (random() % 2)
            c.filter.passed = static_cast<verdict_filter::passed_is>(random() % 3);
        if (random() % 2)
            c.filter.metric = random_bytes(random, 512);
        if (random() % 2)
            c.filter.trace_id = random_bytes(random, 512);
        c.filter.level = static_cast<verdict_filter::levels>(random() % 3);
        for (auto left = random() % 4; left > 0; --left)
            c.include.push_back(random_bytes(random, 12));
        c.limit = static_cast<std::uint32_t>(random() >> (32 + random() % 32));
        c.ordinal = random() >> (random() % 64);
        c.position = {random() >> (random() % 64), static_cast<std::uint32_t>(random() >> (32 + random() % 32))};
        expect_back(c);
    }
}

TEST(Cursor, HoldsTheLargestNumbers) {
    auto c = example();
    c.limit = std::numeric_limits<std::uint32_t>::max();
    c.ordinal = std::numeric_limits<std::uint64_t>::max();
    c.position = {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint32_t>::max()};
    expect_back(c);
}

TEST(Cursor, NeedsNoEncodingInAUrl) {
    const auto text = encode_cursor(example(), test_mac);
    EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
              std::string::npos);
}

TEST(Cursor, IsRefusedAfterAnyChangedBit) {
    const auto text = encode_cursor(example(), test_mac);
    for (std::size_t at = 0; at < text.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = text;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            EXPECT_FALSE(decode_cursor(changed, test_mac)) << at << " bit " << bit;
        }
}

TEST(Cursor, IsRefusedAfterAnyChangedByte) {
    const auto text = encode_cursor(example(), test_mac);
    for (std::size_t at = 0; at < text.size(); ++at)
        for (int byte = 0; byte < 256; ++byte) {
            auto changed = text;
            changed[at] = static_cast<char>(byte);
            EXPECT_EQ(decode_cursor(changed, test_mac).has_value(), changed == text);
        }
}

TEST(Cursor, IsRefusedCutShortOrMadeLonger) {
    const auto text = encode_cursor(example(), test_mac);
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(decode_cursor(text.substr(0, size), test_mac));
        EXPECT_FALSE(decode_cursor(text.substr(size + 1), test_mac));
    }
    for (const auto& more : {"A"s, "AA"s, "."s, "="s, " "s, "\n"s, "\0"s, text}) {
        EXPECT_FALSE(decode_cursor(text + more, test_mac));
        EXPECT_FALSE(decode_cursor(more + text, test_mac));
    }
}

TEST(Cursor, OfAnotherKeyIsRefused) { EXPECT_FALSE(decode_cursor(encode_cursor(example(), foreign_mac), test_mac)); }

TEST(Cursor, OfAnotherVersionIsRefusedEvenWhenItIsSealedWithOurKey) {
    auto content = content_of(example());
    ASSERT_TRUE(decode_cursor(sealed(content), test_mac));
    for (const char version : {'\0', '\2', '\x7f'}) {
        content[0] = version;
        EXPECT_FALSE(decode_cursor(sealed(content), test_mac));
    }
}

TEST(Cursor, WithDamagedContentIsRefusedEvenWhenItIsSealedWithOurKey) {
    const auto content = content_of(example());
    for (std::size_t size = 0; size < content.size(); ++size)
        EXPECT_FALSE(decode_cursor(sealed(content.substr(0, size)), test_mac)) << size;
    EXPECT_FALSE(decode_cursor(sealed(content + '\0'), test_mac));
    auto padded = content; // the last number, 2, written in two bytes
    padded.back() = '\x82';
    EXPECT_FALSE(decode_cursor(sealed(padded + '\0'), test_mac));
    auto other_kind = content;
    other_kind[1] = 4;
    EXPECT_FALSE(decode_cursor(sealed(other_kind), test_mac));
}

TEST(Cursor, ThatIsTooLongIsRefusedUnread) {
    int asked = 0;
    const mac_function counting = [&](std::string_view text) {
        ++asked;
        return test_mac(text);
    };
    EXPECT_FALSE(decode_cursor(std::string(max_cursor_text, 'A') + ".", counting));
    auto c = example();
    c.subject.assign(4000, 'x');
    EXPECT_FALSE(decode_cursor(encode_cursor(c, test_mac), counting));
    EXPECT_EQ(asked, 0);
}

TEST(Cursor, RandomBytesAreNone) {
    std::mt19937_64 random(4);
    for (int i = 0; i < 5000; ++i) {
        const auto bytes = random_bytes(random, 80);
        EXPECT_FALSE(decode_cursor(bytes, test_mac));
        EXPECT_FALSE(decode_cursor(to_base64url(bytes) + ".", test_mac));
    }
}

TEST(Cursor, RefusalSaysWhatToDo) {
    const auto refusal = decode_cursor("nonsense", test_mac).error();
    EXPECT_EQ(refusal.code(), errc::invalid_request);
    EXPECT_EQ(refusal.source(), error_source::client);
    ASSERT_EQ(refusal.faults().size(), 1u);
    EXPECT_EQ(refusal.faults()[0].pointer, "cursor");
    EXPECT_EQ(refusal.faults()[0].in, "query");
    EXPECT_NE(refusal.faults()[0].detail.find("start the walk again without a cursor"), std::string::npos);
}

} // namespace
} // namespace evalbridge
