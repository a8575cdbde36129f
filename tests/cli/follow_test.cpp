// Following runs by the events of a gateway.

#include "tests/cli/watching.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using namespace evalbridge::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Follow, EndsWithTheRunAndItsSummaryAsTheyCame) {
    watching w;
    w.stream({opened_stream(), sent("retry: 2000\n\n" + event("1", "status", run_json("running")), 1s),
              sent(":\n\n", 15s), sent(done(), 5s)});
    const auto all = w.follow();
    EXPECT_EQ(all.how, followed::end::all_ended);
    EXPECT_EQ(all.runs[0].status, "completed");
    EXPECT_EQ(all.bodies[0], run_json("completed"));
    EXPECT_EQ(all.summaries[0], summary_json);
    EXPECT_EQ(w.console.err.str(), "p:1: running\np:1: completed\n");
    EXPECT_THAT(w.gateway.targets, IsEmpty()) << "nothing is asked beside the stream";
    EXPECT_EQ(w.gateway.opened.size(), 1u);
    EXPECT_EQ(w.last_event_id(0), "none");
    EXPECT_THAT(w.gateway.left, ElementsAre(1u));
}

TEST(Follow, ReadsEventsHoweverTheyAreCutUp) {
    watching w;
    fake_gateway::script pieces = {opened_stream()};
    for (const char c : event("1", "status", run_json("running")) + done())
        pieces.push_back(sent(std::string(1, c)));
    w.stream(std::move(pieces));
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
}

TEST(Follow, ComesBackToAStreamThatEndsAndSaysWhatItHasHad) {
    watching w;
    w.stream(
        {opened_stream(), sent("retry: 500\n\n" + event("7.ab.s", "status", run_json("running"))), ended_stream(3s)});
    w.stream({opened_stream(), sent("retry: 2000\n\n:\n\n"), ended_stream(3s)});
    w.stream({opened_stream(), sent(done())});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
    EXPECT_THAT(w.gaps(), ElementsAre(3500ms, 5000ms)) << "as long as the stream asked for";
    EXPECT_EQ(w.last_event_id(1), "7.ab.s");
    EXPECT_EQ(w.last_event_id(2), "7.ab.s") << "of all streams, not of the last";
    EXPECT_EQ(w.console.err.str(), "p:1: running\np:1: completed\n") << "a gateway that restarts is no news";
}

TEST(Follow, SpreadsReconnections) {
    watching w;
    w.stream({opened_stream(), sent("retry: 2000\n\n"), ended_stream()});
    w.stream({opened_stream(), sent("retry: 2000\n\n"), ended_stream()});
    w.stream({opened_stream(), sent(done())});
    follow_options options;
    double drawn = 0;
    options.chance = [&] { return std::exchange(drawn, 0.999); };
    EXPECT_EQ(w.follow(options).how, followed::end::all_ended);
    EXPECT_EQ(w.gaps()[0], 1500ms);
    EXPECT_GT(w.gaps()[1], 2400ms);
    EXPECT_LE(w.gaps()[1], 2500ms);
}

TEST(Follow, WaitsOutAStreamThatBreaksOff) {
    watching w;
    w.stream(
        {opened_stream(), sent(event("1", "status", run_json("running"))), failed_stream(broken("it broke off"), 60s)});
    w.stream({failed_stream(broken("connection refused"))});
    w.stream({failed_stream(refusal(503, "overloaded", 12s))});
    w.stream({opened_stream(), sent(done())});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
    EXPECT_THAT(w.gaps(), ElementsAre(62s, 4s, 12s)) << "longer with each failure, and as long as it is told";
    EXPECT_THAT(w.console.err.str(), HasSubstr("still waiting: it broke off; asking again in 2 s\n"));
    EXPECT_THAT(w.console.err.str(),
                HasSubstr("still waiting: it is so (HTTP 503 overloaded); asking again in 12 s\n"));
    EXPECT_EQ(w.last_event_id(3), "1");
}

TEST(Follow, LosesPatienceWithFailuresInARow) {
    watching w;
    for (int i = 0; i < 100; ++i)
        w.stream({failed_stream(broken("connection refused"))});
    EXPECT_EQ(w.follow().how, followed::end::refused);
    EXPECT_THAT(w.console.err.str(), HasSubstr("connection refused"));
    EXPECT_THAT(w.console.err.str(), HasSubstr("not waited for"));
    const auto first = w.gateway.opened.front().at;
    EXPECT_LE(w.gateway.now() - first, 5min);
    EXPECT_GT(w.gateway.now() - first, 4min);
}

