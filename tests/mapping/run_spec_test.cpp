#include "mapping/run_spec.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace evalbridge {
namespace {

result<run_spec> read(std::string_view text) { return read_run_spec(boost::json::parse(text)); }

/// Every fault as "pointer: detail", in order; "" when the spec is good.
std::vector<std::string> faults_of(std::string_view text) {
    const auto spec = read(text);
    if (spec.has_value())
        return {};
    const auto refusal = spec.error();
    EXPECT_EQ(refusal.code(), errc::invalid_request);
    std::vector<std::string> out;
    for (const auto& fault : refusal.faults()) {
        EXPECT_EQ(fault.in, "body");
        out.push_back(fault.pointer + ": " + fault.detail);
    }
    EXPECT_FALSE(out.empty());
    return out;
}

using faults = std::vector<std::string>;

std::string with_scope(std::string_view scope) { return R"({"provider":"p","scope":)" + std::string(scope) + "}"; }
std::string with(std::string_view members) {
    return R"({"provider":"p","scope":{"trace_id":"t"},)" + std::string(members) + "}";
}
template <class S> S scope_of(std::string_view scope) {
    const auto spec = read(with_scope(scope));
    EXPECT_TRUE(spec.has_value()) << scope;
    const auto* found = spec.has_value() ? std::get_if<S>(&spec->scope) : nullptr;
    EXPECT_TRUE(found) << scope;
    return found ? *found : S{};
}

TEST(RunSpec, ReadsEveryMember) {
    const auto spec = read(R"({
        "provider": "main", "name": "weekly", "description": "",
        "scope": {"agent_id": "checkout", "sample_pct": 20},
        "metrics": ["task_completion_rate", {"id": "7c9a"}, {"name": "Tone"}],
        "agent_version": "v2", "baseline_run_id": "main:8f:1", "trigger": "on_demand",
        "labels": {"team": "checkout", "empty": ""}, "provider_options": {"one": {"x": [1]}, "two": {}}})");
    ASSERT_TRUE(spec.has_value());
    EXPECT_EQ(spec->provider, "main");
    EXPECT_EQ(spec->name, "weekly");
    EXPECT_EQ(spec->description, "");
    const auto& scope = std::get<agent_scope>(spec->scope);
    EXPECT_EQ(scope.agent_id, "checkout");
    EXPECT_EQ(scope.sample_pct, 20);
    ASSERT_EQ(spec->metrics.size(), 3u);
    EXPECT_EQ(spec->metrics[0].kind, metric_selector::by::name);
    EXPECT_EQ(spec->metrics[0].text, "task_completion_rate");
    EXPECT_EQ(spec->metrics[1].kind, metric_selector::by::id);
    EXPECT_EQ(spec->metrics[1].text, "7c9a");
    EXPECT_EQ(spec->metrics[2].kind, metric_selector::by::name);
    EXPECT_EQ(spec->metrics[2].text, "Tone");
    EXPECT_EQ(spec->agent_version, "v2");
    EXPECT_EQ(spec->baseline_run_id, "main:8f:1");
    EXPECT_EQ(spec->trigger, "on_demand");
    EXPECT_EQ(spec->labels, (std::map<std::string, std::string>{{"team", "checkout"}, {"empty", ""}}));
    EXPECT_EQ(spec->provider_options, boost::json::parse(R"({"one":{"x":[1]},"two":{}})").as_object());
}

TEST(RunSpec, LeavesWhatWasNotGivenEmpty) {
    const auto spec = read(R"({"provider":"p","scope":{"trace_id":"t"}})");
    ASSERT_TRUE(spec.has_value());
    EXPECT_EQ(std::get<trace_scope>(spec->scope).trace_id, "t");
    EXPECT_FALSE(spec->name || spec->description || spec->agent_version || spec->baseline_run_id || spec->trigger);
    EXPECT_TRUE(spec->metrics.empty() && spec->labels.empty() && spec->provider_options.empty());
}

