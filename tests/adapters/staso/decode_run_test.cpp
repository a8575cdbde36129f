#include "adapters/staso/decode.hpp"
#include "tests/adapters/staso/staso_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

result<run> decode(std::string_view body, bool just_created = false, bool raw = false) {
    static const auto dictionary = small_dictionary();
    return decode_run(body, {"staso-test", dictionary, raw}, just_created);
}

bool has_note(const run& r, note_kind kind, std::string_view member) {
    return std::ranges::any_of(r.mapping, [&](const auto& n) { return n.kind == kind && n.member == member; });
}

TEST(StasoRun, IsReadBareOrInAnyTolerableEnvelope) {
    for (const auto* body : {
             R"({"id":"r1","status":"running"})",
             R"({"run_id":"r1","status":"running"})",
             R"({"runId":"r1","status":"running"})",
             R"({"id":null,"run_id":"r1","status":"running"})",
             R"({"run":{"id":"r1","status":"running"}})",
             R"({"eval_run":{"run_id":"r1","status":"running"}})",
             R"({"data":{"id":"r1","status":"running"},"meta":{}})",
             R"({"data":{"run":{"id":"r1","status":"running"}}})",
             R"({"id":"r1","status":"running","run":{"id":"other","status":"failed"}})",
         }) {
        const auto r = decode(body);
        ASSERT_TRUE(r) << body << ": " << r.error().detail();
        EXPECT_EQ(r->native_id, "r1") << body;
        EXPECT_EQ(r->id, "staso-test:r1");
        EXPECT_EQ(r->vendor, "staso");
        EXPECT_EQ(r->status, run_status::running);
        EXPECT_EQ(r->native_status, "running");
    }
}

TEST(StasoRun, KeepsANumericIdsDigits) {
    EXPECT_EQ(decode(R"({"id":18446744073709551615,"status":"running"})")->native_id, "18446744073709551615");
}

TEST(StasoRun, IsMalformedWithoutWhatMakesItARun) {
    struct {
        const char* body;
        const char* where;
    } const rows[] = {
        {"{}", "/id"},
        {R"({"id":"","status":"running"})", "/id"},
        {R"({"id":{},"status":"running"})", "/id"},
        {R"({"id":"r1"})", "/status"},
        {R"({"id":"r1","status":null})", "/status"},
        {R"({"id":"r1","status":["running"]})", "/status"},
        {R"({"run":{"id":"r1","status":7.5,"rules":"x"}})", "/run/rules"},
        {R"([{"id":"r1","status":"running"}])", ""},
        {"", ""},
        {"<html>", ""},
    };
    for (const auto& row : rows) {
        const auto r = decode(row.body);
        ASSERT_FALSE(r) << row.body;
        EXPECT_EQ(r.error().code(), errc::provider_malformed);
        EXPECT_NE(r.error().detail().find(row.where), std::string::npos) << row.body << ": " << r.error().detail();
    }
}

TEST(StasoRun, ThatWasJustCreatedMayWaitForItsStatus) {
    const auto r = decode(R"({"run_id":"r1"})", true);
    ASSERT_TRUE(r);
    EXPECT_EQ(r->status, run_status::unknown);
    EXPECT_FALSE(r->native_status);
    EXPECT_TRUE(has_note(*r, note_kind::defaulted, "status"));
    EXPECT_FALSE(decode("{}", true));
}

TEST(StasoRun, KeepsAStatusItDoesNotKnowAndItsLetterCase) {
    EXPECT_EQ(decode(R"({"id":"r","status":"paused"})")->status, run_status::unknown);
    EXPECT_EQ(decode(R"({"id":"r","status":"paused"})")->native_status, "paused");
    EXPECT_EQ(decode(R"({"id":"r","status":"COMPLETED"})")->status, run_status::completed);
    EXPECT_EQ(decode(R"({"id":"r","status":"COMPLETED"})")->native_status, "COMPLETED");
}

TEST(StasoRun, NeverHasAnOutcome) {
    for (const auto* status : {"completed", "failed", "cancelled"}) {
        const auto r = decode(R"({"id":"r","passed":true,"outcome":"passed","status":")" + std::string(status) + "\"}");
        ASSERT_TRUE(r);
        EXPECT_FALSE(r->outcome);
        EXPECT_FALSE(r->outcome_source);
    }
}

TEST(StasoRun, ReadsTheErrorUnderItsNames) {
    EXPECT_EQ(decode(R"({"id":"r","status":"failed","error_message":"no traces"})")->error, "no traces");
    EXPECT_EQ(decode(R"({"id":"r","status":"failed","errorMessage":"no traces"})")->error, "no traces");
    EXPECT_EQ(decode(R"({"id":"r","status":"failed","error":"no traces"})")->error, "no traces");
    EXPECT_FALSE(decode(R"({"id":"r","status":"running","error_message":null,"error":{"a":1}})")->error);
}

TEST(StasoRun, ReadsEveryScope) {
    const auto scope_of = [](const std::string& text) {
        return decode(R"({"id":"r","status":"running","scope":)" + text + "}");
    };
    EXPECT_EQ(std::get<trace_scope>(*scope_of(R"({"trace_id":"t"})")->scope).trace_id, "t");
    EXPECT_EQ(std::get<session_scope>(*scope_of(R"({"session_id":"s"})")->scope).session_id, "s");
    EXPECT_EQ(std::get<dataset_scope>(*scope_of(R"({"datasetId":"d"})")->scope).dataset_id, "d");
    const auto agent = scope_of(R"({"agent_id":"a","sample_pct":"20"})");
    EXPECT_EQ(std::get<agent_scope>(*agent->scope).sample_pct, 20);
    EXPECT_EQ(agent->agent.id, "a");
    EXPECT_TRUE(has_note(*agent, note_kind::derived, "agent.id"));
    for (const auto* body :
         {R"({"time_range":{"start":"x","end":"y"},"sample_pct":10})", R"({"start":"x","end":"y","sample_pct":10})"}) {
        const auto ranged = scope_of(body);
        const auto& range = std::get<time_range_scope>(*ranged->scope);
        EXPECT_EQ(range.start + range.end, "xy");
        EXPECT_EQ(range.sample_pct, 10);
    }
}

