// Waiting for a run in place of polling it: the whole gateway, both vendors.

#include "tests/integration/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <atomic>
#include <chrono>
#include <thread>

namespace evalbridge::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct event {
    std::string id;
    std::string kind;
    boost::json::value data;
};

std::vector<event> events_of(const std::string& stream) {
    std::vector<event> out;
    event next;
    for (std::size_t at = 0; at < stream.size();) {
        const auto end = stream.find('\n', at);
        const auto line = stream.substr(at, end - at);
        at = end == std::string::npos ? stream.size() : end + 1;
        if (line.starts_with("id: "))
            next.id = line.substr(4);
        else if (line.starts_with("event: "))
            next.kind = line.substr(7);
        else if (line.starts_with("data: "))
            next.data = boost::json::parse(line.substr(6));
        else if (line.empty() && !next.kind.empty())
            out.push_back(std::exchange(next, {}));
    }
    return out;
}

world_options quick() {
    world_options options;
    options.staso_keys = options.gradient_keys = "watch: {first_interval: 20ms, max_interval: 40ms}";
    return options;
}

struct Watching : ::testing::Test {
    world w{quick()};

    std::string start_staso() {
        return w.start(R"({"provider":"staso-box","scope":{"agent_id":")" + w.sample("agent_id") +
                       R"("},"metrics":["task_completion_rate"]})");
    }
    std::string start_gradient() {
        return w.start(R"({"provider":"gradient-box","name":"n","scope":{"test_case_id":")" +
                       w.sample("test_case_uuid") + R"(","agents":[")" + w.sample("agent_uuid") + R"("]}})");
    }
    int calls(const std::string& route) {
        const auto answer =
            route.starts_with("GET /v1") ? w.staso("GET", "/__sandbox/calls") : w.gradient("GET", "/__sandbox/calls");
        const auto counted = answer.json();
        const auto* found = counted.as_object().if_contains(route);
        return found ? static_cast<int>(found->as_int64()) : 0;
    }
    /// Asks the gateway for its metrics until they hold `line`; a line that never comes is the runner's timeout.
    void await_metric(const std::string& line) {
        while (w.get("/metrics").body.find(line) == std::string::npos)
            std::this_thread::yield();
    }
};

TEST_F(Watching, TellsARunsLifeAsEventsUntilItIsDone) {
    for (const auto& id : {start_staso(), start_gradient()}) {
        std::thread life([&] {
            while (w.get(run_path(id)).at("status") == "pending")
                w.let_pass(1);
            w.let_pass(3600);
        });
        const auto stream = w.get(run_path(id) + "/events");
        life.join();
        EXPECT_EQ(stream.field("content-type"), "text/event-stream");
        EXPECT_EQ(stream.field("cache-control"), "no-store");
        const auto told = events_of(stream.body);
        ASSERT_GE(told.size(), 2u) << stream.body;
        EXPECT_EQ(told.front().kind, "status");
        EXPECT_EQ(told.front().data.at("id"), id.c_str());
        EXPECT_EQ(told.back().kind, "done");
        EXPECT_EQ(told.back().data.at("run").at("terminal"), true);
        EXPECT_EQ(told.back().data.at("summary"), w.get(run_path(id) + "/summary").json());
        EXPECT_EQ(w.get(run_path(id) + "/events", {{"Last-Event-ID", told.back().id}}).status, 204);
        const auto rest = events_of(w.get(run_path(id) + "/events", {{"Last-Event-ID", told.front().id}}).body);
        ASSERT_FALSE(rest.empty());
        EXPECT_EQ(rest.back().kind, "done");
    }
}

TEST_F(Watching, AnswersAWaitWhenTheRunChanges) {
    const auto id = start_staso();
    const auto first = w.get(run_path(id));
    const auto etag = first.field("etag");
    EXPECT_EQ(w.get(run_path(id), {{"If-None-Match", etag}}).status, 304);
    EXPECT_EQ(w.get(run_path(id) + "?wait=100ms", {{"If-None-Match", etag}}).status, 304);
    EXPECT_EQ(w.get(run_path(id) + "?wait=20s", {{"If-None-Match", "W/\"another\""}}).status, 200);
    std::atomic<bool> passed = false;
    std::thread later([&] {
        passed = true;
        w.let_pass(3600);
    });
    auto waited = w.get(run_path(id) + "?wait=30s", {{"If-None-Match", etag}});
    later.join();
    EXPECT_TRUE(passed);
    EXPECT_EQ(waited.status, 200);
    while (waited.at("terminal") != true)
        waited = w.get(run_path(id) + "?wait=30s", {{"If-None-Match", waited.field("etag")}});
    EXPECT_EQ(waited.body, w.get(run_path(id)).body);
    EXPECT_EQ(w.get(run_path(id) + "?wait=30s").body, waited.body) << "a run that has ended answers at once";
}

