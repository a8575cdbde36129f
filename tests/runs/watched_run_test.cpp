#include "runs/watched_run.hpp"

#include "tests/runs/scripted_provider.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using events = std::vector<std::shared_ptr<const watch_event>>;

std::shared_ptr<const run_sighting> sighting(run_status status, std::int64_t done = 0) {
    auto r = testing::sample_run(status);
    r.progress = run_progress{done, 100};
    return make_sighting(std::move(r));
}

constexpr time_point at(int second) { return time_point(seconds(second)); }

std::string kinds(const events& given) {
    std::string out;
    for (const auto& each : given)
        out.append(out.empty() ? "" : " ").append(name_of(each->kind));
    return out;
}

// What somebody hears who comes with that id.
std::string heard_after(const watched_run& run, const std::optional<std::string>& id) {
    auto from = run.begin(id);
    events out;
    EXPECT_TRUE(from && run.read(*from, out));
    return kinds(out);
}

struct WatchedRun : ::testing::Test {
    WatchedRun() {
        run.saw(sighting(run_status::pending), at(1), at(1));
        run.saw(sighting(run_status::running), at(2), at(2));
        run.saw(sighting(run_status::running, 5), at(3), at(3));
        auto from = *run.begin({});
        from = {1, nullptr};
        run.read(from, first_three);
    }
    watched_run run;
    events first_three;
};

TEST_F(WatchedRun, TellsStatusFromProgress) {
    EXPECT_EQ(kinds(first_three), "status status progress");
    auto passed = testing::sample_run(run_status::running);
    passed.progress = run_progress{5, 100};
    passed.outcome = run_outcome::passed;
    run.saw(make_sighting(passed), at(4), at(4));
    EXPECT_EQ(run.last_told(), watch_event_kind::status);
}

TEST_F(WatchedRun, TellsNothingTwiceNorWhatIsOlderThanWhatItKnows) {
    EXPECT_FALSE(run.saw(sighting(run_status::running, 5), at(9), at(9)));
    EXPECT_FALSE(run.saw(sighting(run_status::pending), at(8), at(10))) << "asked for before what is known";
    EXPECT_TRUE(run.saw(sighting(run_status::running, 6), at(9), at(10)));
}

TEST_F(WatchedRun, NothingFollowsATerminalStatusButTheLastWord) {
    EXPECT_TRUE(run.saw(sighting(run_status::completed), at(4), at(4)));
    EXPECT_TRUE(run.has_ended());
    EXPECT_FALSE(run.saw(sighting(run_status::completed, 7), at(5), at(5)));
    EXPECT_FALSE(run.found_stalled(seconds(1), {}, at(1000)));
}

TEST_F(WatchedRun, SaysOnceThatNothingChanges) {
    EXPECT_FALSE(run.found_stalled(minutes(5), {}, at(302)));
    EXPECT_TRUE(run.found_stalled(minutes(5), seconds(100), at(303)));
    EXPECT_FALSE(run.found_stalled(minutes(5), {}, at(999)));
    EXPECT_TRUE(run.saw(sighting(run_status::running, 6), at(1000), at(1000)));
    EXPECT_FALSE(run.found_stalled(minutes(5), {}, at(1001)));
    EXPECT_TRUE(run.found_stalled(minutes(5), {}, at(1300)));
    auto from = run.begin(first_three[2]->id);
    events out;
    run.read(*from, out);
    EXPECT_EQ(kinds(out), "stalled progress stalled");
    EXPECT_TRUE(out[0]->data.ends_with(R"(,"quiet_seconds":300,"usual_seconds":100})")) << out[0]->data;
    EXPECT_TRUE(out[2]->data.ends_with(R"(,"quiet_seconds":300,"usual_seconds":null})")) << out[2]->data;
}

TEST_F(WatchedRun, WhoKnowsNothingBeginsWithThePresentState) {
    EXPECT_EQ(heard_after(run, {}), "status");
    EXPECT_EQ(heard_after(run, "junk"), "status");
    auto from = run.begin({});
    events out;
    run.read(*from, out);
    EXPECT_EQ(out[0]->data, first_three[2]->data);
    EXPECT_EQ(parse_event_id(out[0]->id)->number, 3u);
    run.saw(sighting(run_status::running, 6), at(4), at(4));
    run.read(*from, out);
    EXPECT_EQ(kinds(out), "status progress");
    EXPECT_EQ(heard_after(run, out[0]->id), "progress") << "an id that was made for one who joined is known too";
}

TEST_F(WatchedRun, WhoComesBackGetsWhatWasMissed) {
    EXPECT_EQ(heard_after(run, first_three[0]->id), "status progress");
    EXPECT_EQ(heard_after(run, first_three[2]->id), "");
}

