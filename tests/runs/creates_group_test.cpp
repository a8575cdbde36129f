#include "tests/runs/creates_world.hpp"

#include <boost/json/parse.hpp>

namespace evalbridge::testing {
namespace {

class Groups : public creates_world {
  protected:
    Groups() {
        nightly.name = "nightly";
        nightly.primary = "p";
        nightly.shadows = {"q"};
        for (const auto* each : {"p", "q"}) {
            auto spec = spec_for(each);
            spec.suite = "nightly";
            nightly.on.emplace(each, spec);
        }
    }
    boost::json::value group_in(const std::string& body) { return boost::json::parse(body).at("group"); }
    create_record shadow_of(const std::string& primary) {
        const auto group = *row(primary).group_id;
        return here.kept.run([=](connection& db) { return creates_of_group(db, group); }).at(1);
    }

    suite nightly;
};

TEST_F(Groups, AreAnsweredWithThePrimarysRunsAndWhatIsToFollow) {
    const auto one = ask_suite(nightly, "key");
    reach(p, 1);
    EXPECT_TRUE(q.creates.empty()) << "a shadow follows its primary";
    p.answer(0, one_run());
    done(one);
    const auto body = boost::json::parse(one->body());
    EXPECT_EQ(body.at("runs").as_array().size(), 1u);
    EXPECT_EQ(body.at("runs").at(0).at("suite"), "nightly");
    EXPECT_EQ(body.at("group").at("suite"), "nightly");
    const auto& all = body.at("group").at("members").as_array();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].at("state"), "started");
    EXPECT_EQ(all[0].at("run_ids").at(0), "p:1");
    EXPECT_EQ(all[1].at("role"), "shadow");
    EXPECT_EQ(all[1].at("state"), "pending");
    reach(q, 1);
    EXPECT_EQ(q.creates[0].spec.suite, "nightly");
    q.answer(0, one_run("q"));
    spin([&] { return here.creator.under_way() == 0; });
    EXPECT_EQ(shadow_of(one->outcome->create_id).state, create_state::started);
    const auto again = ask_suite(nightly, "key");
    done(again);
    EXPECT_EQ(again->body(), one->body());
    EXPECT_EQ(p.creates.size() + q.creates.size(), 2u);
}

TEST_F(Groups, DontFailWithAShadow) {
    struct row {
        error fault;
        create_state state;
    };
    for (const auto& [fault, state] : {row{error(errc::unsupported).because("no such metric"), create_state::refused},
                                       row{lost(), create_state::indeterminate}}) {
        const auto before = q.creates.size();
        const auto one = ask_suite(nightly);
        reach(p, before + 1);
        p.answer(before, one_run());
        done(one);
        EXPECT_TRUE(one->outcome->answer);
        reach(q, before + 1);
        q.answer(before, fault);
        spin([&] { return here.creator.under_way() == 0; });
        EXPECT_EQ(shadow_of(one->outcome->create_id).state, state);
        EXPECT_TRUE(here.log.has("shadow_not_started"));
    }
}

TEST_F(Groups, SendNoShadowForAPrimaryThatWasRefused) {
    const auto refused = ask_suite(nightly, "key");
    reach(p, 1);
    p.answer(0, error(errc::provider_throttled));
    done(refused);
    EXPECT_EQ(refused->code(), errc::provider_throttled);
    const auto again = ask_suite(nightly, "key");
    reach(p, 2);
    p.answer(1, one_run());
    done(again);
    reach(q, 1);
    q.answer(0, one_run("q"));
    spin([&] { return here.creator.under_way() == 0; });
    EXPECT_EQ(q.creates.size(), 1u) << "one, however often the primary was tried";
    EXPECT_EQ(shadow_of(refused->outcome->create_id).state, create_state::absent);
}

TEST_F(Groups, SendTheirShadowsOnceALostPrimaryIsFound) {
    const auto one = ask_suite(nightly, "key");
    reach(p, 1);
    p.answer(0, lost());
    done(one);
    EXPECT_EQ(one->code(), errc::indeterminate);
    p.listed = one_run();
    look_until_settled(here);
    EXPECT_TRUE(q.creates.empty());
    look(here);
    reach(q, 1);
    q.answer(0, one_run("q"));
    spin([&] { return here.creator.under_way() == 0; });
    const auto again = ask_suite(nightly, "key");
    done(again);
    EXPECT_EQ(group_in(again->body()).at("members").at(0).at("state"), "started");
    EXPECT_EQ(q.creates.size(), 1u);
}

