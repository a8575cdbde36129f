// Runs are started once, whatever becomes of the answers on the way.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;

constexpr auto creates_of_gradient = "POST /v2/gen-ai/evaluation_runs";
constexpr auto creates_of_staso = "POST /v1/eval/runs";

class CreatingRuns : public ::testing::Test {
  protected:
    std::string gradient_spec() const {
        return R"({"provider":"gradient-box","name":"nightly","labels":{"team":"a"},"scope":{"test_case_id":")" +
               w.sample("test_case_uuid") + R"(","agents":[")" + w.sample("agent_uuid") + R"(",")" +
               w.sample("second_agent_uuid") + R"("]}})";
    }
    std::string staso_spec() const {
        return R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
               R"("},"metrics":["latency_p95"]})";
    }
    std::int64_t counted(const answer& calls, const char* route) {
        const auto counts = calls.json();
        const auto* count = counts.as_object().if_contains(route);
        return count ? count->to_number<std::int64_t>() : 0;
    }
    std::int64_t gradient_creates() { return counted(w.gradient("GET", "/__sandbox/calls"), creates_of_gradient); }
    std::int64_t staso_creates() { return counted(w.staso("GET", "/__sandbox/calls"), creates_of_staso); }
    /// The answer to the key, once it is no `indeterminate` or 409 any more.
    answer ask_until_known(const std::string& spec, const fields& key) {
        const auto limit = std::chrono::steady_clock::now() + 30s;
        for (;;) {
            auto given = w.post("/v1/runs", spec, key);
            const bool open = given.status == 409 || (given.status == 502 && given.text("code") == "indeterminate");
            if (!open || std::chrono::steady_clock::now() > limit)
                return given;
            std::this_thread::yield();
        }
    }

    world w;
};

TEST_F(CreatingRuns, FindsTheRunsOfALostAnswer) {
    w.scenario(std::string(R"({"gradient":{"rate_limit":null,"faults":[{"route":")") + creates_of_gradient +
               R"(","times":1,"do":"close","perform":true}]}})");
    const fields key{{"Idempotency-Key", "lost"}};
    const auto lost = w.post("/v1/runs", gradient_spec(), key);
    ASSERT_EQ(lost.status, 502) << lost.body;
    EXPECT_EQ(lost.text("code"), "indeterminate");
    EXPECT_EQ(lost.at("retryable"), true);
    EXPECT_FALSE(lost.field("retry-after").empty());
    const auto found = ask_until_known(gradient_spec(), key);
    ASSERT_EQ(found.status, 201) << found.body;
    EXPECT_EQ(found.items("runs").size(), 2u);
    EXPECT_EQ(found.text("runs/0/labels/team"), "a");
    EXPECT_EQ(gradient_creates(), 1);
    const auto shown = w.get(lost.field("location"));
    EXPECT_EQ(shown.text("state"), "started") << shown.body;
    EXPECT_EQ(shown.items("runs").size(), 2u);
    EXPECT_EQ(w.post("/v1/runs", gradient_spec(), key).body, found.body);
}

TEST_F(CreatingRuns, GoOnWhenTheClientsTimeIsOver) {
    w.scenario(std::string(R"({"staso":{"faults":[{"route":")") + creates_of_staso + R"(","latency_ms":700}]}})");
    const auto spec = staso_spec();
    const auto begun = std::chrono::steady_clock::now();
    const auto early = w.post("/v1/runs", spec, {{"Idempotency-Key", "brief"}, {"Request-Timeout", "0.2"}});
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 600ms) << "in time for the client";
    ASSERT_EQ(early.status, 502) << early.body;
    EXPECT_EQ(early.text("code"), "indeterminate");
    EXPECT_EQ(early.at("retryable"), true);
    const auto known = ask_until_known(spec, {{"Idempotency-Key", "brief"}});
    EXPECT_EQ(known.status, 201) << known.body;
    EXPECT_EQ(staso_creates(), 1);
}

TEST_F(CreatingRuns, StartsOneForManyWithTheSameKey) {
    const fields key{{"Idempotency-Key", "shared"}};
    const auto spec = staso_spec();
    std::vector<std::future<answer>> asked;
    for (int i = 0; i < 16; ++i)
        asked.push_back(std::async(std::launch::async, [&] { return ask_until_known(spec, key); }));
    std::string body;
    for (auto& each : asked) {
        const auto given = each.get();
        EXPECT_EQ(given.status, 201) << given.body;
        if (body.empty())
            body = given.body;
        EXPECT_EQ(given.body, body);
    }
    EXPECT_EQ(staso_creates(), 1);
}

TEST_F(CreatingRuns, WithoutAKeyAreDifferentRunsThatAreRecordedAllTheSame) {
    const auto one = w.post("/v1/runs", staso_spec());
    const auto two = w.post("/v1/runs", staso_spec());
    EXPECT_NE(one.text("runs/0/id"), two.text("runs/0/id"));
    EXPECT_NE(one.field("create-id"), two.field("create-id"));
    const auto shown = w.get("/v1/creates/" + one.field("create-id"));
    EXPECT_EQ(shown.text("state"), "started") << shown.body;
    EXPECT_EQ(shown.text("runs/0"), one.text("runs/0/id"));
}

TEST_F(CreatingRuns, ThatTheProviderRefusesFreeTheirKey) {
    w.scenario(std::string(R"({"staso":{"faults":[{"route":")") + creates_of_staso +
               R"(","times":1,"do":"status","status":422}]}})");
    const fields key{{"Idempotency-Key", "refused"}};
    const auto refused = w.post("/v1/runs", staso_spec(), key);
    EXPECT_EQ(refused.status, 422) << refused.body;
    const auto shown = w.get("/v1/creates/" + refused.field("create-id"));
    EXPECT_EQ(shown.text("state"), "refused");
    EXPECT_EQ(shown.text("cause/code"), "unsupported");
    EXPECT_EQ(w.post("/v1/runs", staso_spec(), key).status, 201);
}

TEST_F(CreatingRuns, AreNobodyElsesBusiness) {
    EXPECT_EQ(w.get("/v1/creates/00000000000000000000").status, 404);
    EXPECT_EQ(w.get("/v1/groups/00000000000000000000").status, 404);
    const auto both = w.post("/v1/runs", R"({"suite":"none","provider":"staso-box"})");
    EXPECT_EQ(both.status, 400);
    EXPECT_EQ(both.items("errors").size(), 2u) << both.body;
}

} // namespace
} // namespace evalbridge::integration
