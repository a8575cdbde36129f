#include "upstream/policy/answer_cache.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

const time_point now{1h};
const time_point later = now + 1h;

http_response answer(std::size_t size, char fill = 'x') {
    http_response out;
    out.status = 200;
    out.body = std::string(size, fill);
    return out;
}

const std::size_t one = answer_cache::cost("a", answer(1000));

TEST(AnswerCache, GivesWhatWasKept) {
    answer_cache cache(1'000'000);
    EXPECT_FALSE(cache.find("a", now));
    cache.put("a", answer(3), later);
    ASSERT_TRUE(cache.find("a", now));
    EXPECT_EQ(cache.find("a", now)->body, "xxx");
    EXPECT_FALSE(cache.find("b", now));
}

TEST(AnswerCache, ForgetsWhatIsOutOfDate) {
    answer_cache cache(1'000'000);
    cache.put("a", answer(3), later);
    EXPECT_TRUE(cache.find("a", later - 1ns));
    EXPECT_FALSE(cache.find("a", later));
    EXPECT_EQ(cache.size(), 0u);
    EXPECT_EQ(cache.bytes(), 0u);
}

TEST(AnswerCache, DropsTheLeastRecentlyUsed) {
    answer_cache cache(8 * one);
    for (const auto* key : {"a", "b", "c", "d", "e", "f", "g", "h"})
        cache.put(key, answer(1000), later);
    EXPECT_EQ(cache.bytes(), 8 * one); // exactly full
    EXPECT_EQ(cache.size(), 8u);
    EXPECT_TRUE(cache.find("a", now));
    cache.put("i", answer(1000), later);
    EXPECT_EQ(cache.size(), 8u);
    EXPECT_TRUE(cache.find("a", now));
    EXPECT_FALSE(cache.find("b", now));
    EXPECT_TRUE(cache.find("i", now));
}

TEST(AnswerCache, KeepsNothingThatTakesMoreThanAnEighth) {
    answer_cache cache(8 * one);
    cache.put("a", answer(1001), later);
    EXPECT_EQ(cache.size(), 0u);
    cache.put("a", answer(1000), later);
    EXPECT_EQ(cache.size(), 1u);
    cache.put("a", answer(1001), later); // the old one isn't the last word any more
    EXPECT_EQ(cache.size(), 0u);
    EXPECT_EQ(cache.bytes(), 0u);

    answer_cache none(0);
    none.put("a", answer(0), later);
    EXPECT_EQ(none.size(), 0u);
}

TEST(AnswerCache, CountsFieldsKeysAndRoomToSpare) {
    const auto plain = answer_cache::cost("k", answer(100));
    EXPECT_EQ(answer_cache::cost("k", answer(200)), plain + 100);
    auto with_fields = answer(100);
    with_fields.fields.add("etag", std::string(100, 'e'));
    EXPECT_EQ(answer_cache::cost("k", with_fields), plain + with_fields.fields.capacity());
    EXPECT_GE(with_fields.fields.capacity(), 104 + 3 * sizeof(std::uint32_t)) << "the text, and where it is";
    EXPECT_GE(answer_cache::cost(std::string(100, 'k'), answer(100)), plain + 100);

    // What a body had reserved isn't kept.
    answer_cache cache(1'000'000);
    auto roomy = answer(1000);
    std::string room(roomy.body.view());
    room.reserve(50'000);
    roomy.body = std::move(room);
    cache.put("a", std::move(roomy), later);
    EXPECT_EQ(cache.bytes(), one);
}

TEST(AnswerCache, AnAnswerInUseOutlivesItsEntry) {
    answer_cache cache(8 * one);
    cache.put("a", answer(3, 'o'), later);
    const auto used = cache.find("a", now);
    cache.put("a", answer(3, 'n'), later);
    EXPECT_EQ(used->body, "ooo");
    EXPECT_EQ(cache.find("a", now)->body, "nnn");
    const auto newer = cache.find("a", now);
    cache.clear();
    EXPECT_EQ(newer->body, "nnn");
    EXPECT_EQ(cache.bytes(), 0u);
    EXPECT_EQ(cache.size(), 0u);
    EXPECT_FALSE(cache.find("a", now));
}

TEST(AnswerCache, CountsExactlyWhateverHappens) {
    std::mt19937 engine(42);
    const auto upto = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(engine); };
    const std::size_t max = 40'000;
    answer_cache cache(max);
    std::map<std::string, std::size_t> sizes; // of what was put last
    auto at = now;
    for (int step = 0; step < 20'000; ++step) {
        const auto key = std::string(1 + upto(40), 'k') + std::to_string(upto(30));
        if (upto(2) == 0) {
            cache.find(key, at);
        } else {
            auto made = answer(upto(6000));
            sizes[key] = answer_cache::cost(std::string(key), made); // a copy: it has no room to spare
            cache.put(key, std::move(made), at + std::chrono::seconds(upto(50)));
        }
        at += std::chrono::milliseconds(upto(200));
        ASSERT_LE(cache.bytes(), max);
    }
    // Each that is still there counts what it costs, and nothing else does.
    std::size_t sum = 0;
    std::size_t count = 0;
    for (const auto& [key, size] : sizes)
        if (cache.find(key, time_point{})) {
            sum += size;
            ++count;
        }
    EXPECT_GT(count, 0u);
    EXPECT_EQ(cache.size(), count);
    EXPECT_EQ(cache.bytes(), sum);
}

} // namespace
} // namespace evalbridge
