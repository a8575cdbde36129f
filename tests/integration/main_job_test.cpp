// The main job, over HTTP, on both vendors: start, follow, read.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <set>

namespace evalbridge::integration {
namespace {

namespace json = boost::json;

struct MainJob : ::testing::Test {
    world w;
};

TEST_F(MainJob, StartsARunOnStasoAndFollowsItToItsEnd) {
    const auto started = w.post(
        "/v1/runs", R"({"provider":"staso-box","name":"weekly","description":"all of it","scope":{"agent_id":")" +
                        w.sample("agent_id") +
                        R"(","sample_pct":50},"metrics":["task_completion_rate"],"labels":{"team":"checkout"}})");
    ASSERT_EQ(started.status, 201) << started.body;
    const auto id = started.text("runs/0/id");
    EXPECT_EQ(id.substr(0, 10), "staso-box:");
    EXPECT_EQ(started.field("location"), run_path(id));
    EXPECT_EQ(started.text("runs/0/labels/team"), "checkout");
    const auto run = w.finish(id);
    EXPECT_EQ(run.at("status"), "completed");
    EXPECT_EQ(run.at("outcome"), nullptr);
    EXPECT_EQ(run.at("name"), "weekly");
    EXPECT_EQ(run.at("labels").at("team"), "checkout");
    EXPECT_EQ(run.at("scope").at("sample_pct"), 50);
}

TEST_F(MainJob, StartsSeveralRunsWithOneGradientRequest) {
    const auto started =
        w.post("/v1/runs", R"({"provider":"gradient-box","scope":{"test_case_id":")" + w.sample("test_case_uuid") +
                               R"(","agents":[")" + w.sample("agent_uuid") + R"("],"deployments":[")" +
                               w.sample("agent_deployment_name") + "\"]}}");
    ASSERT_EQ(started.status, 201) << started.body;
    EXPECT_EQ(started.items("runs").size(), 2u);
    EXPECT_NE(started.text("runs/0/id"), started.text("runs/1/id"));
    for (const auto& each : started.items("runs")) {
        const auto run = w.finish(std::string(each.at("id").as_string()));
        EXPECT_EQ(run.at("terminal"), true);
        EXPECT_TRUE(run.at("outcome").is_string());
        EXPECT_EQ(run.at("outcome_source"), "provider");
        EXPECT_FALSE(run.at("run_metrics").as_array().empty());
    }
}

TEST_F(MainJob, CountsInTheSummaryWhatTheVerdictsSay) {
    for (const auto& id : {w.finished_staso_run(), w.finished_gradient_run()}) {
        std::int64_t total = 0, passed = 0, failed = 0, errored = 0;
        for (std::string target = run_path(id) + "/verdicts?limit=100"; !target.empty();) {
            const auto page = w.get(target);
            ASSERT_EQ(page.status, 200) << page.body;
            for (const auto& each : page.items("data")) {
                ++total;
                passed += each.at("passed") == true;
                failed += each.at("passed") == false;
                errored += each.at("error").is_string();
            }
            const auto next = page.at("page/next_cursor");
            target = next.is_string() ? run_path(id) + "/verdicts?cursor=" + std::string(next.as_string()) : "";
        }
        const auto summary = w.get(run_path(id) + "/summary");
        ASSERT_EQ(summary.status, 200) << summary.body;
        EXPECT_GT(total, 0);
        EXPECT_EQ(summary.at("total"), total);
        EXPECT_EQ(summary.at("passed"), passed);
        EXPECT_EQ(summary.at("failed"), failed);
        EXPECT_EQ(summary.at("errored"), errored);
        EXPECT_EQ(summary.at("undecided"), total - passed - failed - errored);
    }
}

TEST_F(MainJob, ReadsOneResultWithSpansAndRaw) {
    const auto id = w.finished_gradient_run();
    const auto list = w.get(run_path(id) + "/results?limit=3");
    ASSERT_EQ(list.status, 200) << list.body;
    const auto result_id = list.text("data/0/id");
    const auto plain = w.get(run_path(id) + "/results/" + result_id);
    EXPECT_FALSE(plain.json().as_object().contains("spans"));
    EXPECT_FALSE(plain.json().as_object().contains("raw"));
    const auto full = w.get(run_path(id) + "/results/" + result_id + "?include=raw,spans");
    ASSERT_EQ(full.status, 200) << full.body;
    EXPECT_FALSE(full.items("spans").empty());
    EXPECT_TRUE(full.at("raw/prompt_level_metric_results").is_array());
    bool has_span_verdict = false;
    for (const auto& each : full.items("verdicts"))
        has_span_verdict = has_span_verdict || each.at("level") == "span";
    EXPECT_TRUE(has_span_verdict);
}

