#include "adapters/staso/decode.hpp"
#include "tests/adapters/staso/staso_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

constexpr std::string_view full_row = R"({"run_id":"r1","trace_id":"t/1","guard_rule_id":"","rule_name":"latency_p95",
 "runtime":"programmatic","passed":false,"score":1.3,"reason":"39000 ms","agent_version":"v2","latency_ms":12,
 "timestamp":"2026-05-10T08:00:00.250Z","inspected":[{"turn":1,"tool":"read_file","target":"a.py"},{"turn":1,"tool":"bash","target":"ls"}]})";

result<verdict_rows> decode(std::string_view body, bool raw = false) {
    static const auto dictionary = small_dictionary();
    return decode_verdicts(body, "r1", {"staso-test", dictionary, raw});
}

verdict one(const std::string& row) {
    auto page = decode("[" + row + "]");
    EXPECT_TRUE(page) << row << ": " << page.error().detail();
    return page && page->rows.size() == 1 ? page->rows[0] : verdict{};
}

verdict with(const std::string& members) { return one(R"({"trace_id":"t","rule_name":"m",)" + members + "}"); }

bool has_note(const measurement& m, note_kind kind, std::string_view member) {
    return std::ranges::any_of(m.mapping, [&](const auto& n) { return n.kind == kind && n.member == member; });
}

TEST(StasoVerdict, HasEveryDocumentedField) {
    const auto v = one(std::string(full_row));
    EXPECT_EQ(v.run_id, "staso-test:r1");
    EXPECT_EQ(v.result_id, "t/1");
    EXPECT_EQ(v.trace_id, "t/1");
    EXPECT_EQ(v.level, verdict_level::item);
    EXPECT_EQ(v.id, make_verdict_id("t/1", v.measured.metric, {}, 1));
    EXPECT_EQ(v.measured.metric.name, "latency");
    EXPECT_EQ(v.measured.metric.native_name, "latency_p95");
    EXPECT_FALSE(v.measured.metric.native_id);
    EXPECT_EQ(v.measured.metric.kind, metric_kind::programmatic);
    EXPECT_EQ(v.measured.passed, false);
    EXPECT_EQ(v.measured.decided_by, passed_source::provider);
    EXPECT_EQ(v.measured.score, 1.3);
    EXPECT_EQ(v.measured.value.number, 1.3);
    EXPECT_EQ(v.measured.value.type, value_type::number);
    EXPECT_EQ(v.measured.direction, score_direction::lower_is_better);
    EXPECT_EQ(v.measured.reason, "39000 ms");
    EXPECT_EQ(v.agent_version, "v2");
    EXPECT_EQ(v.latency_ms, 12);
    EXPECT_EQ(v.at, parse_timestamp("2026-05-10T08:00:00.250Z"));
    ASSERT_EQ(v.inspected.size(), 2u);
    EXPECT_EQ(v.inspected[1].turn, 1);
    EXPECT_EQ(v.inspected[1].tool, "bash");
    EXPECT_EQ(v.inspected[1].target, "ls");
}

TEST(StasoVerdict, IsReadInCamelCaseToo) {
    const auto v = one(R"({"traceId":"t","guardRuleId":"g","ruleName":"tone","agentVersion":"v1","latencyMs":"7"})");
    EXPECT_EQ(v.result_id, "t");
    EXPECT_EQ(v.measured.metric.native_id, "g");
    EXPECT_EQ(v.measured.metric.native_name, "tone");
    EXPECT_EQ(v.agent_version, "v1");
    EXPECT_EQ(v.latency_ms, 7);
}

