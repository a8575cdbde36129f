#include "tests/runs/watch_world.hpp"

namespace evalbridge::testing {
namespace {

using kind = watcher::news::kind;
using WatchHub = watch_world;

TEST_F(WatchHub, AThousandWatchersCostOnePollerAndAllHearTheEnd) {
    show(run_status::pending);
    std::vector<heard> clients(1000);
    for (auto& each : clients)
        follow(each);
    pass(minutes(1));
    show(run_status::running);
    pass(minutes(4));
    show(run_status::completed);
    pass(seconds(35));
    EXPECT_LE(vendor.reads.size(), 40u);
    EXPECT_GE(vendor.reads.size(), 10u);
    EXPECT_EQ(vendor.summaries.size(), 1u);
    for (const auto& each : clients) {
        EXPECT_EQ(each.kinds, (std::vector<std::string>{"status", "status", "status", "done"}));
        EXPECT_EQ(each.end, kind::ended);
    }
    EXPECT_EQ(hub.watches(), 0u);
    EXPECT_EQ(hub.watchers(), 0u);
    EXPECT_NE(counts.text().find("evalbridge_watch_events_total{kind=\"done\"} 1"), std::string::npos);
    EXPECT_NE(counts.text().find("evalbridge_watches 0"), std::string::npos) << counts.text();
}

TEST_F(WatchHub, TheFirstPollIsTheClientsAndLaterOnesAreTheWatchs) {
    auto& client = heards.emplace_back();
    follow(client);
    pass(seconds(5));
    ASSERT_GE(vendor.reads.size(), 2u);
    EXPECT_EQ(vendor.reads[0].urgency, urgency::interactive);
    EXPECT_EQ(vendor.reads[0].request_id, "r");
    EXPECT_EQ(vendor.reads[1].urgency, urgency::watch);
    EXPECT_TRUE(vendor.reads[1].request_id.starts_with("watch-")) << vendor.reads[1].request_id;
    EXPECT_GE(vendor.reads[1].deadline - time.now(), seconds(50));
    EXPECT_EQ(vendor.reads[1].operation, "get_run");
}

TEST_F(WatchHub, WhoJoinsALiveWatchCostsNothing) {
    auto& first = heards.emplace_back();
    follow(first);
    pass(seconds(1));
    const auto second = join();
    std::optional<result<run_sighting>> seen;
    run_into(seen, second->current(time.now()));
    settle();
    ASSERT_TRUE(seen && *seen);
    EXPECT_EQ((*seen)->seen->status, run_status::running);
    EXPECT_EQ(vendor.reads.size(), 1u);
    EXPECT_EQ(hub.watches(), 1u);
    EXPECT_EQ(hub.watches_of("p"), 1u);
    EXPECT_EQ(hub.watches_of("another"), 0u);
    EXPECT_EQ(hub.watchers(), 2u);
}

TEST_F(WatchHub, AnErrorOfTheFirstReadingIsToldToAllWhoWaitForIt) {
    now_shown = error(errc::not_found).because("no such run");
    std::optional<result<run_sighting>> first, second;
    const auto a = join(), b = join();
    run_into(first, a->current(time.now() + seconds(30)));
    run_into(second, b->current(time.now() + seconds(30)));
    settle();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->error().code(), errc::not_found);
    EXPECT_EQ(second->error().detail(), "no such run");
    EXPECT_EQ(hub.watches(), 0u);
    EXPECT_EQ(vendor.reads.size(), 1u);
    const auto later = join();
    settle();
    EXPECT_EQ(vendor.reads.size(), 2u) << "the next to ask asks anew";
}

TEST_F(WatchHub, ASightingThatDoesNotComeInTimeIsADeadline) {
    boost::asio::io_context stuck;
    notice never;
    const auto w = std::shared_ptr<watcher>(hub.watch(vendor, "1", {stuck.get_executor(), never}, "r"));
    const auto other = join();
    std::optional<result<run_sighting>> seen;
    run_into(seen, other->current(time.now() + seconds(3)));
    pass(seconds(2));
    EXPECT_FALSE(seen);
    pass(seconds(1));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->error().code(), errc::deadline_exceeded);
    ASSERT_TRUE(seen->error().provider());
    EXPECT_EQ(seen->error().provider()->name, "p");
}

TEST_F(WatchHub, AWaitEndsWithAChangeOrWithItsTime) {
    const auto w = join();
    std::optional<result<run_sighting>> seen;
    run_into(seen, w->current(time.now() + seconds(1)));
    settle();
    ASSERT_TRUE(seen && *seen);
    std::optional<std::optional<run_sighting>> changed;
    run_into(changed, w->change_from((*seen)->etag, time.now() + seconds(10)));
    pass(seconds(9));
    EXPECT_FALSE(changed);
    pass(seconds(1));
    ASSERT_TRUE(changed);
    EXPECT_FALSE(*changed);
    changed.reset();
    run_into(changed, w->change_from((*seen)->etag, time.now() + seconds(60)));
    show_progress(7);
    pass(seconds(8));
    ASSERT_TRUE(changed && *changed);
    EXPECT_EQ((*changed)->seen->progress->done, 7);
    changed.reset();
    run_into(changed, w->change_from((*seen)->etag, time.now() + seconds(60)));
    settle();
    EXPECT_TRUE(changed && *changed) << "it isn't in that state any more";
}

TEST_F(WatchHub, AWaitForARunThatHasEndedIsOverAtOnce) {
    show(run_status::failed);
    const auto w = join();
    std::optional<result<run_sighting>> seen;
    run_into(seen, w->current(time.now() + seconds(1)));
    settle();
    std::optional<std::optional<run_sighting>> changed;
    run_into(changed, w->change_from((*seen)->etag, time.now() + seconds(10)));
    settle();
    EXPECT_TRUE(changed && *changed);
}