TEST_F(MainJob, KeepsNumbersByteTrueInRaw) {
    const auto id = w.finished_gradient_run();
    const auto native = id.substr(id.find(':') + 1);
    const auto theirs = w.gradient("GET", "/v2/gen-ai/evaluation_runs/" + native);
    const auto ours = w.get(run_path(id) + "?include=raw");
    const auto raw_at = ours.body.find("\"raw\":");
    ASSERT_NE(raw_at, std::string::npos);
    const auto run_at = theirs.body.find("{", 1);
    const auto their_run = theirs.body.substr(run_at, theirs.body.rfind('}') - run_at);
    EXPECT_NE(ours.body.find(their_run), std::string::npos) << ours.body << "\n" << their_run;
}

TEST_F(MainJob, CancelsOnStasoAndSaysThatGradientCannot) {
    const auto staso = w.start(R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                               R"("},"metrics":["task_completion_rate"]})");
    const auto cancelled = w.post(run_path(staso) + "/cancel", "");
    ASSERT_EQ(cancelled.status, 202) << cancelled.body;
    EXPECT_TRUE(cancelled.text("status") == "cancelling" || cancelled.text("status") == "cancelled");
    EXPECT_EQ(w.finish(staso).at("status"), "cancelled");

    const auto gradient = w.start(R"({"provider":"gradient-box","scope":{"test_case_id":")" +
                                  w.sample("test_case_uuid") + R"(","agents":[")" + w.sample("agent_uuid") + "\"]}}");
    const auto refused = w.post(run_path(gradient) + "/cancel", "");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("code"), "unsupported");
    EXPECT_NE(refused.text("detail").find("detach=true"), std::string::npos);
    const auto detached = w.post(run_path(gradient) + "/cancel?detach=true", "");
    EXPECT_EQ(detached.status, 202) << detached.body;
    EXPECT_EQ(detached.at("terminal"), false);
}

TEST_F(MainJob, ListsProvidersAndTheirMetrics) {
    const auto providers = w.get("/v1/providers");
    ASSERT_EQ(providers.items("data").size(), 2u);
    EXPECT_EQ(providers.text("data/0/name"), "staso-box");
    EXPECT_EQ(providers.at("data/1/capabilities/cancel"), false);
    EXPECT_EQ(providers.at("page/total"), 2);
    const auto staso = w.get("/v1/metrics?provider=staso-box");
    EXPECT_EQ(staso.items("data").size(), 9u);
    const auto all = w.get("/v1/metrics?limit=1000");
    EXPECT_GT(all.items("data").size(), 12u);
    const auto second = w.get("/v1/metrics?page=2&per_page=5");
    EXPECT_EQ(second.text("data/0/native_name"), all.text("data/5/native_name"));
}

TEST_F(MainJob, StartsNothingTwiceForOneIdempotencyKey) {
    const auto spec = R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                      R"("},"metrics":["task_completion_rate"]})";
    const fields key{{"Idempotency-Key", "nightly-2026-05-10"}};
    const auto first = w.post("/v1/runs", spec, key);
    const auto again = w.post("/v1/runs", spec, key);
    ASSERT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.field("location"), first.field("location"));
    EXPECT_EQ(again.field("idempotency-replayed"), "true");
    EXPECT_EQ(w.staso("GET", "/__sandbox/calls").json().as_object().at("POST /v1/eval/runs"), 1);
    EXPECT_EQ(w.post("/v1/runs", spec + " ", key).status, 422);
    EXPECT_EQ(w.post("/v1/runs", spec, {{"Idempotency-Key", ""}}).status, 400) << "an unset variable is no key";
    const auto refused = w.post("/v1/runs", R"({"provider":"nobody"})", {{"Idempotency-Key", "other"}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(w.post("/v1/runs", spec, {{"Idempotency-Key", "other"}}).status, 201) << "validation keeps nothing";
}

} // namespace
} // namespace evalbridge::integration
