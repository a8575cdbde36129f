#include "compare/comparison_request.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using query = std::vector<std::pair<std::string, std::string>>;

const mac_function mac = [](std::string_view) { return std::string(16, 'm'); };

result<comparison_request> read(const query& q, const std::string& a = "p:1", const std::string& b = "q:2") {
    return read_comparison_request(q, a, b, mac);
}

TEST(ComparisonRequest, HasDefaults) {
    const auto got = read({});
    ASSERT_TRUE(got);
    EXPECT_EQ(got->by, join_key::trace_id);
    EXPECT_EQ(got->min_pairs, usual_min_pairs);
    EXPECT_EQ(got->flips, wanted_flips::all);
    EXPECT_EQ(got->limit, default_limit);
    EXPECT_TRUE(got->metrics.empty());
}

TEST(ComparisonRequest, TravelsWholeInItsCursor) {
    const query first = {{"limit", "7"},         {"offset", "14"},   {"join", "input"},   {"metric", "tone"},
                         {"metric", "Safety x"}, {"metric", "tone"}, {"min_pairs", "33"}, {"flips", "improvements"}};
    const auto asked = read(first);
    ASSERT_TRUE(asked);
    const auto cursor = make_next_flip_cursor(*asked, 5, "p:1", "q:2", mac);
    const auto next = read({{"cursor", cursor}});
    ASSERT_TRUE(next);
    EXPECT_EQ(next->style, paging_style::cursor);
    EXPECT_EQ(next->offset, 19u);
    EXPECT_EQ(next->limit, 7u);
    EXPECT_EQ(next->by, join_key::input);
    EXPECT_EQ(next->metrics, (std::vector<std::string>{"Safety x", "tone"}));
    EXPECT_EQ(next->min_pairs, 33u);
    EXPECT_EQ(next->flips, wanted_flips::improvements);
    EXPECT_TRUE(read({{"cursor", cursor}, {"metric", "tone"}, {"metric", "Safety x"}, {"limit", "7"}}));
    for (const query& other : {query{{"cursor", cursor}, {"metric", "tone"}}, query{{"cursor", cursor}, {"limit", "8"}},
                               query{{"cursor", cursor}, {"offset", "1"}}, query{{"cursor", cursor + "A"}}})
        EXPECT_FALSE(read(other));
    EXPECT_FALSE(read({{"cursor", cursor}}, "q:2", "p:1")) << "of the same runs the other way round";
}

TEST(ComparisonRequest, RefusesMoreMetricsThanACursorCarries) {
    query many;
    for (std::size_t i = 0; i <= max_metric_filters; ++i)
        many.emplace_back("metric", "m" + std::to_string(i));
    EXPECT_FALSE(read(many));
    many.pop_back();
    EXPECT_TRUE(read(many));
    EXPECT_FALSE(read({{"metric", std::string(max_metric_bytes + 1, 'x')}}));
}

TEST(ComparisonRequest, KeepsTheLongestCursorBelowTheLimit) {
    const std::string a = std::string(64, 'p') + ":" + std::string(512, '1');
    comparison_request longest;
    longest.limit = max_limit;
    longest.offset = max_offset;
    longest.min_pairs = max_min_pairs;
    for (std::size_t i = 0; i < max_metric_filters; ++i)
        longest.metrics.push_back(std::string(max_metric_bytes / max_metric_filters, static_cast<char>('a' + i)));
    EXPECT_LE(make_next_flip_cursor(longest, 1000, a, a, mac).size(), max_cursor_text);
}

TEST(ComparisonRequest, SurvivesAnyBytesAsACursor) {
    for (const auto& text : {std::string(), std::string("."), std::string("AA.AA"),
                             std::string("AQ.bW1tbW1tbW1tbW1tbW1tbW0"), std::string(5000, 'A')})
        EXPECT_FALSE(read({{"cursor", text}})) << text;
}

} // namespace
} // namespace evalbridge
