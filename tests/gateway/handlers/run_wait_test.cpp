#include "tests/gateway/handlers/handler_world.hpp"

namespace evalbridge::testing {
namespace {

using RunWait = handler_world;

const std::string path = "/v1/runs/p%3A1";
const std::vector<query_parameter> wait_20 = {{"wait", "20s", true}};

std::string etag_of(const result<run>& shown) { return make_sighting(*shown)->etag; }

TEST_F(RunWait, EveryRunHasItsTagAndWhoeverHasItGetsNoBody) {
    const auto plain = get(path);
    ASSERT_EQ(plain->status(), 200);
    const auto tag = plain->field("ETag");
    EXPECT_EQ(tag, etag_of(now_shown));
    const auto same = get(path, {}, {{"if-none-match", "\"x\", " + tag}});
    EXPECT_EQ(same->status(), 304);
    EXPECT_EQ((*same->answer)->body, "");
    EXPECT_EQ(same->field("ETag"), tag);
    show_progress(5);
    EXPECT_EQ(get(path, {}, {{"if-none-match", tag}})->status(), 200);
    EXPECT_EQ(hub.watches(), 0u) << "nobody waited";
    EXPECT_EQ(asked->reads.back().client, "tester");
    EXPECT_TRUE(asked->reads.back().waited);
}

TEST_F(RunWait, RawDoesNotCountInTheTag) {
    const auto tag = get(path)->field("ETag");
    now_shown->raw = R"({"theirs":1})";
    const auto raw = get(path, {{"include", "raw", true}});
    EXPECT_EQ(raw->field("ETag"), tag);
    EXPECT_NE((*raw->answer)->body.find(R"("raw":{"theirs":1})"), std::string::npos);
}

TEST_F(RunWait, AnswersWhenTheRunChanges) {
    const auto waiting = get(path, wait_20, {{"if-none-match", etag_of(now_shown)}});
    pass(seconds(3));
    EXPECT_EQ(waiting->status(), 0);
    show_progress(5);
    pass(seconds(4));
    ASSERT_EQ(waiting->status(), 200);
    EXPECT_EQ(waiting->field("ETag"), etag_of(now_shown));
    EXPECT_GE(waiting->request.waited, seconds(3)) << "the time spent waiting isn't the gateway's own";
}

TEST_F(RunWait, AnswersAtOnceWhereTheClientKnowsAnotherState) {
    const auto waiting = get(path, wait_20, {{"if-none-match", "W/\"0123456789abcdef\""}});
    EXPECT_EQ(waiting->status(), 200);
}

TEST_F(RunWait, TheEndOfTheWaitIsNotModified) {
    const auto waiting = get(path, wait_20, {{"if-none-match", etag_of(now_shown)}});
    pass(seconds(19));
    EXPECT_EQ(waiting->status(), 0);
    pass(seconds(1));
    EXPECT_EQ(waiting->status(), 304);
    EXPECT_EQ(waiting->field("ETag"), etag_of(now_shown));
}

TEST_F(RunWait, WithoutATagItWaitsForAChangeAndAnswersWithTheRunInAnyCase) {
    const auto changed = get(path, wait_20);
    EXPECT_EQ(changed->status(), 0);
    show_progress(5);
    pass(seconds(5));
    EXPECT_EQ(changed->status(), 200);
    const auto unchanged = get(path, wait_20);
    pass(seconds(19));
    EXPECT_EQ(unchanged->status(), 0);
    pass(seconds(1));
    EXPECT_EQ(unchanged->status(), 200);
}

TEST_F(RunWait, AWaitIsNotCutByTheUsualDeadlineButByOneThatTheClientSet) {
    const std::vector<query_parameter> long_wait = {{"wait", "60s", true}};
    const auto usual = get(path, long_wait);
    const auto short_one = get(path, long_wait, {{"request-timeout", "30"}});
    pass(seconds(31));
    EXPECT_EQ(usual->status(), 0);
    EXPECT_EQ(short_one->status(), 200);
    pass(seconds(29));
    EXPECT_EQ(usual->status(), 200);
}

TEST_F(RunWait, ARunThatHasEndedAnswersAtOnceAndCostsNoSummary) {
    show(run_status::completed);
    EXPECT_EQ(get(path, wait_20)->status(), 200);
    EXPECT_EQ(get(path, wait_20, {{"if-none-match", etag_of(now_shown)}})->status(), 304);
    EXPECT_EQ(asked->summaries.size(), 0u);
    pass(seconds(31));
    EXPECT_EQ(hub.watches(), 0u);
}

TEST_F(RunWait, WaitsShareOnePollerAndACancelWakesThem) {
    std::vector<std::unique_ptr<exchange>> waiting;
    for (int i = 0; i < 50; ++i)
        waiting.push_back(get(path, wait_20));
    EXPECT_EQ(asked->reads.size(), 1u);
    show(run_status::cancelled);
    hub.look_now("p:1");
    settle();
    for (const auto& each : waiting)
        EXPECT_EQ(each->status(), 200);
    EXPECT_EQ(asked->reads.size(), 2u);
}

TEST_F(RunWait, AnotherClientsReadingEndsAWait) {
    const auto waiting = get(path, wait_20);
    show_progress(9);
    EXPECT_EQ(get(path)->status(), 200);
    EXPECT_EQ(waiting->status(), 200);
    EXPECT_EQ(asked->reads.size(), 2u);
}

TEST_F(RunWait, WithRawTheRunIsReadAgainOnceItHasChanged) {
    const auto waiting = get(path, {{"wait", "20s", true}, {"include", "raw", true}});
    EXPECT_EQ(waiting->status(), 0);
    show_progress(9);
    now_shown->raw = R"({"theirs":1})";
    pass(seconds(4));
    ASSERT_EQ(waiting->status(), 200);
    EXPECT_NE((*waiting->answer)->body.find(R"("raw":{"theirs":1})"), std::string::npos);
    EXPECT_EQ(waiting->field("ETag"), etag_of(now_shown));
}

TEST_F(RunWait, AnErrorOfTheFirstReadingIsTheAnswer) {
    now_shown = error(errc::not_found).because("no such run");
    EXPECT_EQ(get(path, wait_20)->status(), 404);
    now_shown = error(errc::provider_unavailable).because("down");
    EXPECT_EQ(get(path, wait_20)->status(), 503);
    EXPECT_EQ(get("/v1/runs/nobody%3A1", wait_20)->status(), 404);
    EXPECT_EQ(get(path, {{"wait", "61s", true}})->status(), 400);
}

TEST_F(RunWait, WhatCannotBeReadInTimeIsRefusedAtOnce) {
    const auto room = time.now() + seconds(5);
    asked->on_get_run = [this, room](const std::string& id, const call& c) -> result<run> {
        if (c.deadline > room)
            return answer_with(id);
        return error(errc::provider_throttled).retry_after(seconds(5));
    };
    for (const auto& each : {path, path + "/events"}) {
        exchange hurried;
        auto route = routes.find(verb::get, each);
        hurried.request.path_arguments = std::move(route.arguments);
        if (each == path)
            hurried.request.query = wait_20;
        hurried.request.deadline = time.now() + seconds(2);
        run_into(hurried.answer, (*route.handle)(hurried.request));
        settle();
        ASSERT_TRUE(hurried.answer) << each;
        EXPECT_EQ(hurried.status(), 503) << each;
        EXPECT_EQ(hurried.answer->error().retry_after(), seconds(5)) << each;
    }
}

TEST_F(RunWait, APreferenceIsConfirmed) {
    const auto waiting = get(path, {}, {{"prefer", "wait=5"}});
    EXPECT_EQ(waiting->status(), 0);
    pass(seconds(5));
    ASSERT_EQ(waiting->status(), 200);
    EXPECT_EQ(waiting->field("Preference-Applied"), "wait=5");
    const auto junk = get(path, {}, {{"prefer", "wait=soon"}});
    EXPECT_EQ(junk->status(), 200);
    EXPECT_EQ(junk->field("Preference-Applied"), "");
}

TEST_F(RunWait, AClientThatGoesEndsItsWait) {
    const auto waiting = get(path, wait_20);
    EXPECT_EQ(hub.watchers(), 1u);
    waiting->request.departed->give();
    settle();
    EXPECT_NE(waiting->status(), 0);
    EXPECT_EQ(hub.watchers(), 0u);
}

TEST_F(RunWait, ADrainAnswersAtOnceWithWhatIsKnown) {
    const auto tagged = get(path, wait_20, {{"if-none-match", etag_of(now_shown)}});
    const auto untagged = get(path, wait_20);
    not_ready = true;
    draining.give();
    settle();
    EXPECT_EQ(tagged->status(), 304);
    EXPECT_EQ(untagged->status(), 200);
    EXPECT_EQ(get(path, wait_20)->status(), 200);
    EXPECT_EQ(get(path, wait_20, {{"if-none-match", etag_of(now_shown)}})->status(), 304);
}

TEST_F(RunWait, NoWaitAtAllIsAPlainReading) {
    EXPECT_EQ(get(path, {{"wait", "0s", true}})->status(), 200);
    EXPECT_EQ(hub.watches(), 0u);
}

} // namespace
} // namespace evalbridge::testing
