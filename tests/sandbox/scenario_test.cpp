// What a scenario changes beyond single requests, and what a server says of options it can't use.

#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/json/serialize.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

class SandboxScenario : public SandboxFixture {
  protected:
    std::string refused_scenario(std::string_view text) {
        const auto answer = ask(server_.gradient_port(), "PUT", "/__sandbox/scenario", {}, text);
        EXPECT_EQ(answer.status, 400) << text;
        return std::string(answer.json().at("error").as_string());
    }
};

TEST_F(SandboxScenario, PlansTheEndsOfRuns) {
    set_scenario(R"({
        // each run that is started takes the next plan
        "staso": {"runs": [{"times": 1, "end": "failed", "error": "boom"}, {"times": 1, "end": "stuck", "stuck_in": "pending"},
                           {"times": 1, "end": "stuck"}, {"times": 1, "live_status": "warming_up", "seconds": 90000},]},
        "gradient": {"runs": [{"times": 1, "end": "partial"}, {"times": 1, "end": "failed"}, {"times": 1, "end": "cancelled"},
                              {"times": 1, "end": "stuck", "stuck_in": "RUNNING_DATASET"}, {"final_status": "EVALUATION_RUN_NEW"}]},
    })");
    std::vector<std::string> staso_ids;
    std::vector<std::string> gradient_ids;
    for (int i = 0; i < 4; ++i)
        staso_ids.push_back(start_staso(R"({"session_id":")" + sample("session_id") + "\"}"));
    for (int i = 0; i < 5; ++i)
        gradient_ids.push_back(start_gradient(sample("test_case_uuid"), sample("agent_uuid")));
    advance(30000);
    const auto row = [&](int i) {
        return staso("GET", "/v1/eval/runs/" + staso_ids[static_cast<std::size_t>(i)]).json();
    };
    EXPECT_EQ(row(0).at("status").as_string(), "failed");
    EXPECT_EQ(row(0).at("error_message").as_string(), "boom");
    EXPECT_EQ(row(1).at("status").as_string(), "pending");
    EXPECT_EQ(row(2).at("status").as_string(), "running");
    EXPECT_EQ(row(3).at("status").as_string(), "warming_up");
    const auto run = [&](std::size_t i) {
        return gradient("GET", "/v2/gen-ai/evaluation_runs/" + gradient_ids[i]).json().at("evaluation_run").as_object();
    };
    EXPECT_EQ(run(0).at("status").as_string(), "EVALUATION_RUN_PARTIALLY_SUCCESSFUL");
    EXPECT_EQ(run(1).at("status").as_string(), "EVALUATION_RUN_FAILED");
    EXPECT_TRUE(run(1).contains("error_description"));
    EXPECT_FALSE(run(1).contains("pass_status"));
    EXPECT_EQ(run(2).at("status").as_string(), "EVALUATION_RUN_CANCELLED");
    EXPECT_EQ(run(3).at("status").as_string(), "EVALUATION_RUN_RUNNING_DATASET");
    EXPECT_EQ(run(4).at("status").as_string(), "EVALUATION_RUN_NEW");
}