TEST(RunSpec, ReadsEveryShapeOfScope) {
    EXPECT_EQ(scope_of<trace_scope>(R"({"trace_id":"t 1"})").trace_id, "t 1");
    EXPECT_EQ(scope_of<session_scope>(R"({"session_id":"s"})").session_id, "s");
    EXPECT_EQ(scope_of<dataset_scope>(R"({"dataset_id":"d"})").dataset_id, "d");
    EXPECT_FALSE(scope_of<agent_scope>(R"({"agent_id":"a"})").sample_pct);
    EXPECT_EQ(scope_of<agent_scope>(R"({"agent_id":"a","sample_pct":100})").sample_pct, 100);
    EXPECT_EQ(scope_of<agent_scope>(R"({"agent_id":"a","sample_pct":1.0})").sample_pct, 1);

    for (const auto* text :
         {R"({"time_range":{"start":"2026-05-01T00:00:00Z","end":"2026-05-01T02:00:00+01:00"},"sample_pct":5})",
          R"({"start":"2026-05-01T00:00:00Z","end":"2026-05-01T02:00:00+01:00","sample_pct":5})"}) {
        const auto range = scope_of<time_range_scope>(text);
        EXPECT_EQ(range.start, "2026-05-01T00:00:00Z");
        EXPECT_EQ(range.end, "2026-05-01T02:00:00+01:00");
        EXPECT_EQ(range.sample_pct, 5);
    }

    const auto test_case = scope_of<test_case_scope>(R"({"test_case_id":"c","agents":["a","b"],"deployments":["d"]})");
    EXPECT_EQ(test_case.test_case_id, "c");
    EXPECT_EQ(test_case.agents, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(test_case.deployments, (std::vector<std::string>{"d"}));
    EXPECT_EQ(scope_of<test_case_scope>(R"({"test_case_id":"c","deployments":["d"]})").deployments.size(), 1u);
}

TEST(RunSpec, RefusesAScopeThatIsNotExactlyOneShape) {
    const std::string one_of = "/scope: must have exactly one of trace_id, session_id, dataset_id, agent_id, "
                               "time_range (or start and end) and "
                               "test_case_id";
    EXPECT_EQ(faults_of(with_scope("{}")), faults{one_of});
    EXPECT_EQ(faults_of(with_scope(R"({"sample_pct":3})")), faults{one_of});
    EXPECT_EQ(faults_of(with_scope(R"({"run":1})")), (faults{one_of, "/scope/run: unknown member"}));
    EXPECT_EQ(faults_of(with_scope(R"({"trace_id":"t","agent_id":"a","x/y":1})")),
              (faults{"/scope: must judge one thing, but has trace_id, agent_id", "/scope/x~1y: unknown member"}));
    EXPECT_EQ(faults_of(with_scope(R"({"time_range":{},"start":"2026-05-01T00:00:00Z"})")),
              faults{"/scope: must judge one thing, but has time_range, start"});
    EXPECT_EQ(faults_of(with_scope("[]")), faults{"/scope: must be an object"});
    EXPECT_EQ(faults_of(with_scope("null")), faults{"/scope: must be an object"});
    EXPECT_EQ(faults_of(with_scope(R"({"trace_id":"t","sample_pct":5})")), faults{"/scope/sample_pct: unknown member"});
    EXPECT_EQ(faults_of(with_scope(R"({"test_case_id":"c","agents":["a"],"version":1})")),
              faults{"/scope/version: unknown member"});
}

TEST(RunSpec, RefusesBadSamples) {
    for (const auto* pct : {"0", "101", "-1", "20.5", "\"20\"", "true", "null", "1e300", "18446744073709551615"})
        EXPECT_EQ(faults_of(with_scope(R"({"agent_id":"a","sample_pct":)" + std::string(pct) + "}")),
                  faults{"/scope/sample_pct: must be an integer from 1 to 100"})
            << pct;
}

TEST(RunSpec, RefusesTimesThatAreNotARange) {
    const std::string not_a_time = ": must be an RFC 3339 time, like 2026-05-10T08:00:00Z";
    EXPECT_EQ(faults_of(with_scope(R"({"time_range":{"start":"2026-05-01T00:00:00","end":"tomorrow","to":1}})")),
              (faults{"/scope/time_range/start" + not_a_time, "/scope/time_range/end" + not_a_time,
                      "/scope/time_range/to: unknown member"}));
    EXPECT_EQ(faults_of(with_scope(R"({"start":"2026-05-01T00:00:00Z"})")), faults{"/scope/end: is required"});
    EXPECT_EQ(faults_of(with_scope(R"({"end":5})")),
              (faults{"/scope/start: is required", "/scope/end: must be a string"}));
    EXPECT_EQ(faults_of(with_scope(R"({"time_range":"today"})")), faults{"/scope/time_range: must be an object"});
    EXPECT_EQ(faults_of(with_scope(R"({"time_range":{}})")),
              (faults{"/scope/time_range/start: is required", "/scope/time_range/end: is required"}));
    // The same instant in two zones, and the later zone's earlier instant.
    for (const auto* end : {"2026-05-01T02:00:00+02:00", "2026-05-01T01:00:00+02:00"})
        EXPECT_EQ(faults_of(with_scope(R"({"start":"2026-05-01T00:00:00Z","end":")" + std::string(end) + "\"}")),
                  faults{"/scope/end: must be later than start"});
}

TEST(RunSpec, RefusesATestCaseWithNothingToRunAgainst) {
    EXPECT_EQ(faults_of(with_scope(R"({"test_case_id":"c"})")),
              faults{"/scope: a test case needs agents or deployments to run against"});
    EXPECT_EQ(faults_of(with_scope(R"({"test_case_id":"c","agents":[]})")),
              faults{"/scope/agents: must name at least one to run against"});
    EXPECT_EQ(faults_of(with_scope(R"({"test_case_id":"c","agents":["a",5,""],"deployments":"d"})")),
              (faults{"/scope/agents/1: must be a string", "/scope/agents/2: must have 1 to 512 characters",
                      "/scope/deployments: must be an array"}));
}

