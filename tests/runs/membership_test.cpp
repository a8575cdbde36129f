#include "runs/membership.hpp"

#include "store/leases.hpp"
#include "tests/support/test_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <filesystem>
#include <fstream>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using testing::both_engines;
using testing::engine_in_name;
using testing::test_database;
using testing::test_store;

/// One gateway's membership, on a thread of its own.
class member {
  public:
    member(const test_database& on, const char* name, rate_budget& budget)
        : kept(on), self{name}, budgets({{"p:1", &budget}}), membership_(self, *kept, budgets, kept.time, kept.log) {
        membership_.on_beat([this] { ++beats; });
        EXPECT_TRUE(membership_.begin());
        boost::asio::co_spawn(io, membership_.run(io.get_executor()), boost::asio::detached);
        thread = std::thread([this] { io.run(); });
    }
    ~member() { end(); }
    void end() {
        membership_.stop();
        if (thread.joinable())
            thread.join();
    }
    void await(const std::function<bool()>& what) const {
        for (const auto until = std::chrono::steady_clock::now() + 10s;
             !what() && std::chrono::steady_clock::now() < until;)
            std::this_thread::yield();
        EXPECT_TRUE(what());
    }

    test_store kept;
    replica_identity self;
    shared_budgets budgets;
    membership membership_;
    std::atomic<int> beats{0};
    boost::asio::io_context io{1};
    std::thread thread;
};

class Membership : public ::testing::TestWithParam<store_engine> {
  protected:
    test_database database{GetParam()};
    rate_budget used{rate_options{}};
};

TEST_P(Membership, AReplicaIsKnownBeforeItServesAndGoneAfterItsEnd) {
    test_store other(database);
    const auto lives = [&] {
        return other.run([](connection& db) {
            const auto now = std::chrono::system_clock::now().time_since_epoch();
            return is_alive(db, "a", std::chrono::duration_cast<std::chrono::microseconds>(now).count());
        });
    };
    EXPECT_FALSE(lives());
    member a(database, "a", used);
    EXPECT_TRUE(lives());
    EXPECT_EQ(a.membership_.replicas(), 1u);
    a.end();
    EXPECT_FALSE(lives());
}

TEST_P(Membership, ReplicasHearOfEachOther) {
    member a(database, "a", used);
    rate_budget mine{rate_options{}};
    member b(database, "b", mine);
    EXPECT_EQ(b.membership_.replicas(), 2u);
    EXPECT_EQ(b.membership_.place(), 1u);
    a.await([&] { return a.membership_.replicas() == 2; });
    EXPECT_EQ(a.membership_.place(), 0u);
    a.end();
    b.await([&] { return b.membership_.replicas() == 1; });
}

TEST_P(Membership, WhatOneSendsTheOtherCounts) {
    rate_options few;
    few.per_minute = 10;
    rate_budget first(few);
    rate_budget second(few);
    member a(database, "a", first);
    member b(database, "b", second);
    const auto now = b.kept.time.now();
    ASSERT_EQ(second.ask(now, urgency::interactive, now).what, rate_budget::ruling::kind::go);
    second.ended(urgency::interactive, now);
    a.await([&] { return first.look(a.kept.time.now()).minute.used == 1; });
}

TEST(MembershipOfAFile, TakesOneThatWasKilledForDeadAtOnce) {
    const test_database database(store_engine::sqlite);
    const auto lock_of = [&](const char* replica) { return database.file().string() + "-replica-" + replica; };
    test_store kept(database);
    kept.run([now = store_now(kept.time)](connection& db) { say_alive(db, "killed", now); });
    std::ofstream(lock_of("killed")) << "";
    rate_budget used{rate_options{}};
    member a(database, "a", used);
    EXPECT_EQ(a.membership_.replicas(), 1u);
    EXPECT_FALSE(std::filesystem::exists(lock_of("killed")));
    EXPECT_TRUE(std::filesystem::exists(lock_of("a")));
    a.end();
}

INSTANTIATE_TEST_SUITE_P(Engines, Membership, both_engines(), engine_in_name);

} // namespace
} // namespace evalbridge