TEST_F(Watching, TakesTheWaitAsAPreferenceToo) {
    w.scenario(R"({"staso":{"runs":[{"end":"stuck","stuck_in":"pending"}]}})");
    const auto id = start_staso();
    const auto etag = w.get(run_path(id)).field("etag");
    const auto preferred = w.get(run_path(id), {{"Prefer", "wait=1"}, {"If-None-Match", etag}});
    EXPECT_EQ(preferred.status, 304);
    EXPECT_EQ(preferred.field("preference-applied"), "wait=1");
    for (const auto* bad : {"?wait=-1s", "?wait=soon", "?wait=2h", "?wait="})
        EXPECT_EQ(w.get(run_path(id) + bad).status, 400) << bad;
}

TEST_F(Watching, CostsTheVendorOnePollerForAllWhoWait) {
    const auto id = start_gradient();
    std::vector<std::thread> clients;
    std::atomic<int> told = 0;
    for (int i = 0; i < 24; ++i)
        clients.emplace_back([&, i] {
            if (i % 2 == 0) {
                told += events_of(w.get(run_path(id) + "/events").body).back().kind == "done";
                return;
            }
            auto seen = w.get(run_path(id) + "?wait=20s");
            while (seen.status == 200 && seen.at("terminal") != true)
                seen = w.get(run_path(id) + "?wait=20s", {{"If-None-Match", seen.field("etag")}});
            told += seen.status == 200;
        });
    const auto route = "GET /v2/gen-ai/evaluation_runs/{evaluation_run_uuid}";
    while (calls(route) < 3)
        std::this_thread::yield();
    await_metric("evalbridge_watchers 24\n"); // who came after the end would begin a watch of his own
    w.let_pass(3600);
    for (auto& each : clients)
        each.join();
    EXPECT_EQ(told, 24);
    await_metric("evalbridge_watches 0\n"); // clients have their answers before their watchers are gone
    await_metric("evalbridge_watchers 0\n");
    EXPECT_THAT(w.get("/metrics").body, HasSubstr("evalbridge_watch_events_total{kind=\"done\"} 1\n"));
}

TEST_F(Watching, IsWokenByOurOwnCancel) {
    world_options slow;
    slow.staso_keys = "watch: {first_interval: 1h, max_interval: 1h}";
    world lazy(slow);
    const auto id = lazy.start(R"({"provider":"staso-box","scope":{"agent_id":")" + lazy.sample("agent_id") +
                               R"("},"metrics":["task_completion_rate"]})");
    const auto etag = lazy.get(run_path(id)).field("etag");
    std::thread canceller([&] { EXPECT_EQ(lazy.post(run_path(id) + "/cancel", "").status, 202); });
    const auto told = lazy.get(run_path(id) + "?wait=30s", {{"If-None-Match", etag}});
    canceller.join();
    EXPECT_EQ(told.status, 200);
    EXPECT_THAT(told.text("status"), ::testing::AnyOf("cancelling", "cancelled"));
}

TEST_F(Watching, OutlivesAVendorThatIsDownForAWhile) {
    const auto id = start_staso();
    std::thread life([&] {
        while (calls("GET /v1/eval/runs/{run_id}") < 2)
            std::this_thread::yield();
        w.every_answer(R"({"do":"status","status":503})");
        w.let_pass(3600);
        while (!w.log().has("upstream_attempt_failed"))
            std::this_thread::yield();
        w.scenario("{}");
    });
    const auto told = events_of(w.get(run_path(id) + "/events").body);
    life.join();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back().kind, "done");
}

TEST_F(Watching, EndsInAPlainProblemWhereThereIsNoSuchRun) {
    for (const auto* path : {"/v1/runs/staso-box:none/events", "/v1/runs/gradient-box:none/events",
                             "/v1/runs/nobody:none/events", "/v1/runs/staso-box:none?wait=10s"}) {
        const auto given = w.get(path);
        EXPECT_EQ(given.status, 404) << path;
        EXPECT_EQ(given.text("code"), "not_found");
    }
}

TEST_F(Watching, TellsStreamsAndWaitsToComeBackWhenTheGatewayEnds) {
    w.scenario(R"({"staso":{"runs":[{"end":"stuck","stuck_in":"pending"}]}})");
    const auto id = start_staso();
    const auto etag = w.get(run_path(id)).field("etag");
    std::string stream;
    int waited = 0;
    std::thread listener([&] { stream = w.get(run_path(id) + "/events").body; });
    std::thread waiter([&] { waited = w.get(run_path(id) + "?wait=50s", {{"If-None-Match", etag}}).status; });
    await_metric("evalbridge_watchers 2\n");
    await_metric("evalbridge_watch_events_total{kind=\"status\"} 1\n"); // a stream that can't begin is a 503
    w.gateway().drain();
    listener.join();
    waiter.join();
    EXPECT_THAT(stream, HasSubstr("event: status\n"));
    EXPECT_THAT(stream, HasSubstr("retry: 500\n"));
    EXPECT_EQ(waited, 304);
}

} // namespace
} // namespace evalbridge::integration
