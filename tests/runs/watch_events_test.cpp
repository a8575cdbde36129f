// What those who watch are told, whatever the provider does.

#include "tests/runs/watch_world.hpp"

namespace evalbridge::testing {
namespace {

using kind = watcher::news::kind;
using WatchEvents = watch_world;

TEST_F(WatchEvents, OnlyThoseWhoWantEventsCostASummary) {
    show(run_status::completed);
    auto waiting = join();
    pass(minutes(2));
    EXPECT_EQ(vendor.reads.size(), 1u);
    EXPECT_EQ(vendor.summaries.size(), 0u);
    auto& client = heards.emplace_back();
    follow(client);
    settle();
    EXPECT_EQ(client.kinds, (std::vector<std::string>{"status", "done"}));
    EXPECT_EQ(vendor.reads.size(), 1u);
    ASSERT_EQ(vendor.summaries.size(), 1u);
    EXPECT_TRUE(vendor.summaries[0].run_has_ended);
    EXPECT_EQ(vendor.summaries[0].urgency, urgency::watch);
    EXPECT_NE(client.data[1].find(R"("summary":{"run_id":"p:1")"), std::string::npos) << client.data[1];
    EXPECT_NE(client.data[1].find(R"("run_terminal":true)"), std::string::npos);
    EXPECT_NE(client.data[1].find(R"("problem":null)"), std::string::npos);
}

TEST_F(WatchEvents, TheTerminalStatusIsToldBeforeTheSummaryIsRead) {
    vendor.on_get_summary = [](const std::string&, const call&) {
        return error(errc::provider_unavailable).because("not now");
    };
    show(run_status::completed);
    auto& client = heards.emplace_back();
    follow(client);
    settle();
    EXPECT_EQ(client.kinds, (std::vector<std::string>{"status"}));
    EXPECT_EQ(vendor.summaries.size(), 1u);
    pass(minutes(3));
    EXPECT_EQ(vendor.summaries.size(), 3u);
    ASSERT_EQ(client.kinds, (std::vector<std::string>{"status", "done"}));
    EXPECT_TRUE(
        client.data[1].ends_with(R"("summary":null,"problem":{"code":"provider_unavailable","detail":"not now"}})"))
        << client.data[1];
    EXPECT_EQ(hub.watches(), 0u);
}

TEST_F(WatchEvents, WatchersWaitWhileTheProviderIsDown) {
    auto& client = heards.emplace_back();
    follow(client);
    pass(minutes(1));
    for (const auto code : {errc::provider_unavailable, errc::provider_throttled, errc::overloaded,
                            errc::deadline_exceeded, errc::provider_malformed}) {
        now_shown = error(code).because("down").retry_after(seconds(100));
        const auto before = vendor.reads.size();
        pass(minutes(8));
        EXPECT_LE(vendor.reads.size() - before, 6u) << "it comes when it was told to";
    }
    EXPECT_FALSE(client.end);
    show(run_status::completed);
    pass(minutes(2));
    EXPECT_EQ(client.end, kind::ended);
    EXPECT_EQ(client.kinds.back(), "done");
}

TEST_F(WatchEvents, ARunThatIsGoneEndsItsWatchWithTheProblem) {
    auto& client = heards.emplace_back();
    follow(client);
    pass(seconds(1));
    now_shown = error(errc::not_found).because("gone");
    pass(minutes(5));
    ASSERT_EQ(client.kinds, (std::vector<std::string>{"status", "problem"}));
    EXPECT_TRUE(
        client.data[1].starts_with(R"({"code":"not_found","detail":"gone","retryable":false,"request_id":"watch-)"))
        << client.data[1];
    EXPECT_EQ(client.end, kind::ended);
    EXPECT_EQ(vendor.reads.size(), 4u);
    EXPECT_TRUE(log.has("watch_failed"));
    EXPECT_EQ(hub.watches(), 0u);
}

TEST_F(WatchEvents, ARefusalNowAndThenEndsNothing) {
    auto& client = heards.emplace_back();
    follow(client);
    vendor.on_get_run = [this](const std::string& id, const call&) -> result<run> {
        if (vendor.reads.size() % 3 != 1)
            return error(errc::provider_rejected).because("a hiccup");
        return answer_with(id);
    };
    pass(minutes(10));
    EXPECT_GT(vendor.reads.size(), 10u);
    EXPECT_FALSE(client.end);
}

TEST_F(WatchEvents, AStallIsToldOnceUntilSomethingChanges) {
    auto& client = heards.emplace_back();
    follow(client);
    pass(minutes(12));
    EXPECT_EQ(client.count("stalled"), 1u);
    show_progress(3);
    pass(minutes(12));
    EXPECT_EQ(client.kinds, (std::vector<std::string>{"status", "stalled", "progress", "stalled"}));
    EXPECT_TRUE(log.has("run_stalled"));
}

TEST(WatchEventIds, TellTheEndOfTheRunInThatStateAlone) {
    run ended;
    ended.id = "p:1";
    ended.status = run_status::completed;
    const auto seen = *make_sighting(ended);
    ended.id = "p:2";
    const auto other = *make_sighting(ended);
    ended.status = run_status::running;
    const auto live = *make_sighting(ended);
    const auto id = [](const run_sighting& of, watch_event_kind kind) {
        return format_event_id({7, state_of_etag(of.etag), kind});
    };
    EXPECT_TRUE(watcher::knows_the_end(id(seen, watch_event_kind::done), seen));
    EXPECT_FALSE(watcher::knows_the_end(id(seen, watch_event_kind::status), seen));
    EXPECT_FALSE(watcher::knows_the_end(id(other, watch_event_kind::done), seen));
    EXPECT_FALSE(watcher::knows_the_end(id(live, watch_event_kind::done), live)) << "it goes on";
    EXPECT_FALSE(watcher::knows_the_end("9.000000000000.d", seen));
    EXPECT_FALSE(watcher::knows_the_end("junk.d", seen));
}

TEST_F(WatchEvents, AClientThatComesBackGetsWhatItMissed) {
    auto& first = heards.emplace_back();
    follow(first);
    pass(seconds(3));
    show_progress(1);
    pass(seconds(3));
    show_progress(2);
    pass(seconds(10));
    ASSERT_EQ(first.kinds, (std::vector<std::string>{"status", "progress", "progress"}));
    auto& again = heards.emplace_back();
    follow(again, first.ids[1]);
    settle();
    ASSERT_EQ(again.kinds, (std::vector<std::string>{"progress"}));
    EXPECT_EQ(again.ids[0], first.ids[2]);
    show(run_status::completed);
    pass(seconds(30));
    EXPECT_EQ(again.kinds, (std::vector<std::string>{"progress", "status", "done"}));
    // The watch is over: another begins, which doesn't know these numbers, but the states that they name.
    auto& late = heards.emplace_back();
    follow(late, again.ids[1]);
    settle();
    EXPECT_EQ(late.kinds, (std::vector<std::string>{"done"}));
}

TEST_F(WatchEvents, ResumingBeforeTheFirstReadingWaitsForIt) {
    auto& before = heards.emplace_back();
    follow(before);
    settle();
    pass(minutes(5));
    auto& same = heards.emplace_back();
    auto& other = heards.emplace_back();
    follow(same, before.ids[0], "2");
    follow(other, "1.000000000000.s", "2");
    settle();
    EXPECT_EQ(same.kinds, (std::vector<std::string>{"status"})) << "another run's state is another state";
    EXPECT_EQ(other.kinds, (std::vector<std::string>{"status"}));
}

TEST_F(WatchEvents, WhoDoesNotReadFallsOffTheRing) {
    const auto slow = join();
    slow->resume_after({});
    std::optional<watcher::news> news;
    run_into(news, slow->next(time.now() + seconds(1)));
    settle();
    ASSERT_TRUE(news && news->what == kind::events);
    for (int i = 0; i < 70; ++i) {
        show_progress(i);
        hub.look_now("p:1");
        settle();
    }
    news.reset();
    run_into(news, slow->next(time.now() + seconds(1)));
    settle();
    ASSERT_TRUE(news);
    EXPECT_EQ(news->what, kind::lagging);
    EXPECT_TRUE(log.has("watcher_lagging"));
}

TEST_F(WatchEvents, AProviderThatThrowsIsAnErrorLikeAnother) {
    auto& client = heards.emplace_back();
    follow(client);
    settle();
    vendor.on_get_run = [](const std::string&, const call&) -> result<run> { throw std::runtime_error("a bug"); };
    pass(minutes(5));
    EXPECT_EQ(client.kinds.back(), "problem");
    EXPECT_TRUE(log.has("a bug"));
}

TEST_F(WatchEvents, ContradictionsAreCounted) {
    show(run_status::completed);
    auto& first = heards.emplace_back();
    auto& second = heards.emplace_back();
    follow(first);
    settle();
    show(run_status::running);
    follow(second);
    settle();
    EXPECT_EQ(second.kinds, (std::vector<std::string>{"status", "done"})) << "a terminal status is frozen";
    EXPECT_NE(counts.text().find("evalbridge_terminal_status_contradictions_total 1"), std::string::npos);
    EXPECT_NE(counts.text().find("evalbridge_watch_polls_total{provider=\"p\"} 2"), std::string::npos);
}

} // namespace
} // namespace evalbridge::testing
