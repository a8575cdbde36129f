#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/json/serialize.hpp>

#include <set>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

/// Runs that take hours, so that how busy the machine is can't matter.
constexpr std::string_view slow = R"({"gradient":{"runs":[{"seconds":20000}]}})";

class SandboxGradient : public SandboxFixture {
  protected:
    static std::string path(const std::string& rest) { return "/v2/gen-ai/" + rest; }
    json::object run(const std::string& uuid) {
        return gradient("GET", path("evaluation_runs/" + uuid)).json().at("evaluation_run").as_object();
    }
    json::object results(const std::string& uuid, const std::string& query = "per_page=200") {
        return gradient("GET", path("evaluation_runs/" + uuid + "/results?" + query)).json().as_object();
    }
    std::string status(const std::string& uuid) { return std::string(run(uuid).at("status").as_string()); }
    std::string test_case(std::string_view name) {
        return std::string(ready_.at("samples").at("test_cases").at(name).as_string());
    }
    heard create(std::string_view body) { return gradient("POST", path("evaluation_runs"), body); }
};

TEST_F(SandboxGradient, RefusesAWrongTokenInTheVendorsShape) {
    const auto answer =
        ask(server_.gradient_port(), "GET", path("evaluation_metrics"), {{"Authorization", "Bearer no"}});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.json().at("id").as_string(), "unauthorized");
    EXPECT_EQ(answer.json().at("request_id").as_string(), json::string(answer.headers.at("x-request-id")));
}

TEST_F(SandboxGradient, MovesARunThroughItsPhases) {
    set_scenario(slow);
    const auto uuid = start_gradient(sample("test_case_uuid"), sample("agent_uuid"));
    EXPECT_EQ(status(uuid), "EVALUATION_RUN_QUEUED");
    EXPECT_FALSE(run(uuid).contains("started_at"));
    EXPECT_TRUE(results(uuid).at("prompts").as_array().empty());

    advance(8000);
    EXPECT_EQ(status(uuid), "EVALUATION_RUN_RUNNING_DATASET");
    const auto answered = results(uuid).at("prompts").as_array();
    EXPECT_GT(answered.size(), 0u);
    EXPECT_LT(answered.size(), 60u);
    EXPECT_FALSE(answered[0].as_object().contains("prompt_level_metric_results"));

    advance(8000);
    EXPECT_EQ(status(uuid), "EVALUATION_RUN_EVALUATING_RESULTS");
    EXPECT_EQ(results(uuid).at("prompts").as_array().size(), 60u);
    EXPECT_FALSE(run(uuid).contains("pass_status"));

    advance(8000);
    const auto ended = run(uuid);
    EXPECT_EQ(ended.at("status").as_string(), "EVALUATION_RUN_SUCCESSFUL");
    EXPECT_TRUE(ended.at("pass_status").as_bool());
    EXPECT_EQ(ended.at("run_level_metric_results").as_array().size(), 13u);
    EXPECT_GE(ended.at("star_metric_result").at("number_value").to_number<double>(), 70);
}

TEST_F(SandboxGradient, StartsOneRunAnAgentOrDeployment) {
    const auto answer =
        create(R"({"test_case_uuid":")" + sample("test_case_uuid") + R"(","agent_uuids":[")" + sample("agent_uuid") +
               R"(",")" + sample("second_agent_uuid") + R"("],"agent_deployment_names":[")" +
               sample("agent_deployment_name") + R"("],"run_name":"n"})");
    const auto uuids = answer.json().at("evaluation_run_uuids").as_array();
    ASSERT_EQ(uuids.size(), 3u);
    std::multiset<std::string> agents;
    std::size_t deployed = 0;
    for (const auto& uuid : uuids) {
        const auto one = run(std::string(uuid.as_string()));
        agents.emplace(one.at("agent_uuid").as_string());
        deployed += one.contains("agent_deployment_name");
    }
    EXPECT_EQ(agents.count(sample("agent_uuid")), 2u);
    EXPECT_EQ(agents.count(sample("second_agent_uuid")), 1u);
    EXPECT_EQ(deployed, 1u);
}

TEST_F(SandboxGradient, RefusesACreateItCannotRun) {
    const auto with = [&](std::string_view rest) {
        return R"({"test_case_uuid":")" + sample("test_case_uuid") + R"(",)" + std::string(rest) + "}";
    };
    EXPECT_EQ(create("{").status, 400);
    EXPECT_EQ(create(with(R"("agent_uuids":[])")).status, 400);
    EXPECT_EQ(create(with(R"("agent_uuids":"one")")).status, 400);
    EXPECT_EQ(create(with(R"("agent_uuids":["nobody"])")).status, 404);
    EXPECT_EQ(create(with(R"("agent_deployment_names":["nowhere"])")).status, 404);
    const auto unknown = create(R"({"test_case_uuid":"none","agent_uuids":[")" + sample("agent_uuid") + R"("]})");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.json().at("id").as_string(), "not_found");
}

