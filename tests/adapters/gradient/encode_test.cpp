#include "adapters/gradient/encode.hpp"
#include "tests/adapters/gradient/gradient_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::vector<std::string> pointers(const run_spec& spec) {
    std::vector<std::string> out;
    const auto checked = check_spec(spec);
    if (checked)
        return out;
    const auto why = checked.error();
    EXPECT_EQ(why.code(), errc::unsupported);
    EXPECT_EQ(why.source(), error_source::client);
    for (const auto& each : why.faults())
        out.push_back(each.pointer);
    return out;
}

TEST(Encode, CreateNamesTheTestCaseItsAgentsAndDeployments) {
    auto spec = small_spec();
    auto& scope = std::get<test_case_scope>(spec.scope);
    scope.agents = {"a-1", "a\"2"};
    scope.deployments = {"ws/prod"};
    const auto request = encode_create_runs(spec);
    EXPECT_EQ(request.method, http_method::post);
    EXPECT_EQ(request.target, "/v2/gen-ai/evaluation_runs");
    EXPECT_EQ(request.body, R"({"test_case_uuid":"tc-1","agent_uuids":["a-1","a\"2"],)"
                            R"("agent_deployment_names":["ws/prod"],"run_name":"smoke"})");
}

TEST(Encode, CreateLeavesOutEmptyListsAndNamesARunThatWasGivenNone) {
    auto spec = small_spec();
    spec.name.reset();
    EXPECT_EQ(encode_create_runs(spec).body,
              R"({"test_case_uuid":"tc-1","agent_uuids":["agent-1"],"run_name":"evalbridge run"})");
}

TEST(Encode, TheSameSpecGivesTheSameBytesTwice) {
    const auto spec = small_spec();
    EXPECT_EQ(encode_create_runs(spec).body, encode_create_runs(spec).body);
}

TEST(Encode, IdsAreEncodedAsOneSegment) {
    EXPECT_EQ(encode_get_run("a b?c#d%").target, "/v2/gen-ai/evaluation_runs/a%20b%3Fc%23d%25");
    EXPECT_EQ(encode_list_results("r", 3, 200).target, "/v2/gen-ai/evaluation_runs/r/results?page=3&per_page=200");
    EXPECT_EQ(encode_get_result("r", -7).target, "/v2/gen-ai/evaluation_runs/r/results/-7");
    EXPECT_EQ(encode_get_test_case("t/1", 4).target,
              "/v2/gen-ai/evaluation_test_cases/t%2F1?evaluation_test_case_version=4");
    EXPECT_EQ(encode_get_test_case("t", {}).target, "/v2/gen-ai/evaluation_test_cases/t");
    EXPECT_EQ(encode_list_metrics().target, "/v2/gen-ai/evaluation_metrics");
}

TEST(CheckSpec, TakesWhatTheVendorCanDo) {
    auto spec = small_spec();
    spec.trigger = "on_demand";
    spec.labels["team"] = "checkout";
    spec.provider_options["gradient"] = boost::json::object();
    EXPECT_THAT(pointers(spec), ElementsAre());
}

TEST(CheckSpec, RefusesEveryOtherScope) {
    const scope others[] = {trace_scope{"t"}, session_scope{"s"}, dataset_scope{"d"}, agent_scope{"a", 20},
                            time_range_scope{"2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", {}}};
    for (const auto& each : others) {
        auto spec = small_spec();
        spec.scope = each;
        EXPECT_THAT(pointers(spec), ElementsAre("/scope"));
    }
}

TEST(CheckSpec, NamesEveryMemberThatTheVendorCantDoAtOnce) {
    auto spec = small_spec();
    std::get<test_case_scope>(spec.scope).agents.clear();
    spec.metrics = {{metric_selector::by::name, "correctness"}};
    spec.description = "d";
    spec.agent_version = "v2";
    spec.baseline_run_id = "do:1";
    spec.trigger = "scheduled";
    spec.provider_options["gradient"] = boost::json::object{{"a/b~c", 1}};
    spec.provider_options["other"] = boost::json::object();
    EXPECT_THAT(pointers(spec),
                UnorderedElementsAre("/scope/agents", "/metrics", "/description", "/agent_version", "/baseline_run_id",
                                     "/trigger", "/provider_options/gradient/a~1b~0c", "/provider_options/other"));
}

TEST(CheckSpec, DeploymentsAloneAreEnough) {
    auto spec = small_spec();
    std::get<test_case_scope>(spec.scope) = {"tc-1", {}, {"prod"}, {}};
    EXPECT_THAT(pointers(spec), ElementsAre());
}

TEST(PromptId, IsADecimalInItsShortestForm) {
    EXPECT_EQ(parse_prompt_id("0"), 0);
    EXPECT_EQ(parse_prompt_id("-9223372036854775808"), INT64_MIN);
    EXPECT_EQ(parse_prompt_id("9223372036854775807"), INT64_MAX);
    for (const auto* text : {"", "-", "-0", "007", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "trace-1"})
        EXPECT_EQ(parse_prompt_id(text), std::nullopt) << text;
}

TEST(RunId, IsOnePathSegment) {
    EXPECT_TRUE(is_native_id("123e4567-e89b-12d3-a456-426614174000"));
    EXPECT_TRUE(is_native_id("..."));
    for (const auto& text : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                             std::string("a\nb"), std::string(513, 'a')})
        EXPECT_FALSE(is_native_id(text)) << text;
}

} // namespace
} // namespace evalbridge::gradient
