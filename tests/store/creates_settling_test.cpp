// What becomes of creates, and of those whose replica died.

#include "tests/store/creates_bench.hpp"

namespace evalbridge::testing {
namespace {

TEST_P(Creates, ThatWereRefusedFreeTheirKey) {
    begin(plain("a", "key"));
    mark("a");
    refuse("a");
    EXPECT_EQ(find("a").state, create_state::refused);
    EXPECT_EQ(find("a").cause, R"({"code":"x"})");
    EXPECT_EQ(begin(plain("b", "key")).what, kind::fresh);
    EXPECT_EQ(open(), std::vector<std::string>{"b"});
    refuse("never recorded");
}

TEST_P(Creates, ThatAreNotSentAfterAllMayBeSentByAnother) {
    const auto put_back = [&](const send_marks& marks, const std::string& replica = "here") {
        kept.run([=](connection& db) { put_back_unsent(db, "a", replica, marks); });
    };
    begin(plain("a"));
    mark("a");
    put_back({later + 1, {}});
    put_back({later, {}}, "elsewhere");
    put_back({});
    EXPECT_EQ(find("a").state, create_state::sending) << "another's mark";
    put_back({later, {}});
    EXPECT_EQ(find("a").state, create_state::pending);
    EXPECT_FALSE(find("a").send_until);
    EXPECT_TRUE(mark("a", {}, later + 1));
    put_back({later + 2, later + 1});
    EXPECT_EQ(find("a").state, create_state::pending) << "its mark of before, since the last one failed";
}

TEST_P(Creates, ThatAreNotSentFreeTheirKeyUnlessSomebodyHasThem) {
    const auto release = [&](const create_record& create, const send_marks& marks) {
        kept.run([=](connection& db) { release_unsent(db, create, marks, R"({"code":"x"})", later); });
    };
    const auto one = plain("a", "key");
    begin(one);
    mark("a");
    release(one, {});
    release(one, {later + 1, {}});
    EXPECT_EQ(find("a").state, create_state::sending) << "somebody sends it";
    lose("a");
    release(one, {later, {}});
    EXPECT_EQ(find("a").state, create_state::indeterminate) << "somebody has taken it over";
    const auto other = plain("b", "other");
    begin(other);
    mark("b");
    release(other, {later, {}});
    EXPECT_EQ(find("b").state, create_state::refused);
    EXPECT_EQ(begin(plain("c", "other")).what, kind::fresh);
}

TEST_P(Creates, ThatWereGivenUpCantBeRecordedAnyMore) {
    const auto members = grouped("g", "key");
    kept.run([=](connection& db) { release_unsent(db, members.front(), {}, R"({"code":"x"})", later); });
    EXPECT_EQ(begin_group(members).what, kind::fresh) << "a commit that comes late: it ends, at least";
    EXPECT_EQ(find("g-primary").state, create_state::refused);
    EXPECT_FALSE(mark("g-primary"));
    EXPECT_EQ(begin(plain("b", "key")).what, kind::fresh);
}

TEST_P(Creates, OfADeadReplicaAreNotSettledAsUnsentOnceTheyAre) {
    begin(plain("a", "key", "dead"));
    const auto as_seen = find("a");
    mark("a", {}, later, "dead");
    const auto settle = [&] { kept.run([=](connection& db) { settle_never_sent(db, as_seen, later); }); };
    settle();
    EXPECT_EQ(find("a").state, create_state::sending);
    const auto sending = find("a");
    kept.run([=](connection& db) { note_crashed(db, sending, "other", later); });
    settle();
    EXPECT_EQ(find("a").state, create_state::indeterminate);
    EXPECT_EQ(begin(plain("b", "key")).what, kind::indeterminate);
}

TEST_P(Creates, WhoseAnswerWasLostHoldTheirKeyUntilItIsKnown) {
    begin(plain("a", "key"));
    mark("a");
    lose("a");
    const auto lost = begin(plain("b", "key"));
    ASSERT_EQ(lost.what, kind::indeterminate);
    EXPECT_EQ(lost.row->quiet_since, later);
    EXPECT_FALSE(lost.row->send_until) << "who has failed to send it sends nothing more";
    EXPECT_FALSE(lost.row->settled_at);
    EXPECT_EQ(open(), std::vector<std::string>{"a"});
    start("a");
    EXPECT_EQ(begin(plain("b", "key")).what, kind::answered);
}

TEST_P(Creates, WhoseProviderCantBeAskedStayIndeterminateForGood) {
    begin(plain("a", "key"));
    mark("a");
    lose("a", false);
    EXPECT_TRUE(find("a").settled_at);
    EXPECT_TRUE(open().empty());
    kept.run([](connection& db) { settle_absent(db, "a", later); });
    EXPECT_EQ(begin(plain("b", "key")).what, kind::indeterminate);
}

TEST_P(Creates, ThatNeverBeganFreeTheirKey) {
    begin(plain("a", "key"));
    mark("a");
    lose("a");
    kept.run([](connection& db) { settle_absent(db, "a", later); });
    EXPECT_EQ(find("a").state, create_state::absent);
    EXPECT_EQ(begin(plain("b", "key")).what, kind::fresh);
}

TEST_P(Creates, KeepWhatIsKnownAgainstWhatIsGuessed) {
    begin(plain("a", "key"));
    mark("a");
    start("a");
    lose("a");
    refuse("a");
    kept.run([](connection& db) { settle_absent(db, "a", later); });
    EXPECT_EQ(find("a").state, create_state::started);
}

TEST_P(Creates, OfADeadReplicaThatWereNotSentMayBeSentAnew) {
    begin(plain("a", "key", "dead"));
    kept.run([](connection& db) { say_alive(db, "dead", now); });
    EXPECT_EQ(begin(plain("b", "key")).what, kind::in_flight) << "it isn't dead yet";
    const auto after = now + std::chrono::microseconds(replica_silence).count();
    for (const auto at : {now, now + (after - now) / 2, after})
        kept.run([at](connection& db) { say_alive(db, "here", at); });
    EXPECT_EQ(begin(plain("b", "key"), after).what, kind::fresh);
    EXPECT_EQ(find("a").state, create_state::absent);
    EXPECT_FALSE(mark("a", {}, later, "dead")) << "should it come to life again";
}

TEST_P(Creates, OfADeadReplicaThatMayHaveBeenSentAreNotSentAgain) {
    begin(plain("a", "key", "dead"));
    mark("a", {}, later, "dead");
    const auto found = begin(plain("b", "key"));
    ASSERT_EQ(found.what, kind::indeterminate);
    EXPECT_EQ(found.row->create_id, "a");
    EXPECT_EQ(found.row->replica, "here");
    EXPECT_EQ(found.row->quiet_since, now);
    start("a"); // by the dead one, who wasn't
    EXPECT_EQ(begin(plain("b", "key")).what, kind::answered);
}

TEST_P(Creates, OfAReplicaThatHasCertainlyDiedAreSentByNowOrNever) {
    kept.run([](connection& db) { say_alive(db, "dead", now); });
    begin(plain("a", "key", "dead"));
    mark("a", {}, later, "dead");
    begin(plain("other"));
    mark("other");
    kept.run([](connection& db) { bury(db, "dead", now); });
    EXPECT_EQ(begin(plain("b", "key")).row->send_until, now);
    EXPECT_EQ(find("other").send_until, later) << "another replica's";
}

TEST_P(Creates, AreTakenOverByOne) {
    begin(plain("a", "key", "dead"));
    mark("a", {}, later, "dead");
    const auto as_seen = find("a");
    const auto crash = [&](const std::string& by) {
        return kept.run([=](connection& db) { return note_crashed(db, as_seen, by, later); });
    };
    EXPECT_TRUE(crash("one"));
    EXPECT_FALSE(crash("two"));
    const auto lost = find("a");
    const auto take = [&](const std::string& by) {
        return kept.run([=](connection& db) { return take_over(db, lost, by); });
    };
    EXPECT_TRUE(take("two"));
    EXPECT_FALSE(take("three"));
    EXPECT_EQ(find("a").replica, "two");
}

TEST_P(Creates, OfAKeyCanBeLookedUpWithoutATrace) {
    const auto look = [&](const std::string& hash) {
        return kept.run([=](connection& db) { return look_up_key(db, "ci", "key", hash, "here", now); });
    };
    EXPECT_FALSE(look("hash"));
    begin(plain("a", "key", "dead"));
    EXPECT_FALSE(look("hash")) << "what a dead replica has left unsent";
    EXPECT_EQ(find("a").state, create_state::pending);
    mark("a", {}, later, "dead");
    start("a");
    EXPECT_EQ(look("hash")->what, kind::answered);
    EXPECT_EQ(look("another")->what, kind::other_body);
}

TEST_P(Creates, OfAGroupAreRecordedAsOne) {
    ASSERT_EQ(begin_group(grouped("g", "key")).what, kind::fresh);
    ASSERT_EQ(begin_group(grouped("g", "key")).what, kind::fresh) << "run again";
    const auto members = kept.run([](connection& db) { return creates_of_group(db, "g"); });
    ASSERT_EQ(members.size(), 3u);
    EXPECT_EQ(members[0].role, create_role::primary);
    EXPECT_EQ(members[2].create_id, "g-s2");
    EXPECT_EQ(kept.run([](connection& db) { return find_group(db, "g"); })->suite, "nightly");
    EXPECT_EQ(begin_group(grouped("other", "key")).what, kind::in_flight);
    EXPECT_FALSE(kept.run([](connection& db) { return find_group(db, "other"); }));
    EXPECT_TRUE(kept.run([](connection& db) { return creates_of_group(db, "other"); }).empty());
}

TEST_P(Creates, OfShadowsWaitForTheirPrimary) {
    begin_group(grouped("pending"));
    begin_group(grouped("started"));
    mark("started-primary");
    start("started-primary");
    begin_group(grouped("refused"));
    mark("refused-primary");
    refuse("refused-primary");
    begin_group(grouped("lost"));
    mark("lost-primary");
    lose("lost-primary");
    begin_group(grouped("unknown"));
    mark("unknown-primary");
    lose("unknown-primary", false);
    EXPECT_EQ(to_send(), (std::vector<std::string>{"started-s1", "started-s2", "unknown-s1", "unknown-s2"}));
    EXPECT_EQ(find("refused-s1").state, create_state::absent);
    EXPECT_EQ(find("lost-s1").state, create_state::pending);
    kept.run([](connection& db) { settle_absent(db, "lost-primary", later); });
    EXPECT_EQ(find("lost-s2").state, create_state::absent);
    mark("started-s1");
    EXPECT_EQ(to_send().front(), "started-s2");
}

TEST_P(Creates, ArePrunedOnceTheyWereKeptLongEnough) {
    begin(plain("open", "key"));
    begin(plain("done", "old"));
    mark("done");
    start("done");
    begin_group(grouped("g", "grouped"));
    mark("g-primary");
    start("g-primary");
    const auto prune = [&](store_time at) {
        return kept.run([at](connection& db) { return prune_creates(db, at, 24h); });
    };
    const auto a_day = std::chrono::microseconds(24h).count();
    EXPECT_EQ(prune(later + a_day), 0u);
    EXPECT_EQ(begin(plain("x", "old")).what, kind::answered);
    EXPECT_EQ(prune(later + a_day + 1), 2u);
    EXPECT_EQ(prune(later + a_day + 1), 0u);
    EXPECT_EQ(begin(plain("x", "old")).what, kind::fresh);
    EXPECT_EQ(begin(plain("y", "grouped")).what, kind::fresh);
    EXPECT_EQ(begin(plain("z", "key")).what, kind::in_flight) << "those in flight never";
    EXPECT_EQ(find("g-primary").run_ids.size(), 2u) << "a group goes on to be shown";
}

} // namespace
} // namespace evalbridge::testing