TEST(StasoVerdict, IsReadFromAnyTolerableEnvelope) {
    const std::string row = R"({"trace_id":"t","rule_name":"m"})";
    for (const auto& body : {"[" + row + "]", R"({"verdicts":[)" + row + "]}", R"({"items":[)" + row + "]}",
                             R"({"data":[)" + row + "]}", R"({"results":[)" + row + R"(],"next":null})",
                             R"({"data":{"verdicts":[)" + row + "]}}", R"({"verdicts":null,"items":[)" + row + "]}"}) {
        const auto page = decode(body);
        ASSERT_TRUE(page) << body << page.error().detail();
        EXPECT_EQ(page->rows.size(), 1u) << body;
        EXPECT_FALSE(page->total);
    }
    EXPECT_TRUE(decode("[]")->rows.empty());
    EXPECT_TRUE(decode(R"({"verdicts":null})")->rows.empty());
    for (const auto* body : {"{}", "null", "3", R"({"verdicts":{}})", R"({"verdicts":"none"})", R"({"verdicts":[}])"})
        EXPECT_FALSE(decode(body)) << body;
}

TEST(StasoVerdict, ListsKnowTheirTotalWhenItIsOne) {
    const std::string rows = R"([{"trace_id":"t","rule_name":"m"}])";
    struct {
        std::string body;
        std::optional<std::uint64_t> total;
    } const cases[] = {
        {R"({"verdicts":)" + rows + R"(,"total":9})", 9},
        {R"({"total_count":"9","verdicts":)" + rows + "}", 9},
        {R"({"data":{"items":)" + rows + R"(,"total":9}})", 9},
        {R"({"data":{"items":)" + rows + R"(},"total":9})", 9},
        {R"({"verdicts":)" + rows + R"(,"count":9})", 9},
        {R"({"verdicts":)" + rows + R"(,"count":1})", {}},
        {R"({"verdicts":)" + rows + R"(,"total":null})", {}},
        {R"({"verdicts":)" + rows + R"(,"total":-1})", {}},
        {R"({"verdicts":)" + rows + R"(,"total":{"value":9}})", {}},
    };
    for (const auto& each : cases) {
        const auto page = decode(each.body);
        ASSERT_TRUE(page) << each.body;
        EXPECT_EQ(page->total, each.total) << each.body;
    }
}

TEST(StasoVerdict, TakesPassedAsTheVendorSaysIt) {
    EXPECT_EQ(with(R"("passed":true)").measured.passed, true);
    EXPECT_EQ(with(R"("passed":1)").measured.passed, true);
    EXPECT_EQ(with(R"("passed":0)").measured.passed, false);
    const auto silent = with(R"("passed":null,"score":0.99)").measured;
    EXPECT_FALSE(silent.passed) << "a score decides nothing";
    EXPECT_EQ(silent.decided_by, passed_source::none);
    EXPECT_FALSE(silent.error);
    EXPECT_FALSE(decode(R"([{"trace_id":"t","rule_name":"m","passed":"perhaps"}])"));
}

TEST(StasoVerdict, RescalesAScoreOnlyWithAConfiguredRange) {
    const auto as_given = with(R"("score":3.5)").measured;
    EXPECT_EQ(as_given.score, 3.5);
    EXPECT_EQ(as_given.direction, score_direction::unknown);
    EXPECT_TRUE(has_note(as_given, note_kind::defaulted, "score"));
    const auto scaled =
        one(R"({"trace_id":"t","guard_rule_id":"7c9a0000-0000-4000-8000-00000000000a","rule_name":"Quality!","score":4})")
            .measured;
    EXPECT_EQ(scaled.metric.name, "answer_quality");
    EXPECT_EQ(scaled.metric.native_name, "Quality!");
    EXPECT_EQ(scaled.score, 0.8);
    EXPECT_EQ(scaled.value.number, 4);
    EXPECT_TRUE(has_note(scaled, note_kind::derived, "score"));
    for (const auto* none : {R"("score":null)", R"("score":"NaN")", R"("x":1)"}) {
        const auto m = with(none).measured;
        EXPECT_FALSE(m.score) << none;
        EXPECT_FALSE(m.value.number);
        EXPECT_EQ(m.value.type, value_type::unknown);
    }
    EXPECT_EQ(with(R"("score":"0.25")").measured.score, 0.25);
}

