// Following runs of a gateway that sends no events: by reading them at a pace.

#include "cli/follow.hpp"

#include "tests/cli/fake_gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using evalbridge::testing::fake_gateway;
using evalbridge::testing::kept_console;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

std::string run_json(const std::string& id, const std::string& status, const std::string& more = "") {
    const bool terminal = status == "completed" || status == "failed";
    return R"({"id":")" + id + R"(","status":")" + status + R"(","terminal":)" + (terminal ? "true" : "false") + more +
           "}";
}

run_view created(const std::string& id) {
    run_view out;
    out.id = id;
    out.status = "pending";
    return out;
}

answer problem(int status, const std::string& code, std::optional<std::chrono::milliseconds> retry_after = {}) {
    answer out;
    out.status = status;
    out.body = R"({"detail":"it is so","code":")" + code + R"(","request_id":"r1"})";
    out.retry_after = retry_after;
    return out;
}

} // namespace

TEST(Polling, ReadsUntilEveryRunHasEndedAndKeepsTheLastBodies) {
    fake_gateway gateway;
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "running"));
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "completed", R"(,"outcome":"passed")"));
    gateway.push("/v1/runs/p:2", 200, run_json("p:2", "failed"));
    kept_console console;
    const auto done = follow(gateway, console.to, {created("p:1"), created("p:2")}, {2s, {}});
    EXPECT_EQ(done.how, followed::end::all_ended);
    EXPECT_EQ(done.runs[0].outcome, "passed");
    EXPECT_EQ(done.bodies[1], run_json("p:2", "failed"));
    EXPECT_THAT(gateway.targets,
                ElementsAre("/v1/runs/p:1", "/v1/runs/p:2", "/v1/runs/p:1")); // the ended one isn't asked again
    EXPECT_EQ(console.err.str(), "p:1: running\np:2: failed\np:1: completed\n");
    EXPECT_EQ(console.out.str(), "");
}

TEST(Polling, WritesALineOnlyForAChangeWhereNothingCanBeDrawnOver) {
    fake_gateway gateway;
    for (int i = 0; i < 5; ++i)
        gateway.push("/v1/runs/p:1", 200,
                     run_json("p:1", "running", R"(,"phase":"dataset","progress":{"done":3,"total":null})"));
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "completed"));
    kept_console console;
    follow(gateway, console.to, {created("p:1")}, {2s, {}});
    EXPECT_EQ(console.err.str(), "p:1: running (dataset) 3 done\np:1: completed\n");
    EXPECT_EQ(gateway.pauses.size(), 5u);
}

TEST(Polling, DrawsOneLineOverOnATerminalAndClearsIt) {
    fake_gateway gateway;
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "running"));
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "completed"));
    kept_console console;
    console.to.live_err = true;
    follow(gateway, console.to, {created("p:1")}, {3s, {}});
    const auto drawn = console.err.str();
    EXPECT_THAT(drawn, HasSubstr("\rp:1: running, 0:02\x1b[K"));
    EXPECT_THAT(drawn, Not(HasSubstr("\n")));
    EXPECT_TRUE(drawn.ends_with("\r\x1b[K"));
}

TEST(Polling, WaitsOutWhatPassesAndSaysSo) {
    fake_gateway gateway;
    gateway.answers["/v1/runs/p:1"] = {problem(503, "provider_throttled", 12s), problem(504, "deadline_exceeded"),
                                       answer{}};
    gateway.answers["/v1/runs/p:1"].back().failure = "connection refused";
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "completed"));
    kept_console console;
    const auto done = follow(gateway, console.to, {created("p:1")}, {2s, {}});
    EXPECT_EQ(done.how, followed::end::all_ended);
    EXPECT_THAT(console.err.str(),
                HasSubstr("still waiting: it is so (HTTP 503 provider_throttled); asking again in 12 s"));
    EXPECT_THAT(console.err.str(), HasSubstr("still waiting: connection refused; asking again in 2 s"));
    EXPECT_EQ(gateway.pauses.front(), 12s); // Retry-After beats the pace
    EXPECT_EQ(gateway.pauses.back(), 2s);
}

TEST(Polling, EndsAtWhatDoesNotPass) {
    for (const auto& [status, code] :
         {std::pair{401, "unauthenticated"}, {404, "not_found"}, {502, "provider_rejected"}}) {
        fake_gateway gateway;
        gateway.answers["/v1/runs/p:1"] = {problem(status, code)};
        kept_console console;
        EXPECT_EQ(follow(gateway, console.to, {created("p:1")}, {2s, {}}).how, followed::end::refused) << code;
        EXPECT_THAT(console.err.str(), HasSubstr("error: it is so\n"));
        EXPECT_THAT(console.err.str(), HasSubstr("  request id: r1\n"));
    }
    fake_gateway other;
    other.push("/v1/runs/p:1", 200, "<html>");
    kept_console console;
    EXPECT_EQ(follow(other, console.to, {created("p:1")}, {2s, {}}).how, followed::end::refused);
}

TEST(Polling, LosesPatienceWithFailuresThatGoOn) {
    fake_gateway gateway;
    gateway.answers["/v1/runs/p:1"] = {problem(503, "provider_unavailable")};
    kept_console console;
    EXPECT_EQ(follow(gateway, console.to, {created("p:1")}, {30s, {}}).how, followed::end::refused);
    EXPECT_EQ(gateway.pauses.size(), 10u); // five minutes of them
}

TEST(Polling, DoesNotWaitForATryThatComesAfterItsPatience) {
    fake_gateway gateway;
    gateway.answers["/v1/runs/p:1"] = {problem(503, "provider_throttled", 3433s)};
    kept_console console;
    EXPECT_EQ(follow(gateway, console.to, {created("p:1")}, {2s, {}}).how, followed::end::refused);
    EXPECT_TRUE(gateway.pauses.empty());
    EXPECT_THAT(console.err.str(), HasSubstr("the next try would be in 3433 s"));
}

TEST(Polling, TellsTheWaitAsItIs) {
    fake_gateway gateway;
    gateway.answers["/v1/runs/p:1"] = {problem(503, "provider_unavailable")};
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "completed"));
    kept_console console;
    follow(gateway, console.to, {created("p:1")}, {100ms, {}});
    EXPECT_THAT(console.err.str(), HasSubstr("asking again in 0.1 s\n"));
}

TEST(Polling, GivesUpAndIsInterrupted) {
    fake_gateway gateway;
    gateway.push("/v1/runs/p:1", 200, run_json("p:1", "running"));
    kept_console console;
    EXPECT_EQ(follow(gateway, console.to, {created("p:1")}, {2s, 10s}).how, followed::end::gave_up);
    gateway.interrupt_after = gateway.pauses.size() + 3;
    EXPECT_EQ(follow(gateway, console.to, {created("p:1")}, {2s, {}}).how, followed::end::interrupted);
}

TEST(RunTarget, EncodesTheIdAsOneSegment) {
    EXPECT_EQ(run_target("p:1"), "/v1/runs/p:1");
    EXPECT_EQ(run_target("p:../x y?"), "/v1/runs/p:..%2Fx%20y%3F");
}