TEST(Follow, AStreamThatLastedIsNoFailureInARow) {
    watching w;
    for (int i = 0; i < 30; ++i) // heartbeats alone, and a proxy that cuts each stream after a minute
        w.stream({opened_stream(), sent(":\n\n", 15s), failed_stream(broken("it broke off"), 45s)});
    w.stream({opened_stream(), sent(done())});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
}

TEST(Follow, AStreamOfNoUseIsAFailure) {
    watching ends_at_once;
    watching no_events;
    watching too_large;
    for (int i = 0; i < 100; ++i) {
        ends_at_once.stream({opened_stream(), ended_stream()});
        no_events.stream({opened_stream(), sent("retry: 2000\n\n"), sent(event("1", "status", "half a ru"))});
        too_large.stream({opened_stream(), sent(std::string(9 * 1024 * 1024, 'x'))});
    }
    EXPECT_EQ(ends_at_once.follow().how, followed::end::refused);
    EXPECT_EQ(no_events.follow().how, followed::end::refused);
    EXPECT_THAT(no_events.console.err.str(), HasSubstr("an event can't be read"));
    EXPECT_EQ(too_large.follow().how, followed::end::refused);
    EXPECT_THAT(too_large.console.err.str(), HasSubstr("an event is too large"));
}

TEST(Follow, PassesOverEventsThatItDoesNotKnow) {
    watching w;
    w.stream({opened_stream(), sent(event("1", "weather", "rain") + "data: no kind\n\n" + done())});
    follow_options options;
    std::vector<std::string> each;
    options.each = [&](const std::string& data) { each.push_back(data); };
    EXPECT_EQ(w.follow(options).how, followed::end::all_ended);
    EXPECT_EQ(each.size(), 1u);
}

TEST(Follow, EndsAtAProblemThatDoesNotPass) {
    watching w;
    w.stream({opened_stream(),
              sent(event("1", "status", run_json("running")) +
                   event("2", "problem",
                         R"({"code":"not_found","detail":"it is gone","retryable":false,"request_id":"r1"})"))});
    EXPECT_EQ(w.follow().how, followed::end::refused);
    EXPECT_THAT(w.console.err.str(), HasSubstr("error: it is gone\n"));
    EXPECT_THAT(w.console.err.str(), HasSubstr("  request id: r1\n"));
}

TEST(Follow, WaitsOutAProblemThatMayPass) {
    watching w;
    w.stream({opened_stream(),
              sent(event("2", "problem", R"({"code":"provider_unavailable","detail":"not now","retryable":true})")),
              ended_stream()});
    w.stream({opened_stream(), sent(done())});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
    EXPECT_THAT(w.console.err.str(), HasSubstr("still waiting: not now"));
    EXPECT_EQ(w.gateway.opened.size(), 2u);
}

TEST(Follow, TellsThatARunHasStalledAndThatItGoesOn) {
    watching w;
    const auto running = run_json("running");
    w.stream(
        {opened_stream(), sent(event("1", "status", running)),
         sent(event("2", "stalled", R"({"run":)" + running + R"(,"quiet_seconds":370,"usual_seconds":120})"), 370s),
         sent(event("3", "progress", run_json("running", R"(,"progress":{"done":1,"total":100})")), 9s),
         sent(event("4", "stalled", R"({"run":)" + running + R"(,"quiet_seconds":300,"usual_seconds":null})"), 300s),
         sent(done())});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
    EXPECT_EQ(w.console.err.str(), "p:1: running\n"
                                   "p:1: running, no change for 6:10, where such runs end after 2:00\n"
                                   "p:1: running 1/100\n"
                                   "p:1: running, no change for 5:00\n"
                                   "p:1: completed\n");
}

TEST(Follow, DrawsOneLineOverOnATerminalAndClearsIt) {
    watching w;
    w.console.to.live_err = true;
    const auto half = run_json("running", R"(,"phase":"evaluating","progress":{"done":20,"total":40})");
    w.stream({opened_stream(), sent(event("1", "status", half), 1s),
              sent(event("2", "stalled", R"({"run":)" + half + R"(,"quiet_seconds":300,"usual_seconds":null})"), 3s),
              sent(done(), 4s)});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
    const auto drawn = w.console.err.str();
    EXPECT_THAT(drawn, HasSubstr("\rp:1: pending, 0:00\x1b[K"));
    EXPECT_THAT(drawn, HasSubstr("\rp:1: running (evaluating) 20/40 (50%), 0:01\x1b[K"));
    EXPECT_THAT(drawn, HasSubstr("\rp:1: running (evaluating) 20/40 (50%), 0:03\x1b[K"))
        << "time passes, though nothing comes";
    EXPECT_THAT(drawn, HasSubstr(", 0:07, no change for 5:03\x1b[K"));
    EXPECT_THAT(drawn, Not(HasSubstr("\n")));
    EXPECT_TRUE(drawn.ends_with("\r\x1b[K"));
}

