// Vendors that fail, refuse or throttle in so many words: what a client gets, for every read of both vendors. What they
// do beyond words is hostile_*_test.cpp's.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;

struct expected {
    const char* fault; ///< for the sandbox
    int status;
    const char* code;
};

world_options one_attempt() {
    world_options out;
    out.staso_keys = out.gradient_keys = bare_provider;
    return out;
}

struct Faults : ::testing::Test {
    world w{one_attempt()};
    std::vector<std::string> runs = {w.finished_staso_run(), w.finished_gradient_run()};
    std::vector<std::string> first_results = {first_result(runs[0]), first_result(runs[1])};

    /// Runs that go on: what is known of one that has ended is answered from the store.
    std::vector<std::string> live = start_both();

    std::vector<std::string> start_both() {
        w.scenario(R"({"staso":{"runs":[{"end":"stuck","stuck_in":"pending"}]},)"
                   R"("gradient":{"rate_limit":null,"runs":[{"end":"stuck","stuck_in":"QUEUED"}]}})");
        const auto staso = w.start(R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                                   R"("},"metrics":["task_completion_rate"]})");
        const auto gradient =
            w.start(R"({"provider":"gradient-box","name":"n","scope":{"test_case_id":")" + w.sample("test_case_uuid") +
                    R"(","agents":[")" + w.sample("agent_uuid") + R"("]}})");
        return {staso, gradient};
    }
    std::string first_result(const std::string& id) {
        return w.get(run_path(id) + "/results?limit=1").text("data/0/id");
    }

    void expect_everywhere(const expected& row) {
        w.every_answer(row.fault);
        for (std::size_t i = 0; i < runs.size(); ++i)
            for (const auto& rest : {std::string(), std::string("/verdicts"), std::string("/results"),
                                     std::string("/summary"), "/results/" + first_results[i]}) {
                const auto& id = rest.empty() ? live[i] : runs[i];
                const auto begun = std::chrono::steady_clock::now();
                const auto given = w.get(run_path(id) + rest, {{"Request-Timeout", "3"}});
                EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s + 2s) << row.fault;
                EXPECT_EQ(given.status, row.status) << row.fault << " " << id << rest << " " << given.body;
                EXPECT_EQ(given.text("code"), row.code) << row.fault << " " << id << rest << " " << given.body;
            }
    }
};

TEST_F(Faults, AreToldApart) {
    const expected rows[] = {
        {R"({"do":"status","status":500})", 503, "provider_unavailable"},
        {R"({"do":"status","status":503,"retry_after":9})", 503, "provider_unavailable"},
        {R"({"do":"status","status":401})", 502, "provider_rejected"},
        {R"({"do":"status","status":403})", 502, "provider_rejected"},
        {R"({"do":"status","status":404})", 404, "not_found"},
        {R"({"do":"status","status":429,"retry_after":9})", 503, "provider_throttled"},
        {R"({"do":"status","status":429})", 503, "provider_throttled"},
    };
    for (const auto& row : rows)
        expect_everywhere(row);
}

TEST_F(Faults, OfAThrottlingVendorSayHowLongToWait) {
    w.every_answer(R"({"do":"status","status":429,"retry_after":9})");
    for (const auto& id : live) {
        const auto given = w.get(run_path(id));
        EXPECT_EQ(given.field("retry-after"), "9");
        EXPECT_EQ(given.text("source"), "provider");
        EXPECT_EQ(given.at("retryable"), true);
        EXPECT_EQ(given.at("provider/status"), 429);
    }
}

TEST_F(Faults, OfACreateAreToldAsIndeterminateAndItIsNeverSentTwice) {
    w.scenario(R"({"staso":{"faults":[{"route":"POST /v1/eval/runs","do":"close","perform":true}]}})");
    w.staso("POST", "/__sandbox/reset");
    const auto spec = R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                      R"("},"metrics":["task_completion_rate"]})";
    const fields key{{"Idempotency-Key", "once"}};
    const auto lost = w.post("/v1/runs", spec, key);
    EXPECT_EQ(lost.status, 502) << lost.body;
    EXPECT_EQ(lost.text("code"), "indeterminate");
    EXPECT_EQ(lost.at("retryable"), false) << "this vendor lists no runs, so it won't be known";
    EXPECT_EQ(lost.text("provider/name"), "staso-box");
    w.scenario("{}");
    const auto again = w.post("/v1/runs", spec, key);
    EXPECT_EQ(again.text("detail"), lost.text("detail")) << "the key keeps saying that it isn't known";
    EXPECT_EQ(again.field("idempotency-replayed"), "true");
    EXPECT_EQ(again.field("create-id"), lost.field("create-id"));
    const auto shown = w.get(lost.field("location"));
    EXPECT_EQ(shown.text("state"), "indeterminate") << shown.body;
    EXPECT_EQ(shown.at("settled_at").is_string(), true);
    EXPECT_EQ(w.staso("GET", "/__sandbox/calls").json().as_object().at("POST /v1/eval/runs"), 1);
}

TEST_F(Faults, NeverShowACredential) {
    w.every_answer(R"({"do":"status","status":401})");
    for (const auto& id : live) {
        const auto given = w.get(run_path(id));
        EXPECT_EQ(given.body.find(w.sample("staso_api_key")), std::string::npos);
        EXPECT_EQ(given.body.find(w.sample("gradient_token")), std::string::npos);
    }
    EXPECT_FALSE(w.log().has(w.sample("staso_api_key")));
    EXPECT_FALSE(w.log().has(w.sample("gradient_token")));
}

TEST(DeadVendor, IsUnavailableAtOnce) {
    world_options options;
    options.providers = "  gone: {vendor: staso, base_url: \"http://127.0.0.1:1\", api_key: \"file:staso_key\"}\n";
    world w(options);
    const auto given = w.get(run_path("gone:r1"));
    EXPECT_EQ(given.status, 503) << given.body;
    EXPECT_EQ(given.text("code"), "provider_unavailable");
    EXPECT_EQ(given.text("provider/name"), "gone");
    EXPECT_TRUE(w.log().has("upstream_attempt_failed"));
}

} // namespace
} // namespace evalbridge::integration