TEST_F(WatchedRun, ThatItHasStalledReachesWhoComesAfterwards) {
    const auto present = [this](watch_event_kind kind) {
        return format_event_id({77, state_of_etag(run.seen()->etag), kind});
    };
    ASSERT_TRUE(run.found_stalled(minutes(5), {}, at(303)));
    EXPECT_EQ(heard_after(run, {}), "status stalled");
    EXPECT_EQ(heard_after(run, first_three[0]->id), "status progress stalled");
    EXPECT_EQ(heard_after(run, present(watch_event_kind::progress)), "stalled") << "of another watch";
    EXPECT_EQ(heard_after(run, present(watch_event_kind::stalled)), "") << "who has heard it there";
    auto from = run.begin({});
    events out;
    run.read(*from, out);
    EXPECT_EQ(parse_event_id(out[0]->id)->number + 1, parse_event_id(out[1]->id)->number);
    EXPECT_EQ(heard_after(run, out[0]->id), "stalled");
    EXPECT_EQ(heard_after(run, out[1]->id), "");
    run.finish(watch_event_kind::problem, "{}");
    EXPECT_EQ(heard_after(run, {}), "status stalled problem");
}

TEST_F(WatchedRun, WhatHasMovedOnIsNotStalledToThem) {
    ASSERT_TRUE(run.found_stalled(minutes(5), {}, at(303)));
    run.saw(sighting(run_status::running, 6), at(400), at(400));
    EXPECT_EQ(heard_after(run, {}), "status");
    run.found_stalled(minutes(5), {}, at(999));
    run.saw(sighting(run_status::completed), at(1000), at(1000));
    run.finish(watch_event_kind::done, "{}");
    EXPECT_EQ(heard_after(run, {}), "status done");
}

TEST_F(WatchedRun, AnIdOfAnotherWatchIsComparedByItsState) {
    auto same = *parse_event_id(first_three[2]->id);
    same.number = 77;
    EXPECT_EQ(heard_after(run, format_event_id(same)), "");
    auto older = *parse_event_id(first_three[0]->id);
    older.number = 77;
    EXPECT_EQ(heard_after(run, format_event_id(older)), "status");
    auto misnumbered = *parse_event_id(first_three[0]->id);
    misnumbered.number = 2;
    EXPECT_EQ(heard_after(run, format_event_id(misnumbered)), "status") << "number 2 was of another state";
}

TEST_F(WatchedRun, TheEndReachesWhoKnowsTheTerminalStateButNotTheEnd) {
    run.saw(sighting(run_status::completed), at(4), at(4));
    run.finish(watch_event_kind::done, "{}");
    auto terminal = watch_event_id{99, state_of_etag(run.seen()->etag), watch_event_kind::status};
    EXPECT_EQ(heard_after(run, format_event_id(terminal)), "done");
    EXPECT_EQ(heard_after(run, {}), "status done");
    EXPECT_EQ(heard_after(run, first_three[2]->id), "status done");
    terminal.number = 5;
    terminal.kind = watch_event_kind::done;
    EXPECT_EQ(heard_after(run, format_event_id(terminal)), "");
}

TEST_F(WatchedRun, AProblemIsTheLastWordOfARunThatWasNeverRead) {
    watched_run unread;
    EXPECT_FALSE(unread.begin({}));
    unread.finish(watch_event_kind::problem, "{}");
    EXPECT_EQ(heard_after(unread, {}), "problem");
}

TEST_F(WatchedRun, WhoReadsTooSlowlyIsTold) {
    auto slow = *run.begin(first_three[2]->id);
    auto quick = slow;
    events out;
    for (int i = 0; i < static_cast<int>(watched_run::ring_size); ++i)
        run.saw(sighting(run_status::running, 10 + i), at(10 + i), at(10 + i));
    EXPECT_TRUE(run.read(quick, out));
    EXPECT_EQ(out.size(), watched_run::ring_size);
    run.saw(sighting(run_status::running, 99), at(99), at(99));
    EXPECT_FALSE(run.read(slow, out));
    EXPECT_EQ(heard_after(run, first_three[2]->id), "status") << "who comes back then gets the present state";
}

TEST(WatchEventId, IsReadStrictly) {
    const std::string good = "17.0123456789ab.p";
    const auto id = parse_event_id(good);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->number, 17u);
    EXPECT_EQ(id->state, "0123456789ab");
    EXPECT_EQ(id->kind, watch_event_kind::progress);
    EXPECT_EQ(format_event_id(*id), good);
    for (const std::string_view bad :
         {"", "17", ".0123456789ab.p", "17.0123456789ab.", "17.0123456789ab.z", "17.0123456789aB.p",
          "17.0123456789abc.p", "-1.0123456789ab.p", "17.0123456789ab.p ", "99999999999999999999.0123456789ab.p"})
        EXPECT_FALSE(parse_event_id(bad)) << bad;
}

} // namespace
} // namespace evalbridge