TEST(Follow, WritesALineForEachTenthWhereNothingCanBeDrawnOver) {
    watching w;
    fake_gateway::script pieces = {opened_stream()};
    for (int i = 0; i <= 200; ++i)
        pieces.push_back(
            sent(event(std::to_string(i), "progress",
                       run_json("running", R"(,"progress":{"done":)" + std::to_string(i) + R"(,"total":200})"))));
    pieces.push_back(sent(done()));
    w.stream(std::move(pieces));
    w.follow();
    const auto told = w.console.err.str();
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 12);
    EXPECT_THAT(told, HasSubstr("p:1: running 20/200\np:1: running 40/200\n"));
}

TEST(Follow, GivesUpInTheMiddleOfAWait) {
    watching w;
    w.stream({opened_stream(), sent(event("1", "status", run_json("running"))), sent(done(), 1h)});
    follow_options options;
    options.give_up = 10s;
    const auto begun = w.gateway.now();
    EXPECT_EQ(w.follow(options).how, followed::end::gave_up);
    EXPECT_EQ(w.gateway.now() - begun, 10s);
    EXPECT_THAT(w.gateway.left, ElementsAre(1u));
}

TEST(Follow, IsInterrupted) {
    watching w;
    w.stream({opened_stream(), sent(event("1", "status", run_json("running")))});
    w.gateway.interrupt_after = 1;
    EXPECT_EQ(w.follow().how, followed::end::interrupted);
}

TEST(Follow, FollowsSeveralRunsSideBySide) {
    fake_gateway gateway;
    kept_console console;
    const auto other =
        R"({"run":{"id":"p:2","status":"failed","terminal":true},"summary":null,"problem":{"code":"x","detail":"y"}})";
    gateway.streams["/v1/runs/p:1/events"].push_back(
        {opened_stream(), sent(event("1", "status", run_json("running")), 1s), sent(done(), 9s)});
    gateway.streams["/v1/runs/p:2/events"].push_back({opened_stream(), sent(event("1", "done", other), 5s)});
    const auto all = follow(gateway, console.to, {created("p:1"), created("p:2")}, {});
    EXPECT_EQ(all.how, followed::end::all_ended);
    EXPECT_EQ(console.err.str(), "p:1: running\np:2: failed\np:1: completed\n");
    EXPECT_EQ(all.summaries[0], summary_json);
    EXPECT_EQ(all.summaries[1], std::nullopt);
    EXPECT_EQ(gateway.opened.size(), 2u);
}

TEST(Follow, ReadsTheRunWhereTheGatewayHasNothingMoreToTell) {
    for (const int status : {204, 404, 405}) {
        watching w;
        w.stream({opened_stream(), sent(event("1", "status", run_json("running"))), ended_stream(1s)});
        answer nothing;
        nothing.status = status;
        w.stream({failed_stream(nothing)});
        w.gateway.push("/v1/runs/p:1", 200, run_json("running"));
        w.gateway.push("/v1/runs/p:1", 200, run_json("completed"));
        const auto all = w.follow();
        EXPECT_EQ(all.how, followed::end::all_ended) << status;
        EXPECT_EQ(all.bodies[0], run_json("completed"));
        EXPECT_EQ(w.gateway.opened.size(), 2u);
        EXPECT_EQ(w.gateway.targets.size(), 2u);
    }
    watching page;
    page.stream({opened_stream("text/html"), sent("<html>")});
    page.gateway.push("/v1/runs/p:1", 200, run_json("completed"));
    EXPECT_EQ(page.follow().how, followed::end::all_ended);
}

TEST(Follow, SendsNoIdThatAFieldCannotHold) {
    watching w;
    w.stream({opened_stream(), sent("id: a\tb\xC3\xA9\nevent: status\ndata: " + run_json("running") + "\n\n"),
              ended_stream()});
    w.stream({opened_stream(), sent(done())});
    EXPECT_EQ(w.follow().how, followed::end::all_ended);
    EXPECT_EQ(w.last_event_id(1), "none");
}
