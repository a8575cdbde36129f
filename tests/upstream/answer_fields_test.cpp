#include "upstream/answer_fields.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

pairs all_of(const answer_fields& fields) {
    pairs out;
    for (const auto each : fields)
        out.emplace_back(each.name, each.value);
    return out;
}

TEST(AnswerFields, AreKeptInTheirOrderAsTheyCame) {
    answer_fields fields;
    EXPECT_EQ(all_of(fields), pairs());
    fields.add("ETag", "\"1\"");
    fields.add("empty", "");
    fields.add("etag", std::string(1000, 'x'));
    EXPECT_EQ(all_of(fields), (pairs{{"ETag", "\"1\""}, {"empty", ""}, {"etag", std::string(1000, 'x')}}));
    EXPECT_EQ(fields.size(), 3u);
}

TEST(AnswerFields, GiveTheFirstOfAName) {
    const answer_fields fields{{"Retry-After", "3"}, {"retry-after", "4"}, {"empty", ""}};
    EXPECT_EQ(fields.find("RETRY-AFTER"), "3");
    EXPECT_EQ(fields.find("empty"), "");
    EXPECT_FALSE(fields.find("retry"));
    EXPECT_FALSE(fields.find(""));
}

TEST(AnswerFields, AreWholeInACopyAndWhereTheyWereMoved) {
    auto fields = answer_fields{{"a", "short"}};
    const auto copy = fields;
    fields.add("b", "2");
    const auto moved = std::move(fields);
    EXPECT_EQ(all_of(copy), (pairs{{"a", "short"}}));
    EXPECT_EQ(all_of(moved), (pairs{{"a", "short"}, {"b", "2"}}));
}

TEST(AnswerFields, TakeNoMoreRoomThanWasReserved) {
    answer_fields fields;
    fields.reserve(8, 200);
    const auto before = fields.capacity();
    for (int i = 0; i < 8; ++i)
        fields.add("x-request-id", "0123456789");
    EXPECT_EQ(fields.capacity(), before);
    EXPECT_GE(before, 200u);
}

} // namespace
} // namespace evalbridge
