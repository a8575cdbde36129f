#include "tests/runs/creates_world.hpp"

#include <soci/soci.h>

namespace evalbridge::testing {
namespace {

using Creating = creates_world;

TEST_F(Creating, AnswersTheSameKeyWithTheSameBytes) {
    const auto first = ask("key");
    reach(p, 1);
    p.answer(0, one_run());
    done(first);
    ASSERT_TRUE(first->outcome->answer);
    EXPECT_EQ(first->outcome->answer->status, 201);
    EXPECT_EQ(first->outcome->answer->location, "/v1/runs/p:1");
    EXPECT_NE(first->body().find(R"("labels":{"team":"checkout"})"), std::string::npos) << first->body();
    const auto again = ask("key");
    done(again);
    EXPECT_TRUE(again->outcome->replayed);
    EXPECT_EQ(again->body(), first->body());
    EXPECT_EQ(again->outcome->create_id, first->outcome->create_id);
    EXPECT_EQ(p.creates.size(), 1u);
}

TEST_F(Creating, SendsWhatWasRecordedWithItsTag) {
    const auto one = ask();
    reach(p, 1);
    const auto& sent = p.creates[0];
    EXPECT_EQ(std::get<trace_scope>(sent.spec.scope).trace_id, "t");
    EXPECT_EQ(sent.c.may_replay, replay::only_if_unsent);
    EXPECT_TRUE(sent.c.heard_out);
    EXPECT_EQ(sent.c.client, "ci");
    p.answer(0, one_run());
    done(one);
    EXPECT_EQ(sent.spec.tag, "[eb-" + one->outcome->create_id + "]");
    EXPECT_EQ(row(one->outcome->create_id).state, create_state::started);
}

TEST_F(Creating, SendsOnceHoweverManyAskAtOnce) {
    std::vector<std::shared_ptr<asked>> all;
    for (int i = 0; i < 64; ++i)
        all.push_back(ask("key"));
    reach(p, 1);
    spin([&] { return std::ranges::count_if(all, [](const auto& each) { return each->outcome.has_value(); }) == 63; });
    for (const auto& each : all)
        if (each->outcome) {
            EXPECT_EQ(each->code(), errc::conflict);
            EXPECT_TRUE(each->outcome->failed->retryable());
            EXPECT_TRUE(each->outcome->failed->retry_after());
        }
    p.answer(0, one_run());
    spin([&] { return std::ranges::all_of(all, [](const auto& each) { return each->outcome.has_value(); }); });
    EXPECT_EQ(p.creates.size(), 1u);
}

TEST_F(Creating, RefusesAnotherBodyForAKey) {
    const auto first = ask("key");
    reach(p, 1);
    const auto other = ask("key", "other");
    done(other);
    EXPECT_EQ(other->code(), errc::unsupported);
    p.answer(0, one_run());
    done(first);
}

TEST_F(Creating, FreesTheKeyOfWhatStartedNothing) {
    const auto refused = ask("key");
    reach(p, 1);
    p.answer(0, error(errc::provider_throttled).because("slow down"));
    done(refused);
    EXPECT_EQ(refused->code(), errc::provider_throttled);
    EXPECT_FALSE(refused->outcome->unknown);
    EXPECT_EQ(row(refused->outcome->create_id).state, create_state::refused);
    const auto again = ask("key", "even another body");
    reach(p, 2);
    p.answer(1, one_run());
    done(again);
    EXPECT_TRUE(again->outcome->answer);
}

TEST_F(Creating, SaysThatALostAnswerIsIndeterminate) {
    struct row {
        std::optional<std::string> key;
        bool retryable;
    };
    for (const auto& [key, retryable] : {row{"key", true}, row{{}, false}}) {
        const auto one = ask(key);
        reach(p, p.creates.size() + (p.creates.empty() || p.creates.back().answer ? 1 : 0));
        p.answer(p.creates.size() - 1, lost());
        done(one);
        ASSERT_EQ(one->code(), errc::indeterminate);
        const auto& told = *one->outcome->failed;
        EXPECT_TRUE(one->outcome->unknown);
        EXPECT_EQ(told.retryable(), retryable);
        EXPECT_NE(told.detail().find("the connection was reset"), std::string::npos) << told.detail();
        EXPECT_EQ(told.provider()->name, "p");
        EXPECT_TRUE(here.log.has("create_indeterminate"));
    }
    const auto again = ask("key");
    done(again);
    EXPECT_EQ(again->code(), errc::indeterminate);
    EXPECT_TRUE(again->outcome->replayed);
    EXPECT_EQ(p.creates.size(), 2u) << "never sent again";
}

TEST_F(Creating, GoesOnWhenItsDeadlinePasses) {
    const auto one = ask("key");
    reach(p, 1);
    pass(40s);
    done(one);
    EXPECT_EQ(one->code(), errc::indeterminate);
    EXPECT_TRUE(one->outcome->unknown);
    EXPECT_EQ(here.creator.under_way(), 1u);
    p.answer(0, one_run());
    spin([&] { return here.creator.under_way() == 0; });
    const auto again = ask("key");
    done(again);
    EXPECT_TRUE(again->outcome->answer);
    EXPECT_EQ(p.creates.size(), 1u);
}

error too_late_to_send() {
    return error(errc::deadline_exceeded, error_source::gateway)
        .because("the time to send it was over")
        .refused_here(true);
}

TEST_F(Creating, MarksAnewWhatWaitedTooLongToBeSent) {
    const auto one = ask("key");
    reach(p, 1);
    EXPECT_EQ(p.creates[0].c.send_before, time.now() + 15s);
    pass(16s);
    p.answer(0, too_late_to_send());
    reach(p, 2);
    EXPECT_EQ(p.creates[1].c.send_before, p.creates[1].c.deadline) << "no later than its deadline";
    pass(14s);
    p.answer(1, too_late_to_send());
    done(one);
    EXPECT_EQ(one->code(), errc::deadline_exceeded);
    EXPECT_EQ(p.creates.size(), 2u);
}

TEST_F(Creating, NeverSendsAgainWhatTheVendorRefusedLate) {
    for (const auto code : {errc::unsupported, errc::provider_throttled, errc::deadline_exceeded}) {
        const auto sent = p.creates.size();
        const auto one = ask();
        reach(p, sent + 1);
        pass(20s);
        p.answer(sent, error(code).from_provider({"p", 422, {}, {}, {}}));
        done(one);
        EXPECT_EQ(one->code(), code);
        EXPECT_EQ(row(one->outcome->create_id).state, create_state::refused);
        EXPECT_EQ(p.creates.size(), sent + 1);
    }
}

TEST_F(Creating, KeepsEveryRunOfACreateThatStartsSeveral) {
    const auto one = ask("key");
    reach(p, 1);
    auto runs = one_run();
    runs.push_back(one_run("p", "2").front());
    p.answer(0, runs);
    done(one);
    const auto id = one->outcome->create_id;
    EXPECT_EQ(row(id).run_ids, (std::vector<std::string>{"p:1", "p:2"}));
    for (const auto* each : {"p:1", "p:2"})
        EXPECT_EQ(here.kept.run([=](connection& db) { return find_run_record(db, each); })->create_id, id);
}

TEST_F(Creating, LooksForWhatTheStoreCantRecord) {
    here.kept.run([](connection& db) {
        db.sql() << "CREATE TRIGGER no_run BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'a bug'); END";
    });
    const auto one = ask("key");
    reach(p, 1);
    p.answer(0, one_run());
    spin([&] {
        if (time.sleeping() > 0)
            time.advance(100ms);
        return here.creator.under_way() == 0;
    });
    done(one);
    EXPECT_EQ(one->code(), errc::store_unavailable);
    EXPECT_TRUE(one->outcome->unknown);
    EXPECT_EQ(row(one->outcome->create_id).state, create_state::indeterminate);
}

TEST_F(Creating, TellsAReplayApartFromWhatIsNew) {
    const auto look = [&](const std::string& key) {
        return here.kept.await(here.creator.replay(request(key))).value();
    };
    EXPECT_FALSE(look("key"));
    const auto one = ask("key");
    reach(p, 1);
    p.answer(0, one_run());
    done(one);
    EXPECT_EQ(look("key")->answer->body, one->body());
}

} // namespace
} // namespace evalbridge::testing