TEST_F(WatchHub, ACancelWakesTheWatch) {
    auto& client = heards.emplace_back();
    follow(client);
    pass(minutes(4));
    const auto before = vendor.reads.size();
    memory.cancel_requested("p:1");
    hub.look_now("p:1");
    settle();
    EXPECT_EQ(vendor.reads.size(), before + 1);
    EXPECT_EQ(client.kinds, (std::vector<std::string>{"status", "status"}));
    EXPECT_NE(client.data[1].find(R"("status":"cancelling")"), std::string::npos);
    hub.look_now("p:unknown");
}

TEST_F(WatchHub, ALookDuringAPollIsAnotherPoll) {
    vendor.on_get_run = [this](const std::string& id, const call&) {
        if (vendor.reads.size() == 1)
            hub.look_now("p:1");
        return answer_with(id);
    };
    auto& client = heards.emplace_back();
    follow(client);
    settle();
    EXPECT_EQ(vendor.reads.size(), 2u);
}

TEST_F(WatchHub, WhoComesBackSoonFindsTheSameWatch) {
    auto first = join();
    pass(minutes(5));
    const auto polls = vendor.reads.size();
    first.reset();
    pass(seconds(29));
    EXPECT_EQ(hub.watches(), 1u);
    EXPECT_EQ(vendor.reads.size(), polls) << "nobody watches, so nobody polls";
    first = join();
    pass(seconds(35));
    EXPECT_LE(vendor.reads.size(), polls + 3);
    EXPECT_GT(vendor.reads.size(), polls);
    first.reset();
    pass(seconds(31));
    EXPECT_EQ(hub.watches(), 0u);
    EXPECT_EQ(hub.watchers(), 0u);
    EXPECT_TRUE(log.has(R"("why":"left")"));
}

TEST_F(WatchHub, ComingAndGoingMakesNoMorePolls) {
    for (int i = 0; i < 30; ++i) {
        const auto w = join();
        pass(seconds(10));
    }
    EXPECT_LE(vendor.reads.size(), 40u) << "a long poll is no way round the interval";
    EXPECT_GE(vendor.reads.size(), 10u);
}

TEST_F(WatchHub, AReadingOfAnyonesIsTheWatchsToo) {
    auto& client = heards.emplace_back();
    follow(client);
    pass(minutes(5));
    const auto polls = vendor.reads.size();
    auto seen = sample_run(run_status::running);
    seen.progress = run_progress{50, 100};
    now_shown = seen;
    hub.observed(make_sighting(seen), time.now());
    settle();
    EXPECT_EQ(client.kinds, (std::vector<std::string>{"status", "progress"}));
    hub.observed(make_sighting(seen), time.now());
    pass(seconds(28));
    EXPECT_EQ(vendor.reads.size(), polls) << "the interval begins anew";
    EXPECT_EQ(client.kinds.size(), 2u);
    pass(seconds(4));
    EXPECT_EQ(vendor.reads.size(), polls + 1);
    hub.observed(make_sighting(sample_run(run_status::pending)), time.now() - minutes(1));
    settle();
    EXPECT_EQ(client.kinds.size(), 2u) << "asked for before what is known";
    hub.observed(make_sighting(sample_run(run_status::failed)), time.now());
    settle();
    EXPECT_EQ(client.kinds, (std::vector<std::string>{"status", "progress", "status", "done"}));
    EXPECT_EQ(vendor.reads.size(), polls + 1);
    hub.observed(make_sighting(sample_run(run_status::failed, "unwatched")), time.now());
}

TEST_F(WatchHub, StoppingEndsAWait) {
    const auto w = join();
    settle();
    std::optional<watcher::news> news;
    run_into(news, w->next(time_point::max()));
    settle();
    ASSERT_TRUE(news && news->what == kind::events);
    news.reset();
    run_into(news, w->next(time_point::max()));
    settle();
    EXPECT_FALSE(news);
    w->stop();
    settle();
    ASSERT_TRUE(news);
    EXPECT_EQ(news->what, kind::stopped);
}

TEST_F(WatchHub, NothingNewIsSaidWhenTheTimeIsUp) {
    const auto w = join();
    w->resume_after({});
    settle();
    std::optional<watcher::news> news;
    run_into(news, w->next(time.now() + seconds(1)));
    settle();
    news.reset();
    run_into(news, w->next(time.now() + seconds(15)));
    pass(seconds(14));
    EXPECT_FALSE(news);
    pass(seconds(1));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->what, kind::nothing);
}

TEST_F(WatchHub, ADrainEndsEveryWaitAtOnce) {
    auto& client = heards.emplace_back();
    follow(client);
    const auto waiting = join();
    settle();
    std::optional<std::optional<run_sighting>> changed;
    run_into(changed, waiting->change_from(make_sighting(sample_run(run_status::running))->etag, time_point::max()));
    settle();
    EXPECT_FALSE(changed);
    draining.give();
    settle();
    EXPECT_EQ(client.end, kind::draining);
    ASSERT_TRUE(changed);
    EXPECT_TRUE(*changed) << "the run as it is then";
    EXPECT_EQ(hub.watches(), 0u);
    const auto polls = vendor.reads.size();
    const auto late = join();
    std::optional<result<run_sighting>> seen;
    run_into(seen, late->current(time.now() + seconds(30)));
    settle();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->error().code(), errc::overloaded);
    EXPECT_EQ(vendor.reads.size(), polls);
    EXPECT_EQ(time.sleeping(), 0u);
}

} // namespace
} // namespace evalbridge::testing
