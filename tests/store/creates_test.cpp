#include "tests/store/creates_bench.hpp"

namespace evalbridge::testing {

INSTANTIATE_TEST_SUITE_P(Engines, Creates, both_engines(), engine_in_name);

namespace {

TEST_P(Creates, AreReadBackAsTheyWereRecorded) {
    auto one = plain("a", "key");
    one.suite = "nightly";
    ASSERT_EQ(begin(one).what, kind::fresh);
    const auto back = find("a");
    EXPECT_EQ(back.client, "ci");
    EXPECT_EQ(back.key, "key");
    EXPECT_EQ(back.request_hash, "hash");
    EXPECT_EQ(back.spec, one.spec);
    EXPECT_EQ(back.suite, "nightly");
    EXPECT_EQ(back.tag, one.tag);
    EXPECT_EQ(back.state, create_state::pending);
    EXPECT_EQ(back.role, create_role::primary);
    EXPECT_EQ(back.replica, "here");
    EXPECT_TRUE(back.findable);
    EXPECT_EQ(back.created_at, now);
    EXPECT_FALSE(back.settled_at || back.answer || back.cause || back.group_id);
    EXPECT_TRUE(back.run_ids.empty());
}

TEST_P(Creates, WithoutAKeyAreAllRecorded) {
    EXPECT_EQ(begin(plain("a")).what, kind::fresh);
    EXPECT_EQ(begin(plain("b")).what, kind::fresh);
    EXPECT_EQ(open(), (std::vector<std::string>{"a", "b"}));
}

TEST_P(Creates, RunAgainFindTheirOwnIntent) {
    EXPECT_EQ(begin(plain("a", "key")).what, kind::fresh);
    EXPECT_EQ(begin(plain("a", "key")).what, kind::fresh);
}

TEST_P(Creates, OfAKeyInFlightAreNotBegunAgain) {
    ASSERT_EQ(begin(plain("a", "key")).what, kind::fresh);
    EXPECT_EQ(begin(plain("b", "key")).what, kind::in_flight);
    ASSERT_TRUE(mark("a"));
    EXPECT_EQ(begin(plain("b", "key")).what, kind::in_flight);
    auto other = plain("b", "key");
    other.request_hash = "another";
    EXPECT_EQ(begin(other).what, kind::other_body);
    other.client = "somebody else";
    EXPECT_EQ(begin(other).what, kind::fresh) << "keys are scoped to the client";
}

TEST_P(Creates, OfAKeyAreAnsweredWithTheFirstAnswer) {
    ASSERT_EQ(begin(plain("a", "key")).what, kind::fresh);
    ASSERT_TRUE(mark("a"));
    EXPECT_EQ(start("a").body, answer.body);
    const auto again = begin(plain("b", "key"));
    ASSERT_EQ(again.what, kind::answered);
    EXPECT_EQ(again.row->create_id, "a");
    EXPECT_EQ(again.row->answer->status, 201);
    EXPECT_EQ(again.row->answer->content_type, answer.content_type);
    EXPECT_EQ(again.row->answer->body, answer.body);
    EXPECT_EQ(again.row->answer->location, answer.location);
    EXPECT_EQ(again.row->run_ids, (std::vector<std::string>{"p:1", "p:2"}));
    EXPECT_TRUE(open().empty());
}

TEST_P(Creates, RegisterTheirRunsWithTheOutcome) {
    begin(plain("a"));
    mark("a");
    start("a");
    for (const auto* id : {"p:1", "p:2"}) {
        const auto found = kept.run([=](connection& db) { return find_run_record(db, id); });
        ASSERT_TRUE(found) << id;
        EXPECT_EQ(found->create_id, "a");
        EXPECT_EQ(found->started_by, "ci");
    }
}

TEST_P(Creates, KeepTheFirstOfTwoAnswers) {
    begin(plain("a", "key"));
    mark("a");
    start("a");
    auto second = answer;
    second.body = "another";
    EXPECT_EQ(start("a", second).body, answer.body) << "whoever waits is told what the key will tell";
    EXPECT_EQ(start("a").body, answer.body);
}

TEST_P(Creates, AreSentByOneAlone) {
    begin(plain("a"));
    EXPECT_FALSE(mark("a", {}, later, "elsewhere"));
    EXPECT_TRUE(mark("a", {}, later));
    EXPECT_TRUE(mark("a", {}, later)) << "the same mark, run again";
    EXPECT_FALSE(mark("a", {}, later + 1)) << "somebody else of this replica";
    EXPECT_TRUE(mark("a", later, later + 2)) << "who has it may have it for longer";
    EXPECT_EQ(find("a").send_until, later + 2);
    start("a");
    EXPECT_FALSE(mark("a", later + 2, later + 3)) << "it is done";
}

} // namespace
} // namespace evalbridge::testing