TEST(StasoVerdict, KeepsRulesOfOneNameApartByTheirIds) {
    const auto page = decode(R"([{"trace_id":"t","rule_name":"tone","guard_rule_id":"a"},
        {"trace_id":"t","rule_name":"tone","guard_rule_id":"b"},{"trace_id":"t","rule_name":"tone","guard_rule_id":null}])");
    ASSERT_TRUE(page);
    EXPECT_NE(page->rows[0].id, page->rows[1].id);
    EXPECT_NE(page->rows[1].id, page->rows[2].id);
    EXPECT_EQ(one(R"({"trace_id":"t","guard_rule_id":"g"})").measured.metric.native_name, "g");
}

TEST(StasoVerdict, RemembersRulesBeyondWhatItKeeps) {
    std::string body;
    for (int i = 0; i < 200; ++i)
        body += (i ? "," : "[") + std::string(R"({"trace_id":"t","rule_name":"m)") + std::to_string(i % 70) + "\"}";
    const auto page = decode(body + "]");
    ASSERT_TRUE(page);
    for (std::size_t i = 0; i < page->rows.size(); ++i)
        EXPECT_EQ(page->rows[i].measured.metric.name, "m" + std::to_string(i % 70));
}

TEST(StasoVerdict, SaysWhatItCouldNotHold) {
    EXPECT_TRUE(has_note(with(R"("runtime":"quantum")").measured, note_kind::lossy, "metric.kind"));
    EXPECT_EQ(with(R"("latency_ms":12.6)").latency_ms, 13);
    EXPECT_TRUE(has_note(with(R"("latency_ms":12.6)").measured, note_kind::lossy, "latency_ms"));
    EXPECT_FALSE(with(R"("latency_ms":1e300)").latency_ms);
    EXPECT_TRUE(has_note(with(R"("timestamp":"soon")").measured, note_kind::lossy, "timestamp"));
    EXPECT_EQ(with(R"("timestamp":1778400000.25)").at, parse_timestamp("2026-05-10T08:00:00.25Z"));
}

TEST(StasoVerdict, ReadsEmptyTextsAndListsAsNothing) {
    const auto v = with(R"("reason":"","agent_version":"","inspected":null)");
    EXPECT_FALSE(v.measured.reason);
    EXPECT_FALSE(v.agent_version);
    EXPECT_TRUE(v.inspected.empty());
    const auto sparse = with(R"("inspected":[{"turn":null},{"tool":"bash"}])");
    ASSERT_EQ(sparse.inspected.size(), 2u);
    EXPECT_FALSE(sparse.inspected[0].turn);
    EXPECT_EQ(sparse.inspected[1].tool, "bash");
}

TEST(StasoVerdict, SaysWhereItIsBroken) {
    struct {
        const char* body;
        const char* where;
    } const rows[] = {
        {R"({"verdicts":[{"trace_id":"t","rule_name":"m"},{"rule_name":"m"}]})", "/verdicts/1/trace_id"},
        {R"([{"trace_id":"","rule_name":"m"}])", "/0/trace_id"},
        {R"([{"trace_id":"t"}])", "/0/rule_name"},
        {R"([{"trace_id":"t","rule_name":"m","score":"high"}])", "/0/score"},
        {R"([{"trace_id":"t","rule_name":"m","score":1e999}])", "/0/score"},
        {R"([{"trace_id":"t","rule_name":"m","inspected":[{"turn":"one"}]}])", "/0/inspected/0/turn"},
        {R"([7])", "/0"},
    };
    for (const auto& row : rows) {
        const auto page = decode(row.body);
        ASSERT_FALSE(page) << row.body;
        EXPECT_EQ(page.error().code(), errc::provider_malformed);
        EXPECT_NE(page.error().detail().find(row.where), std::string::npos) << page.error().detail();
    }
}

TEST(StasoVerdict, CarriesItsOwnBytesWhenAsked) {
    const auto page = decode(
        R"({"verdicts":[{"trace_id":"t","rule_name":"m","big":18446744073709551617}, {"trace_id":"u","rule_name":"m"}]})",
        true);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->rows[0].measured.raw, R"({"trace_id":"t","rule_name":"m","big":18446744073709551617})");
    EXPECT_EQ(page->rows[1].measured.raw, R"({"trace_id":"u","rule_name":"m"})");
}

} // namespace
} // namespace evalbridge::staso
