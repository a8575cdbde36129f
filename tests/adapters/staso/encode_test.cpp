#include "adapters/staso/encode.hpp"
#include "tests/adapters/staso/staso_bench.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

namespace json = boost::json;

json::object body_of(const run_spec& spec, const options& o = {}) {
    const auto dictionary = small_dictionary();
    return json::parse(encode_create(spec, o, dictionary).body).as_object();
}

std::vector<std::string> faults_of(const run_spec& spec, const options& o = {}) {
    std::vector<std::string> pointers;
    const auto fits = check_spec(spec, "staso-test", o);
    if (fits)
        return pointers;
    const auto refusal = fits.error();
    EXPECT_EQ(refusal.code(), errc::unsupported);
    for (const auto& fault : refusal.faults())
        pointers.push_back(fault.pointer);
    return pointers;
}

TEST(StasoEncode, WritesEachScopeInItsDocumentedShape) {
    struct {
        scope what;
        const char* written;
    } const rows[] = {
        {trace_scope{"abc-123"}, R"({"trace_id":"abc-123"})"},
        {session_scope{"run-2026"}, R"({"session_id":"run-2026"})"},
        {dataset_scope{"ds-uuid"}, R"({"dataset_id":"ds-uuid"})"},
        {agent_scope{"support-agent", 5}, R"({"agent_id":"support-agent","sample_pct":5})"},
        {agent_scope{"support-agent", {}}, R"({"agent_id":"support-agent"})"},
        {time_range_scope{"2026-05-01T00:00:00Z", "2026-05-08T00:00:00Z", 10},
         R"({"time_range":{"start":"2026-05-01T00:00:00Z","end":"2026-05-08T00:00:00Z"},"sample_pct":10})"},
        {time_range_scope{"2026-05-01T00:00:00Z", "2026-05-08T00:00:00Z", {}},
         R"({"time_range":{"start":"2026-05-01T00:00:00Z","end":"2026-05-08T00:00:00Z"}})"},
    };
    for (const auto& row : rows) {
        auto spec = small_spec();
        spec.scope = row.what;
        EXPECT_EQ(json::serialize(body_of(spec)["scope"]), row.written);
    }
}

TEST(StasoEncode, SendsOnlyWhatTheSpecSays) {
    EXPECT_EQ(json::serialize(body_of(small_spec())),
              R"({"name":"smoke","scope":{"trace_id":"abc-123"},"zero_configs":["task_completion_rate"]})");
}

TEST(StasoEncode, SendsEveryMemberOfTheSpec) {
    auto spec = small_spec();
    spec.description = "Wk 19";
    spec.agent_version = "v2";
    spec.baseline_run_id = "staso-test:base:1";
    spec.trigger = "backfill";
    const auto body = body_of(spec);
    EXPECT_EQ(body.at("description"), "Wk 19");
    EXPECT_EQ(body.at("agent_version"), "v2");
    EXPECT_EQ(body.at("compare_with"), "base:1");
    EXPECT_EQ(body.at("trigger"), "backfill");
}

TEST(StasoEncode, AlwaysSendsAName) {
    auto spec = small_spec();
    spec.name.reset();
    EXPECT_EQ(body_of(spec).at("name").as_string(), default_run_name);
}

TEST(StasoEncode, TellsBuiltInRulesByNameAndCustomOnesById) {
    auto spec = small_spec();
    spec.metrics = {{metric_selector::by::name, "latency"},
                    {metric_selector::by::id, "f33b"},
                    {metric_selector::by::name, "latency_p95"},
                    {metric_selector::by::name, "answer_quality"},
                    {metric_selector::by::name, "brand_new"}};
    const auto body = body_of(spec);
    EXPECT_EQ(json::serialize(body.at("zero_configs")), R"(["latency_p95","brand_new"])");
    EXPECT_EQ(json::serialize(body.at("rules")), R"(["f33b","7c9a0000-0000-4000-8000-00000000000a"])");
}