TEST_F(SandboxGradient, PagesByNumberWithAbsoluteLinks) {
    const auto uuid = sample("gradient_finished_run_uuid");
    const auto first = results(uuid, "");
    EXPECT_EQ(first.at("prompts").as_array().size(), 20u);
    EXPECT_EQ(json::serialize(first.at("meta")), R"({"page":1,"pages":3,"total":60})");
    const auto& links = first.at("links").at("pages").as_object();
    EXPECT_FALSE(links.contains("previous"));
    EXPECT_EQ(links.at("next").as_string(),
              json::string("http://127.0.0.1:" + std::to_string(server_.gradient_port()) +
                           path("evaluation_runs/" + uuid + "/results?page=2&per_page=20")));
    const auto last = results(uuid, "page=3");
    EXPECT_TRUE(last.at("links").at("pages").as_object().contains("previous"));
    EXPECT_FALSE(last.at("links").at("pages").as_object().contains("next"));
    const auto beyond = results(uuid, "page=9");
    EXPECT_TRUE(beyond.at("prompts").as_array().empty());
    EXPECT_EQ(beyond.at("meta").at("total").as_int64(), 60);
    for (const auto* query : {"page=0", "page=-1", "per_page=0", "page=x"})
        EXPECT_EQ(gradient("GET", path("evaluation_runs/" + uuid + "/results?" + query)).status, 400) << query;
}

TEST_F(SandboxGradient, CutsAPageToTwoHundredSilently) {
    const auto uuid = start_gradient(test_case("Support regression"), sample("agent_uuid"));
    advance(20);
    const auto page = results(uuid, "per_page=1000");
    EXPECT_EQ(page.at("prompts").as_array().size(), 200u);
    EXPECT_EQ(page.at("meta").at("pages").as_int64(), 3);
}

TEST_F(SandboxGradient, CountsPromptsOfTheLargeTestCaseBeyondADouble) {
    const auto uuid = start_gradient(test_case("Support regression"), sample("agent_uuid"));
    advance(20);
    EXPECT_EQ(status(uuid), "EVALUATION_RUN_PARTIALLY_SUCCESSFUL");
    std::set<std::int64_t> ids;
    for (int number = 1; number <= 3; ++number) {
        const auto page = results(uuid, "per_page=200&page=" + std::to_string(number));
        for (const auto& one : page.at("prompts").as_array())
            ids.insert(one.at("prompt_id").as_int64());
    }
    EXPECT_EQ(ids.size(), 500u);
    EXPECT_EQ(*ids.begin(), 9007199254740993);
    const auto one = gradient("GET", path("evaluation_runs/" + uuid + "/results/9007199254740994")).json();
    EXPECT_EQ(one.at("prompt").at("prompt_id").as_int64(), 9007199254740994);
    EXPECT_EQ(gradient("GET", path("evaluation_runs/" + uuid + "/results/1")).status, 404);
}

TEST_F(SandboxGradient, ShowsEveryKindOfMetricResult) {
    std::set<std::string> states;
    std::set<std::string> types;
    bool answered_yes_or_no = false;
    const auto body = results(sample("gradient_finished_run_uuid"));
    for (const auto& prompt : body.at("prompts").as_array())
        for (const auto& one : prompt.at("prompt_level_metric_results").as_array()) {
            states.emplace(one.at("status").as_string());
            types.emplace(one.at("metric_value_type").as_string());
            const auto* text = one.as_object().if_contains("string_value");
            answered_yes_or_no = answered_yes_or_no || (text != nullptr && text->as_string() == "no");
            EXPECT_EQ(one.at("status").as_string() == "EVALUATION_METRIC_RESULT_STATUS_COMPLETED",
                      !one.as_object().contains("error_description"));
        }
    EXPECT_EQ(states.size(), 3u);
    EXPECT_EQ(types.size(), 3u);
    EXPECT_TRUE(answered_yes_or_no);
    EXPECT_EQ(body.at("evaluation_run").at("created_by_user_id").as_string(), "18446744073709551557");
}

TEST_F(SandboxGradient, NestsSpansOfAnyTypedInputAndOutput) {
    std::set<json::kind> kinds;
    bool found_tool = false;
    const auto body = results(sample("gradient_finished_run_uuid"));
    for (const auto& prompt : body.at("prompts").as_array())
        for (const auto& span : prompt.at("evaluation_trace_spans").as_array()) {
            const auto* children = span.as_object().if_contains("spans");
            if (children == nullptr)
                continue;
            const auto& worker = children->at(0).at("workflow").at("spans").at(0);
            for (const auto& tool : worker.at("agent").at("spans").as_array()) {
                found_tool = true;
                kinds.insert(tool.at("input").kind());
                EXPECT_TRUE(tool.at("tool").at("common").at("duration_ns").is_string());
            }
        }
    EXPECT_TRUE(found_tool);
    EXPECT_GE(kinds.size(), 4u);
}

TEST_F(SandboxGradient, PassesAnInvertedStarMetricBelowItsThreshold) {
    const auto uuid = start_gradient(test_case("Checkout smoke"), sample("agent_uuid"));
    const auto toneless = start_gradient(test_case("Tone only"), sample("agent_uuid"));
    advance(20);
    const auto ended = run(uuid);
    const double value = ended.at("star_metric_result").at("number_value").to_number<double>();
    EXPECT_EQ(ended.at("pass_status").as_bool(), value <= 40);
    EXPECT_FALSE(run(toneless).contains("pass_status"));
    EXPECT_TRUE(run(toneless).at("star_metric_result").as_object().contains("string_value"));
}