TEST(RunSpec, ReportsEveryFaultAtOnce) {
    EXPECT_EQ(faults_of(R"({"name":1,"scope":{"agent_id":""},"metrics":[1,{},{"id":"a","name":"b"},{"id":"x","y":1}],
                            "trigger":"now","labels":[],"provider_options":{"v":1},"suite":"s","extra":null})"),
              (faults{
                  "/provider: is required",
                  "/name: must be a string",
                  "/scope/agent_id: must have 1 to 512 characters",
                  "/metrics/0: must be a metric's name, or an object with an id or a name",
                  "/metrics/1: must have either an id or a name",
                  "/metrics/2: must have either an id or a name",
                  "/metrics/3/y: unknown member",
                  "/trigger: must be one of on_demand, sampled_async, backfill",
                  "/labels: must be an object",
                  "/provider_options/v: must be an object",
                  "/suite: unknown member",
                  "/extra: unknown member",
              }));
    EXPECT_EQ(faults_of("{}"), (faults{"/provider: is required", "/scope: is required"}));
}

TEST(RunSpec, SaysHowManyFaultsThereAre) {
    EXPECT_EQ(read("{}").error().detail(), "The run spec is wrong in 2 places.");
    EXPECT_EQ(read(with("\"x\":1")).error().detail(), "The run spec is wrong in one place.");
}

TEST(RunSpec, MustBeAnObject) {
    for (const auto* text : {"[]", "null", "1", "\"x\""})
        EXPECT_EQ(faults_of(text), faults{": must be an object"}) << text;
}

TEST(RunSpec, HoldsTextsToTheirLimits) {
    const auto sized = [](std::string_view key, std::size_t size, std::string_view character = "x") {
        std::string text;
        for (std::size_t i = 0; i < size; ++i)
            text += character;
        return with("\"" + std::string(key) + "\":\"" + text + "\"");
    };
    EXPECT_EQ(faults_of(sized("name", 255, "é")), faults{});
    EXPECT_EQ(faults_of(sized("name", 256)), faults{"/name: must have at most 255 characters"});
    EXPECT_EQ(faults_of(sized("description", 4096)), faults{});
    EXPECT_EQ(faults_of(sized("description", 4097)), faults{"/description: must have at most 4096 characters"});
    EXPECT_EQ(faults_of(sized("agent_version", 512)), faults{});
    EXPECT_EQ(faults_of(sized("agent_version", 513)), faults{"/agent_version: must have 1 to 512 characters"});
    EXPECT_EQ(faults_of(with(R"("agent_version":"a\nb")")), faults{"/agent_version: must not have control characters"});
}

TEST(RunSpec, HoldsLabelsToTheirLimits) {
    const auto label = [](const std::string& key, const std::string& value) {
        return with(R"("labels":{")" + key + R"(":")" + value + R"("})");
    };
    EXPECT_EQ(faults_of(label(std::string(63, 'k'), std::string(255, 'v'))), faults{});
    EXPECT_EQ(faults_of(label("", "v")), faults{"/labels/: a label's key must have 1 to 63 bytes"});
    EXPECT_EQ(faults_of(label(std::string(64, 'k'), "v")),
              faults{"/labels/" + std::string(64, 'k') + ": a label's key must have 1 to 63 bytes"});
    EXPECT_EQ(faults_of(label("k", std::string(256, 'v'))), faults{"/labels/k: must have at most 255 bytes"});
    EXPECT_EQ(faults_of(with(R"("labels":{"k":1})")), faults{"/labels/k: must be a string"});
    std::string many;
    for (int i = 0; i < 65; ++i)
        many += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"\"";
    EXPECT_EQ(faults_of(with("\"labels\":{" + many + "}")), faults{"/labels: must have at most 64 labels"});
}

TEST(RunSpec, WantsABaselineOfTheSameProvider) {
    EXPECT_EQ(faults_of(with(R"("baseline_run_id":"p:1")")), faults{});
    EXPECT_EQ(faults_of(with(R"("baseline_run_id":"1")")),
              faults{"/baseline_run_id: must be a run's id, <provider>:<native id>"});
    EXPECT_EQ(faults_of(with(R"("baseline_run_id":"q:1")")),
              faults{"/baseline_run_id: must be a run of the same provider"});
    EXPECT_EQ(faults_of(with(R"("baseline_run_id":7)")), faults{"/baseline_run_id: must be a string"});
}

TEST(RunSpec, ListsSoManyFaultsOnly) {
    std::string members;
    for (int i = 0; i < 1000; ++i)
        members += ",\"" + std::to_string(i) + "\":0";
    EXPECT_EQ(faults_of(R"({"provider":"p","scope":{"trace_id":"t"})" + members + "}").size(), 100u);
}

} // namespace
} // namespace evalbridge
