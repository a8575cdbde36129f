#include "adapters/staso/decode.hpp"
#include "tests/adapters/staso/staso_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

result<summary> decode(std::string_view body, bool raw = false) {
    static const auto dictionary = small_dictionary();
    return decode_summary(body, "r1", {"staso-test", dictionary, raw});
}

bool has_note(const summary& s, note_kind kind, std::string_view member) {
    return std::ranges::any_of(s.mapping, [&](const auto& n) { return n.kind == kind && n.member == member; });
}

TEST(StasoSummary, HasEveryDocumentedField) {
    const auto s = decode(R"({"passed":15,"total":20,"pass_rate":0.75,"avg_score":0.5,"avg_latency_ms":12.5,"by_rule":[
        {"rule_name":"latency_p95","passed":9,"total":10,"pass_rate":0.9,"avg_score":0.4},
        {"rule_name":"Quality!","guard_rule_id":"7c9a0000-0000-4000-8000-00000000000a","runtime":"prompt","passed":6,
         "total":10,"failed":4,"pass_rate":0.6,"avg_score":4,"avg_latency_ms":20}]})");
    ASSERT_TRUE(s) << s.error().detail();
    EXPECT_EQ(s->run_id, "staso-test:r1");
    EXPECT_EQ(s->source, summary_source::provider);
    EXPECT_EQ(s->counts.total, 20);
    EXPECT_EQ(s->counts.passed, 15);
    EXPECT_EQ(s->counts.failed, 5);
    EXPECT_EQ(s->counts.undecided, 0);
    EXPECT_EQ(s->counts.errored, 0);
    EXPECT_EQ(s->pass_rate, 0.75);
    EXPECT_EQ(s->average_score, 0.5);
    EXPECT_EQ(s->average_latency_ms, 12.5);
    EXPECT_FALSE(s->run_terminal) << "no run row was read";
    EXPECT_TRUE(has_note(*s, note_kind::derived, "failed"));
    EXPECT_TRUE(has_note(*s, note_kind::derived, "metrics.failed"));
    EXPECT_FALSE(has_note(*s, note_kind::derived, "pass_rate"));
    ASSERT_EQ(s->metrics.size(), 2u);
    EXPECT_EQ(s->metrics[0].metric.name, "latency");
    EXPECT_EQ(s->metrics[0].metric.kind, metric_kind::programmatic);
    EXPECT_EQ(s->metrics[0].average_score, 0.4);
    EXPECT_FALSE(s->metrics[0].average_latency_ms);
    EXPECT_EQ(s->metrics[1].metric.name, "answer_quality");
    EXPECT_EQ(s->metrics[1].metric.kind, metric_kind::prompt);
    EXPECT_EQ(s->metrics[1].counts.failed, 4);
    EXPECT_EQ(s->metrics[1].average_score, 0.8) << "on the configured range, as its verdicts are";
    EXPECT_EQ(s->metrics[1].average_latency_ms, 20);
}

TEST(StasoSummary, IsReadFromAnyTolerableEnvelope) {
    for (const auto* body :
         {R"({"summary":{"passed":1,"total":2}})", R"({"data":{"passed":1,"total":2}})",
          R"({"data":{"summary":{"passed":1,"total":2}}})", R"({"run_id":"r1","summary":{"passed":"1","total":"2"}})",
          R"({"passed":1,"total":2,"byRule":null})"}) {
        const auto s = decode(body);
        ASSERT_TRUE(s) << body << s.error().detail();
        EXPECT_EQ(s->counts.failed, 1) << body;
        EXPECT_TRUE(s->metrics.empty());
    }
}

TEST(StasoSummary, TakesRulesAsAListOrByName) {
    const auto s =
        decode(R"({"passed":1,"total":2,"byRule":{"tone":{"passed":1,"total":2,"passRate":0.5,"avgScore":1}}})");
    ASSERT_TRUE(s) << s.error().detail();
    ASSERT_EQ(s->metrics.size(), 1u);
    EXPECT_EQ(s->metrics[0].metric.name, "tone");
    EXPECT_EQ(s->metrics[0].pass_rate, 0.5);
    EXPECT_EQ(s->metrics[0].average_score, 1);
}

TEST(StasoSummary, ComputesARateItIsNotTold) {
    const auto s = decode(R"({"passed":1,"total":4,"pass_rate":null,"avg_score":"NaN","avg_latency_ms":null})");
    ASSERT_TRUE(s);
    EXPECT_EQ(s->pass_rate, 0.25);
    EXPECT_TRUE(has_note(*s, note_kind::derived, "pass_rate"));
    EXPECT_FALSE(s->average_score);
    EXPECT_FALSE(s->average_latency_ms);
}

TEST(StasoSummary, HasNoRateWhereNothingWasJudged) {
    for (const auto* rate : {"0", "null", "\"NaN\"", "1"})
        EXPECT_FALSE(decode(R"({"passed":0,"total":0,"pass_rate":)" + std::string(rate) + "}")->pass_rate) << rate;
}

TEST(StasoSummary, AddsUp) {
    const auto s = decode(R"({"passed":1,"total":4,"failed":2})");
    ASSERT_TRUE(s);
    EXPECT_EQ(s->counts.undecided, 1);
    for (const auto* body :
         {R"({"passed":5,"total":4})", R"({"passed":3,"total":4,"failed":2})", R"({"passed":-1,"total":4})",
          R"({"passed":0,"total":4,"failed":9223372036854775807})", R"({"passed":1})", R"({"total":1})", "{}",
          R"({"passed":1,"total":2,"by_rule":[{"passed":1,"total":1}]})", R"({"passed":1,"total":2,"by_rule":7})"}) {
        const auto broken = decode(body);
        ASSERT_FALSE(broken) << body;
        EXPECT_EQ(broken.error().code(), errc::provider_malformed);
    }
}

TEST(StasoSummary, CarriesTheVendorsBytesWhenAsked) {
    EXPECT_EQ(decode(R"({"summary":{"passed":1,"total":2,"p99":7}})", true)->raw, R"({"passed":1,"total":2,"p99":7})");
}

} // namespace
} // namespace evalbridge::staso