TEST_F(SandboxGradient, LetsTheFirstSampleAgentPassAndTheSecondFail) {
    const auto good = start_gradient(sample("test_case_uuid"), sample("agent_uuid"));
    const auto bad = start_gradient(sample("test_case_uuid"), sample("second_agent_uuid"));
    advance(20);
    EXPECT_TRUE(run(good).at("pass_status").as_bool());
    EXPECT_FALSE(run(bad).at("pass_status").as_bool());
}

TEST_F(SandboxGradient, ListsMetricsWithMixedRangesAndDirections) {
    std::set<double> tops;
    int inverted = 0;
    int rangeless = 0;
    const auto metrics = gradient("GET", path("evaluation_metrics")).json().at("metrics").as_array();
    for (const auto& one : metrics) {
        const auto* top = one.as_object().if_contains("range_max");
        if (top == nullptr)
            ++rangeless;
        else
            tops.insert(top->to_number<double>());
        inverted += one.as_object().contains("inverted");
    }
    EXPECT_EQ(metrics.size(), 13u);
    EXPECT_EQ(tops, (std::set<double>{1, 100}));
    EXPECT_EQ(inverted, 4);
    EXPECT_EQ(rangeless, 1);
}

TEST_F(SandboxGradient, KeepsVersionsOfATestCase) {
    const auto base = path("evaluation_test_cases/" + sample("test_case_uuid"));
    const auto latest = gradient("GET", base).json().at("evaluation_test_case");
    EXPECT_EQ(latest.at("version").as_int64(), 2);
    EXPECT_EQ(latest.at("star_metric").at("success_threshold").to_number<double>(), 70);
    const auto first = gradient("GET", base + "?evaluation_test_case_version=1").json().at("evaluation_test_case");
    EXPECT_EQ(first.at("star_metric").at("success_threshold").to_number<double>(), 65);
    EXPECT_EQ(gradient("GET", base + "?evaluation_test_case_version=3").status, 404);
    EXPECT_EQ(gradient("GET", base + "/evaluation_runs").json().at("evaluation_runs").as_array().size(), 1u);
    EXPECT_EQ(gradient("GET", base + "/evaluation_runs?evaluation_test_case_version=1")
                  .json()
                  .at("evaluation_runs")
                  .as_array()
                  .size(),
              0u);
    EXPECT_EQ(gradient("GET", path("evaluation_test_cases")).json().at("evaluation_test_cases").as_array().size(), 4u);
    EXPECT_EQ(gradient("GET", path("workspaces/other/evaluation_test_cases"))
                  .json()
                  .at("evaluation_test_cases")
                  .as_array()
                  .size(),
              0u);
}

TEST_F(SandboxGradient, MakesATestCaseOfAnySize) {
    const auto uuid = start_gradient("synthetic-41x2", sample("agent_uuid"));
    const auto empty = start_gradient("synthetic-0", sample("agent_uuid"));
    advance(20);
    const auto page = results(uuid);
    EXPECT_EQ(page.at("prompts").as_array().size(), 41u);
    EXPECT_EQ(page.at("prompts").at(40).at("prompt_level_metric_results").as_array().size(), 2u);
    EXPECT_EQ(results(empty).at("meta").at("total").as_int64(), 0);
    EXPECT_EQ(gradient("GET", path("evaluation_test_cases/synthetic-41x2")).status, 200);
    EXPECT_EQ(gradient("GET", path("evaluation_test_cases/synthetic-9999999")).status, 404);
}

TEST_F(SandboxGradient, SpeaksTheOlderVintages) {
    const auto uuid = sample("gradient_finished_run_uuid");
    set_scenario(R"({"gradient":{"vintage":"middle"}})");
    const auto middle = results(uuid).at("prompts").at(0).as_object();
    const auto& flat = middle.at("evaluation_trace_spans").as_array();
    for (const auto& span : flat)
        EXPECT_FALSE(span.as_object().contains("spans"));
    for (const auto& one : middle.at("prompt_level_metric_results").as_array())
        EXPECT_FALSE(one.as_object().contains("metric_uuid") || one.as_object().contains("status"));

    set_scenario(R"({"gradient":{"vintage":"oldest"}})");
    EXPECT_FALSE(results(uuid).at("prompts").at(0).as_object().contains("evaluation_trace_spans"));
    const auto star = gradient("GET", path("evaluation_test_cases/" + sample("test_case_uuid")))
                          .json()
                          .at("evaluation_test_case")
                          .at("star_metric");
    EXPECT_EQ(star.at("success_threshold_pct").as_int64(), 70);
    EXPECT_FALSE(star.as_object().contains("success_threshold"));
    EXPECT_EQ(
        create(R"({"test_case_uuid":")" + sample("test_case_uuid") + R"(","agent_deployment_names":["support-prod"]})")
            .status,
        400);
}

} // namespace
} // namespace evalbridge::sandbox