TEST(StasoRun, SaysWhatOfAScopeItCouldNotHold) {
    for (const auto* body : {R"({"planet":"mars"})", R"("all")", R"({"time_range":{"start":"x"}})"}) {
        const auto r = decode(R"({"id":"r","status":"running","scope":)" + std::string(body) + "}");
        ASSERT_TRUE(r) << body;
        EXPECT_FALSE(r->scope);
        EXPECT_TRUE(has_note(*r, note_kind::lossy, "scope")) << body;
    }
    for (const auto* sample : {"0", "101", "12.5", "-1", "\"x\"", "true", "1e300"}) {
        const auto r = decode(R"({"id":"r","status":"running","scope":{"agent_id":"a","sample_pct":)" +
                              std::string(sample) + "}}");
        ASSERT_TRUE(r) << sample << r.error().detail();
        EXPECT_FALSE(std::get<agent_scope>(*r->scope).sample_pct);
        EXPECT_TRUE(has_note(*r, note_kind::lossy, "scope.sample_pct")) << sample;
    }
}

TEST(StasoRun, ListsItsMetricsUnderTheirCanonicalNames) {
    const auto r = decode(R"({"id":"r","status":"running","zero_configs":["latency_p95","brand_new"],
        "rules":["7c9a0000-0000-4000-8000-00000000000a",{"id":"f33b","name":"tone","runtime":"prompt"}]})");
    ASSERT_TRUE(r) << r.error().detail();
    ASSERT_EQ(r->metrics.size(), 4u);
    EXPECT_EQ(r->metrics[0].name, "latency");
    EXPECT_EQ(r->metrics[0].native_name, "latency_p95");
    EXPECT_EQ(r->metrics[0].kind, metric_kind::programmatic);
    EXPECT_EQ(r->metrics[1].name, "brand_new");
    EXPECT_EQ(r->metrics[1].kind, metric_kind::unknown);
    EXPECT_EQ(r->metrics[2].name, "answer_quality");
    EXPECT_EQ(r->metrics[2].native_id, "7c9a0000-0000-4000-8000-00000000000a");
    EXPECT_EQ(r->metrics[3].name, "tone");
    EXPECT_EQ(r->metrics[3].native_id, "f33b");
    EXPECT_EQ(r->metrics[3].kind, metric_kind::prompt);
    EXPECT_TRUE(has_note(*r, note_kind::derived, "metrics"));
}

TEST(StasoRun, ReadsTimesHoweverTheyAreWritten) {
    const auto expected = parse_timestamp("2026-05-10T08:00:00Z");
    for (const auto* time :
         {R"("2026-05-10T08:00:00Z")", R"("2026-05-10 08:00:00")", R"("2026-05-10T10:00:00.000+02:00")", "1778400000",
          "1778400000000", "\"1778400000\"", "1778400000.0"}) {
        const auto r = decode(R"({"id":"r","status":"running","createdAt":)" + std::string(time) + "}");
        ASSERT_TRUE(r) << time;
        EXPECT_EQ(r->created_at, expected) << time;
        EXPECT_TRUE(r->mapping.empty());
    }
    for (const auto* time : {R"("yesterday")", "true", "{}", "1e300", "\"nan\""}) {
        const auto r = decode(R"({"id":"r","status":"running","ended_at":)" + std::string(time) + "}");
        ASSERT_TRUE(r) << time;
        EXPECT_FALSE(r->finished_at);
        EXPECT_TRUE(has_note(*r, note_kind::lossy, "finished_at")) << time;
    }
    EXPECT_TRUE(decode(R"({"id":"r","status":"running","ended_at":null,"started_at":""})")->mapping.empty());
}

TEST(StasoRun, TellsItsCountersAsProgress) {
    const auto r = decode(R"({"id":"r","status":"running","completed_traces":3,"trace_count":"12"})");
    ASSERT_TRUE(r && r->progress);
    EXPECT_EQ(r->progress->done, 3);
    EXPECT_EQ(r->progress->total, 12);
    EXPECT_TRUE(has_note(*r, note_kind::derived, "progress"));
    EXPECT_EQ(decode(R"({"id":"r","status":"running","progress":{"done":1,"total":2}})")->progress->total, 2);
    EXPECT_FALSE(decode(R"({"id":"r","status":"running","total":-4,"done":true,"progress":"half"})")->progress);
}

TEST(StasoRun, NamesItsBaselineAsOurs) {
    EXPECT_EQ(decode(R"({"id":"r","status":"running","compare_with_run_id":"b"})")->baseline_run_id, "staso-test:b");
    EXPECT_FALSE(decode(R"({"id":"r","status":"running","compare_with":null})")->baseline_run_id);
}

TEST(StasoRun, CarriesTheVendorsBytesWhenAsked) {
    const auto r = decode(R"({"run":{"id":"r","status":"running","org_id":18446744073709551617}})", false, true);
    ASSERT_TRUE(r);
    EXPECT_EQ(r->raw, R"({"id":"r","status":"running","org_id":18446744073709551617})");
    EXPECT_FALSE(decode(R"({"id":"r","status":"running","x":tru})", false, true)) << "what isn't JSON never goes on";
}

} // namespace
} // namespace evalbridge::staso