TEST_F(Groups, HaveTheirShadowsCarriedOnAfterACrash) {
    const auto one = ask_suite(nightly, "key");
    reach(p, 1);
    p.answer(0, one_run());
    done(one);
    reach(q, 1); // marked and being sent by the one that "dies"
    vendor_desk seen_p;
    vendor_desk seen_q;
    auto left = here.creator.record_of_spec(request("x"), spec_for("p"));
    left.replica = "dead";
    left.group_id = "left";
    auto shadow = here.creator.record_of_spec(request("x"), spec_for("q"));
    shadow.replica = "dead";
    shadow.group_id = "left";
    shadow.role = create_role::shadow;
    shadow.place = 1;
    here.kept.run([=](connection& db) {
        const group_record group{"left", "ci", "nightly", left.created_at};
        begin_create(db, {left, shadow}, group, left.created_at);
        mark_sending(db, left.create_id, "dead", {}, left.created_at);
        run_origin origin;
        settle_started(db, left.create_id, started_answer(db, left, one_run("p", "9")), one_run("p", "9"), origin,
                       left.created_at);
    });
    look(here);
    reach(q, 2);
    q.answer(1, one_run("q", "9"));
    q.answer(0, one_run("q", "1"));
    spin([&] { return here.creator.under_way() == 0; });
    EXPECT_EQ(row(shadow.create_id).state, create_state::started);
    look(here);
    EXPECT_EQ(q.creates.size(), 2u);
}

TEST_F(Groups, LeaveTheirShadowsToOthersWhenTheGatewayEnds) {
    const auto one = ask_suite(nightly, "key");
    reach(p, 1);
    here.closing.give();
    p.answer(0, one_run());
    done(one);
    spin([&] { return here.creator.under_way() == 0; });
    EXPECT_TRUE(q.creates.empty());
    EXPECT_EQ(shadow_of(one->outcome->create_id).state, create_state::pending);
    EXPECT_FALSE(here.log.has("shadow_not_started"));
}

TEST_F(Groups, PutBackAShadowThatEndsUnsentWithTheGateway) {
    const auto one = ask_suite(nightly, "key");
    reach(p, 1);
    p.answer(0, one_run());
    done(one);
    reach(q, 1);
    here.closing.give();
    q.answer(0, error(errc::overloaded).because("the gateway is shutting down").refused_here(true));
    spin([&] { return here.creator.under_way() == 0; });
    const auto shadow = shadow_of(one->outcome->create_id);
    EXPECT_EQ(shadow.state, create_state::pending);
    EXPECT_FALSE(shadow.send_until);
}

TEST_F(Groups, RefuseAShadowThatItsProviderCantDo) {
    here.vendors[1]->on_check = [](const run_spec&) -> result<void> {
        return error(errc::unsupported).because("no").fault("/scope", "isn't one of mine");
    };
    const auto one = ask_suite(nightly);
    reach(p, 1);
    p.answer(0, one_run());
    done(one);
    EXPECT_EQ(group_in(one->body()).at("members").at(1).at("state"), "refused");
    spin([&] { return here.creator.under_way() == 0; });
    EXPECT_TRUE(q.creates.empty());
}

TEST_F(Groups, SayAtTheSuiteWhatTheirPrimaryCantDo) {
    here.vendors[0]->on_check = [](const run_spec&) -> result<void> {
        return error(errc::unsupported).because("The provider can't do this.").fault("/scope", "isn't one of mine");
    };
    suite_request wanted;
    wanted.of = &nightly;
    const auto plan = plan_group(here.creator, here.providers, request({}), wanted);
    ASSERT_FALSE(plan);
    const auto refused = plan.error();
    EXPECT_EQ(refused.code(), errc::unsupported);
    ASSERT_EQ(refused.faults().size(), 1u);
    EXPECT_EQ(refused.faults()[0].pointer, "/suite");
    EXPECT_EQ(refused.faults()[0].detail, "its spec on p: /scope: isn't one of mine");
}

} // namespace
} // namespace evalbridge::testing