TEST_F(SandboxScenario, WrapsStasosAnswersInEveryPlausibleShape) {
    const std::string path = "/v1/eval/runs/" + sample("staso_finished_run_id");
    const auto shaped = [&](const std::string& members, const std::string& rest) {
        set_scenario(R"({"staso":{)" + members + "}}");
        return staso("GET", path + rest).json();
    };
    EXPECT_EQ(shaped(R"("envelope":"bare")", "/verdicts?limit=3").as_array().size(), 3u);
    EXPECT_EQ(shaped(R"("envelope":"items")", "/verdicts?limit=3").at("items").as_array().size(), 3u);
    EXPECT_EQ(shaped(R"("envelope":"nested")", "/verdicts?limit=3").at("data").at("verdicts").as_array().size(), 3u);
    EXPECT_EQ(shaped(R"("total":"total")", "/verdicts?limit=3").at("total").as_int64(), 1350);
    EXPECT_EQ(shaped(R"("total":"page_count")", "/verdicts?limit=3").at("count").as_int64(), 3);
    EXPECT_EQ(shaped(R"("max_page":2)", "/verdicts?limit=3").at("verdicts").as_array().size(), 2u);
    EXPECT_TRUE(shaped(R"("run_envelope":"data","id_key":"run_id")", "").at("data").as_object().contains("run_id"));
    EXPECT_TRUE(shaped(R"("passed_as_int":true)", "/verdicts?limit=1").at("verdicts").at(0).at("passed").is_int64());
    EXPECT_TRUE(shaped(R"("timestamps":"epoch_ms")", "").at("created_at").is_int64());
    EXPECT_TRUE(shaped(R"("timestamps":"epoch")", "").at("created_at").is_double());
    EXPECT_NE(std::string(shaped(R"("timestamps":"offset")", "").at("created_at").as_string()).find("+00:00"),
              std::string::npos);
    set_scenario(R"({"staso":{"rules_key":"rule_ids","create_status":202,"cancel_answers_empty":true}})");
    const auto created = staso("POST", "/v1/eval/runs",
                               R"({"scope":{"agent_id":"support-agent"},"rule_ids":[")" + sample("rule_id") + "\"]}");
    EXPECT_EQ(created.status, 202);
    EXPECT_EQ(staso("POST", "/v1/eval/runs/" + std::string(created.json().at("id").as_string()) + "/cancel").status,
              204);
}

TEST_F(SandboxScenario, ShapesGradientsPages) {
    const std::string path =
        "/v2/gen-ai/evaluation_runs/" + sample("gradient_finished_run_uuid") + "/results?per_page=50&page=2";
    const auto shaped = [&](const std::string& members) {
        set_scenario(R"({"gradient":{)" + members + "}}");
        return gradient("GET", path).json().as_object();
    };
    EXPECT_FALSE(shaped(R"("meta":"missing")").contains("meta"));
    EXPECT_EQ(json::serialize(shaped(R"("meta":"no_total")").at("meta")), R"({"page":2})");
    EXPECT_FALSE(shaped(R"("links":"missing")").contains("links"));
    EXPECT_TRUE(shaped(R"("links":"prev")").at("links").at("pages").as_object().contains("prev"));
    EXPECT_EQ(shaped(R"("max_page":7)").at("prompts").as_array().size(), 7u);
    EXPECT_TRUE(shaped(R"("int64_as_string":true)").at("prompts").at(0).at("prompt_id").is_string());
    EXPECT_TRUE(shaped(R"("uint64_as_number":true)").at("evaluation_run").at("created_by_user_id").is_uint64());
    EXPECT_GT(json::serialize(shaped(R"("span_kb":20)")).size(), 10u * 20 * 1024);
}

TEST_F(SandboxScenario, TakesTheOneThatItsPageShows) {
    std::ifstream page(EVALBRIDGE_SOURCE_DIR "/docs/sandbox.md");
    const std::string text{std::istreambuf_iterator<char>(page), std::istreambuf_iterator<char>()};
    const auto begin = text.find("```json\n{\n  \"staso\"");
    ASSERT_NE(begin, std::string::npos);
    const auto end = text.find("```", begin + 3);
    set_scenario(std::string_view(text).substr(begin + 8, end - begin - 8));
}

TEST_F(SandboxScenario, RefusesAScenarioItDoesNotUnderstand) {
    EXPECT_EQ(refused_scenario(R"({"staso":{"fault":[]}})"), "scenario.staso.fault: no such knob");
    EXPECT_EQ(refused_scenario(R"({"gradient":{"faults":[{},{"do":"sulk"}]}})").substr(0, 34),
              "scenario.gradient.faults[1].do: is");
    EXPECT_EQ(refused_scenario(R"({"gradient":{"faults":[{"probability":2}]}})").substr(0, 40),
              "scenario.gradient.faults[0].probability:");
    EXPECT_EQ(refused_scenario(R"({"staso":{"runs":[{"end":"stuck","stuck_in":"QUEUED"}]}})"),
              "scenario.staso.runs[0].stuck_in: is one of pending, running");
    EXPECT_EQ(refused_scenario(R"({"staso":{"faults":[{},{"route":"GET /v1/eval/run"}]}})"),
              "scenario.staso.faults[1].route: no such route: GET /v1/eval/run");
    EXPECT_EQ(refused_scenario("{").substr(0, 8), "not JSON");
    EXPECT_EQ(refused_scenario(R"({"staso":{"runs":[{"end":"partial"}]}})").substr(0, 26),
              "scenario.staso.runs[0].end");
    EXPECT_EQ(refused_scenario(R"({"staso":{"faults":[{"raw":"%%"}]}})"),
              "scenario.staso.faults[0].raw: expected base64");
    EXPECT_EQ(json::serialize(ask(server_.staso_port(), "GET", "/__sandbox/scenario").json()), "{}")
        << "the old one stays";
}

