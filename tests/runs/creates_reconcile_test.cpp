#include "tests/runs/creates_world.hpp"

namespace evalbridge::testing {
namespace {

class Reconciling : public creates_world {
  protected:
    /// A create whose answer was lost: its id.
    std::string lose_one(const std::string& key = "key") {
        const auto one = ask(key);
        reach(p, 1);
        p.answer(0, lost());
        done(one);
        return one->outcome->create_id;
    }
    std::shared_ptr<asked> ask_again() {
        const auto again = ask("key");
        spin([&] { return again->outcome || (!p.creates.empty() && !p.creates.back().answer); });
        return again;
    }
};

TEST_F(Reconciling, FindsWhatALostAnswerHasStarted) {
    const auto id = lose_one();
    p.listed = one_run();
    look_until_settled(here);
    const auto again = ask_again();
    ASSERT_TRUE(again->outcome && again->outcome->answer);
    EXPECT_EQ(again->outcome->answer->status, 201);
    EXPECT_NE(again->body().find(R"("id":"p:1")"), std::string::npos);
    EXPECT_NE(again->body().find(R"("labels":{"team":"checkout"})"), std::string::npos) << again->body();
    EXPECT_EQ(here.kept.run([](connection& db) { return find_run_record(db, "p:1"); })->create_id, id);
    EXPECT_EQ(p.creates.size(), 1u);
    EXPECT_TRUE(here.log.has("create_reconciled"));
}

TEST_F(Reconciling, FreesTheKeyOfWhatNeverBegan) {
    const auto id = lose_one();
    const auto since = time.now();
    look_until_settled(here);
    EXPECT_EQ(row(id).state, create_state::absent);
    EXPECT_GE(time.now() - since, 10s);
    EXPECT_LT(time.now() - since, 13s) << "who has failed to send it sends nothing more";
    EXPECT_GE(p.lists, 2u);
    const auto again = ask_again();
    ASSERT_EQ(p.creates.size(), 2u) << "its client may send it again";
    p.answer(1, one_run());
    done(again);
    EXPECT_TRUE(again->outcome->answer);
}

TEST_F(Reconciling, ConcludesNothingFromAVendorThatDoesNotAnswer) {
    const auto id = lose_one();
    p.listed = error(errc::provider_unavailable);
    look(here);
    for (int i = 0; i < 20; ++i)
        spin([&, before = p.lists] {
            time.advance(1s);
            return p.lists > before;
        });
    EXPECT_EQ(row(id).state, create_state::indeterminate);
    EXPECT_FALSE(row(id).settled_at);
    p.listed = one_run();
    look_until_settled(here);
    EXPECT_EQ(row(id).state, create_state::started);
}

TEST_F(Reconciling, SaysSoWhereTheVendorCantBeAsked) {
    const auto id = lose_one();
    p.listed = error(errc::unsupported);
    look_until_settled(here);
    EXPECT_EQ(row(id).state, create_state::indeterminate);
    EXPECT_TRUE(row(id).settled_at);
    const auto again = ask_again();
    ASSERT_TRUE(again->outcome);
    EXPECT_EQ(again->code(), errc::indeterminate);
    EXPECT_FALSE(again->outcome->failed->retryable());
    EXPECT_EQ(p.creates.size(), 1u);
}

TEST_F(Reconciling, WaitsForAllTheRunsOfACreate) {
    auto spec = spec_for("p");
    spec.scope = test_case_scope{"case", {"one", "two"}, {}, {}};
    const auto wanted = request("key");
    const auto one = wait_for(here.creator.create(wanted, {here.creator.record_of_spec(wanted, spec)}));
    reach(p, 1);
    p.answer(0, lost());
    done(one);
    const auto id = one->outcome->create_id;
    p.listed = one_run();
    look(here);
    spin([&] { return p.lists == 1 && time.sleeping() > 0; });
    EXPECT_EQ(row(id).state, create_state::indeterminate) << "half of it isn't it";
    auto both = one_run();
    both.push_back(one_run("p", "2").front());
    p.listed = both;
    look_until_settled(here);
    EXPECT_EQ(row(id).run_ids.size(), 2u);
}

TEST_F(Reconciling, TakesWhatThereIsInTheEnd) {
    auto spec = spec_for("p");
    spec.scope = test_case_scope{"case", {"one", "two"}, {}, {}};
    const auto wanted = request("key");
    const auto one = wait_for(here.creator.create(wanted, {here.creator.record_of_spec(wanted, spec)}));
    reach(p, 1);
    p.answer(0, lost());
    done(one);
    p.listed = one_run();
    look_until_settled(here);
    EXPECT_EQ(row(one->outcome->create_id).run_ids.size(), 1u);
}

TEST_F(Reconciling, SettlesWhatADeadGatewayHasLeft) {
    const auto sent = ask("sent"); // and then it dies, as far as another can see
    reach(p, 1);
    vendor_desk seen;
    one_gateway other(database, "other", time, io);
    other.serve("p", seen, io);
    const auto id = here.kept.run([](connection& db) { return open_creates(db, "here", 10); }).front().create_id;

    here.kept.run([now = stored(time.wall_now())](connection& db) { say_alive(db, "here", now); });
    look(other);
    EXPECT_EQ(row(id).state, create_state::sending) << "it lives";

    outlive_others(other);
    seen.listed = one_run();
    look_until_settled(other);
    EXPECT_EQ(row(id).state, create_state::started);
    EXPECT_EQ(row(id).replica, "other");
    EXPECT_TRUE(seen.creates.empty());
    const auto again = ask(other, "sent");
    done(again);
    EXPECT_TRUE(again->outcome->answer);

    p.answer(0, one_run());
    spin([&] { return here.creator.under_way() == 0; });
    EXPECT_EQ(row(id).answer->body, again->body()) << "the one that wasn't dead changes nothing";
    other.closing.give();
}

TEST_F(Reconciling, WaitsOutTheTimeInWhichADeadGatewayMayStillHaveSent) {
    const auto sent = ask("sent");
    reach(p, 1);
    const auto began = time.now();
    vendor_desk seen;
    one_gateway other(database, "other", time, io);
    other.serve("p", seen, io);
    look_until_settled(other);
    EXPECT_GE(time.now() - began, 25s) << "15 s to send, 10 s to be listed";
    const auto again = ask(other, "sent");
    reach(seen, 1);
    seen.answer(0, one_run());
    done(again);
    p.answer(0, lost());
    done(sent);
    other.closing.give();
    spin([&] { return other.creator.under_way() == 0; });
}

TEST_F(Reconciling, FreesTheKeysOfWhatADeadGatewayNeverSent) {
    vendor_desk seen;
    one_gateway other(database, "other", time, io);
    other.serve("p", seen, io);
    auto left = other.creator.record_of_spec(request("left"), spec_for("p"));
    left.key = "left";
    left.replica = "dead";
    here.kept.run([=](connection& db) { begin_create(db, {left}, {}, left.created_at); });
    look(here);
    EXPECT_EQ(row(left.create_id).state, create_state::absent);
    EXPECT_EQ(p.lists, 0u);
}

TEST_F(Reconciling, LeavesAloneWhatIsUnderWayHere) {
    const auto one = ask("key");
    reach(p, 1);
    time.advance(60s);
    look(here);
    EXPECT_EQ(here.reconciler.looked_for(), 0u);
    p.answer(0, one_run());
    done(one);
}

TEST_F(Reconciling, GoesOnWithOneProviderWhateverAnotherDoes) {
    const auto leave = [&](const std::string& provider, int count) {
        std::vector<create_record> all;
        for (int i = 0; i < count; ++i) {
            auto one = here.creator.record_of_spec(request({}), spec_for(provider));
            one.findable = true;
            all.push_back(one);
        }
        here.kept.run([=](connection& db) {
            for (const auto& each : all) {
                begin_create(db, {each}, {}, each.created_at);
                mark_sending(db, each.create_id, "here", {}, each.created_at);
                note_indeterminate(db, each.create_id, R"({"code":"x"})", true, each.created_at);
            }
        });
        return all.back().create_id;
    };
    leave("isn't configured any more", 100);
    leave("q", 100);
    const auto good = leave("p", 1);
    q.listed = error(errc::provider_unavailable);
    p.listed = one_run();
    look(here);
    spin([&] { return row(good).state == create_state::started; });
    spin([&] { return here.reconciler.looked_for() == 64; });
    EXPECT_EQ(p.lists, 1u);
    here.closing.give();
    spin([&] { return here.reconciler.looked_for() == 0; });
}

TEST_F(Reconciling, TakesAnExceptionForNoAnswer) {
    const auto id = lose_one();
    here.vendors[0]->on_find_started = [](run_spec, call) -> provider::task<std::vector<run>> {
        throw std::runtime_error("a bug of the adapter");
        co_return std::vector<run>();
    };
    look(here);
    spin([&] { return here.log.has("create_search_failed"); });
    EXPECT_EQ(here.reconciler.looked_for(), 1u);
    EXPECT_FALSE(row(id).settled_at);
    here.closing.give();
    spin([&] { return here.reconciler.looked_for() == 0; });
}

TEST_F(Reconciling, EndsWithTheGateway) {
    lose_one();
    bool ended = false;
    boost::asio::co_spawn(io, here.reconciler.keep_looking(), [&](std::exception_ptr) { ended = true; });
    spin([&] { return here.reconciler.looked_for() == 1 && p.lists > 0; });
    here.closing.give();
    spin([&] { return ended && here.reconciler.looked_for() == 0; });
}

} // namespace
} // namespace evalbridge::testing
