#include "mapping/run.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

namespace evalbridge {
namespace {

metric_ref metric(std::string native_name, std::optional<std::string> native_id = {}) {
    return {.name = "canonical", .native_name = std::move(native_name), .native_id = std::move(native_id)};
}
span_ref span(std::uint32_t index) { return {.index = index, .name = {}, .type = {}}; }

TEST(VerdictId, NamesResultMetricSpanAndRepeat) {
    EXPECT_EQ(make_verdict_id("tr_1", metric("Toxicity", "m-9"), {}, 1), "tr_1:m-9");
    EXPECT_EQ(make_verdict_id("tr_1", metric("Toxicity"), {}, 1), "tr_1:Toxicity");
    EXPECT_EQ(make_verdict_id("tr_1", metric("x", "m"), span(4), 1), "tr_1:m:4");
    EXPECT_EQ(make_verdict_id("tr_1", metric("x", "m"), span(4), 3), "tr_1:m:4#3");
    EXPECT_EQ(make_verdict_id("a:b", metric("c#2 d%"), {}, 2), "a%3Ab:c%232%20d%25#2");
    EXPECT_EQ(make_verdict_id("", metric("\xc3\xa9"), {}, 0), ":%C3%A9");
}

TEST(VerdictId, IsNoOtherVerdictsId) {
    const std::string parts[] = {"a", "a:b", "b", "a#2", "2", "a:2", "", "%3A", ":"};
    std::map<std::string, std::tuple<std::string, std::string, int, unsigned>> seen;
    for (const auto& result : parts)
        for (const auto& name : parts)
            for (int index = -1; index < 3; ++index)
                for (unsigned repeat = 1; repeat < 4; ++repeat) {
                    const auto ref = index < 0 ? std::optional<span_ref>() : span(static_cast<std::uint32_t>(index));
                    const auto id = make_verdict_id(result, metric("n", name), ref, repeat);
                    EXPECT_TRUE(seen.try_emplace(id, result, name, index, repeat).second) << id;
                }
}

TEST(RunId, SplitsAtTheFirstColon) {
    EXPECT_EQ(make_run_id("staging", "a:b"), "staging:a:b");
    const auto address = parse_run_id("staging:a:b");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->provider, "staging");
    EXPECT_EQ(address->native_id, "a:b");
    EXPECT_TRUE(parse_run_id("p:" + std::string(512, 'x')));
    EXPECT_TRUE(parse_run_id("p:caf\u00e9 \u20ac"));
}

TEST(RunId, IsRefusedWithoutBothSidesOrWithBytesThatCouldMislead) {
    for (const std::string& id :
         {std::string("abc"), std::string(":abc"), std::string("p:"), std::string(""), "p:" + std::string(513, 'x'),
          std::string("p:a/b"), std::string("p:a\nb"), std::string("p:a\0b", 5), std::string("p:a\x7f")})
        EXPECT_FALSE(parse_run_id(id)) << id;
}

TEST(Names, AreTheApisWords) {
    EXPECT_EQ(name_of(metric_kind::programmatic), "programmatic");
    EXPECT_EQ(name_of(metric_kind::llm_judge), "llm_judge");
    EXPECT_EQ(name_of(metric_kind::agentic), "agentic");
    EXPECT_EQ(name_of(metric_kind::prompt), "prompt");
    EXPECT_EQ(name_of(metric_kind::unknown), "unknown");
    EXPECT_EQ(name_of(score_direction::higher_is_better), "higher_is_better");
    EXPECT_EQ(name_of(score_direction::lower_is_better), "lower_is_better");
    EXPECT_EQ(name_of(score_direction::unknown), "unknown");
    EXPECT_EQ(name_of(value_type::number), "number");
    EXPECT_EQ(name_of(value_type::percentage), "percentage");
    EXPECT_EQ(name_of(value_type::text), "text");
    EXPECT_EQ(name_of(value_type::boolean), "boolean");
    EXPECT_EQ(name_of(value_type::unknown), "unknown");
    EXPECT_EQ(name_of(passed_source::provider), "provider");
    EXPECT_EQ(name_of(passed_source::threshold), "threshold");
    EXPECT_EQ(name_of(passed_source::none), "none");
    EXPECT_EQ(name_of(verdict_level::item), "item");
    EXPECT_EQ(name_of(verdict_level::span), "span");
}

} // namespace
} // namespace evalbridge