TEST_F(SandboxScenario, HasTheVendorsRateLimitsWithoutOne) {
    const auto answer = gradient("GET", "/v2/gen-ai/evaluation_metrics");
    EXPECT_EQ(answer.headers.at("ratelimit-limit"), "5000");
    EXPECT_EQ(answer.headers.at("ratelimit-remaining"), "4999");
    EXPECT_FALSE(staso("GET", "/v1/eval/runs").headers.contains("ratelimit-limit"));
    EXPECT_EQ(ask(server_.staso_port(), "GET", "/__sandbox/scenario").body, "{}");
}

TEST_F(SandboxScenario, TellsAndKeepsItsRateLimits) {
    set_scenario(R"({"gradient":{"rate_limit":{"per_minute":3,"per_hour":5}}})");
    const auto once = [&] { return gradient("GET", "/v2/gen-ai/evaluation_metrics"); };
    const auto first = once();
    EXPECT_EQ(first.headers.at("ratelimit-limit"), "5");
    EXPECT_EQ(first.headers.at("ratelimit-remaining"), "4");
    once();
    once();
    const auto burst = once();
    EXPECT_EQ(burst.status, 429);
    EXPECT_EQ(burst.json().at("id").as_string(), "too_many_requests");
    EXPECT_GE(std::stoi(burst.headers.at("retry-after")), 30);
    advance(61);
    EXPECT_EQ(once().status, 200);
    EXPECT_EQ(once().status, 200);
    const auto hourly = once();
    EXPECT_EQ(hourly.status, 429);
    EXPECT_FALSE(hourly.headers.contains("retry-after"));
    EXPECT_EQ(hourly.headers.at("ratelimit-remaining"), "0");
    advance(3600);
    EXPECT_EQ(once().status, 200);
    set_scenario(R"({"gradient":{"rate_limit":null}})");
    EXPECT_FALSE(once().headers.contains("ratelimit-limit"));
}

TEST(SandboxServer, SaysWhatIsWrongWithItsOptions) {
    const auto failure = [](const options& chosen) {
        try {
            server made(chosen);
        } catch (const std::runtime_error& wrong) {
            return std::string(wrong.what());
        }
        return std::string();
    };
    server first((options()));
    options taken;
    taken.gradient_port = first.gradient_port();
    EXPECT_NE(failure(taken).find("can't listen on 127.0.0.1:" + std::to_string(taken.gradient_port)),
              std::string::npos);
    options absent;
    absent.scenario = "/no/such/scenario.json";
    EXPECT_EQ(failure(absent), "can't read the scenario /no/such/scenario.json");
    options standstill;
    standstill.speed = 0;
    EXPECT_NE(failure(standstill), "");
    const auto file =
        std::filesystem::path(::testing::TempDir()) / ("scenario-" + std::to_string(first.staso_port()) + ".json");
    std::ofstream(file) << R"({"staso": {"oops": 1}})";
    options wrong;
    wrong.scenario = file;
    EXPECT_NE(failure(wrong).find("scenario.staso.oops: no such knob"), std::string::npos);
    std::filesystem::remove(file);
}

TEST(SandboxServer, StopsBeforeItRuns) {
    server never((options()));
    never.stop();
    never.run();
}

} // namespace
} // namespace evalbridge::sandbox