TEST(StasoEncode, PutsRulesUnderTheConfiguredKeyAndAddsTheConfiguredMembers) {
    options o;
    o.rules_key = "rule_ids";
    o.extra_body = {{"workspace_slug", "shop"}};
    o.extra_query = {{"work space", "a&b"}};
    auto spec = small_spec();
    spec.metrics = {{metric_selector::by::id, "f33b"}};
    spec.provider_options["staso"] = {{"body", {{"priority", 3}}}};
    const auto dictionary = small_dictionary();
    const auto request = encode_create(spec, o, dictionary);
    EXPECT_EQ(request.target, "/v1/eval/runs?work%20space=a%26b");
    EXPECT_EQ(name_of(request.method), "POST");
    const auto body = json::parse(request.body).as_object();
    EXPECT_EQ(json::serialize(body.at("rule_ids")), R"(["f33b"])");
    EXPECT_FALSE(body.contains("zero_configs"));
    EXPECT_FALSE(body.contains("rules"));
    EXPECT_EQ(body.at("workspace_slug"), "shop");
    EXPECT_EQ(body.at("priority"), 3);
}

TEST(StasoEncode, EncodesIdsIntoPaths) {
    const options o;
    EXPECT_EQ(encode_get("a/b?c d%\xC3\xA9", o).target, "/v1/eval/runs/a%2Fb%3Fc%20d%25%C3%A9");
    EXPECT_EQ(encode_cancel("r-1_2.3~4", o).target, "/v1/eval/runs/r-1_2.3~4/cancel");
    EXPECT_EQ(encode_summary("{id}", o).target, "/v1/eval/runs/%7Bid%7D/summary");
    EXPECT_TRUE(encode_cancel("r", o).body.empty());
    for (const auto* id : {"", ".", ".."})
        EXPECT_FALSE(is_addressable(id));
    EXPECT_TRUE(is_addressable("..."));
}

TEST(StasoEncode, AlwaysSendsLimitAndOffset) {
    options o;
    EXPECT_EQ(encode_verdicts("r", {{}, 40, 20}, o).target, "/v1/eval/runs/r/verdicts?limit=20&offset=40");
    o.extra_query = {{"workspace", "shop"}};
    EXPECT_EQ(encode_verdicts("r", {true, 0, 1}, o).target,
              "/v1/eval/runs/r/verdicts?limit=1&offset=0&passed=true&workspace=shop");
    EXPECT_EQ(encode_verdicts("r", {false, 0, 1}, {}).target, "/v1/eval/runs/r/verdicts?limit=1&offset=0&passed=false");
}

TEST(StasoCheck, TakesWhatTheVendorCanDo) { EXPECT_TRUE(faults_of(small_spec()).empty()); }

TEST(StasoCheck, NamesEveryMemberItCannotDoAtOnce) {
    auto spec = small_spec();
    spec.scope = test_case_scope{"t", {"a"}, {}, {}};
    spec.metrics.clear();
    spec.trigger = "nightly";
    spec.baseline_run_id = "other:1";
    spec.provider_options = {{"gradient", json::object()}, {"staso", 1}};
    EXPECT_EQ(faults_of(spec), (std::vector<std::string>{"/scope", "/metrics", "/trigger", "/baseline_run_id",
                                                         "/provider_options/gradient", "/provider_options/staso"}));
}

TEST(StasoCheck, LetsOptionsAddToTheBodyButNotReplaceIt) {
    options o;
    o.rules_key = "rule_ids";
    o.extra_body = {{"workspace_slug", "shop"}};
    auto spec = small_spec();
    spec.provider_options["staso"] = {
        {"body", {{"scope", 1}, {"rule_ids", 1}, {"workspace_slug", "else"}, {"priority", 3}}}, {"a/b~", 1}};
    EXPECT_EQ(
        faults_of(spec, o),
        (std::vector<std::string>{"/provider_options/staso/body/scope", "/provider_options/staso/body/rule_ids",
                                  "/provider_options/staso/body/workspace_slug", "/provider_options/staso/a~1b~0"}));
    spec.provider_options["staso"] = {{"body", "text"}};
    EXPECT_EQ(faults_of(spec), std::vector<std::string>{"/provider_options/staso/body"});
}

} // namespace
} // namespace evalbridge::staso
