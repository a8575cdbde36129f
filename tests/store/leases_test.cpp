#include "store/leases.hpp"

#include "tests/support/test_store.hpp"

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using testing::both_engines;
using testing::engine_in_name;
using testing::test_store;

constexpr store_time second = 1'000'000;
constexpr store_time start = 1'760'000'000 * second;

class Leases : public ::testing::TestWithParam<store_engine> {
  protected:
    bool take(const char* holder, store_time now) {
        return kept.run([=](connection& db) { return take_lease(db, "archive:p:1", holder, now, 10s); });
    }
    void beat(const char* replica, store_time now) {
        kept.run([=](connection& db) { say_alive(db, replica, now); });
    }
    void beats(const char* replica, store_time from, store_time to) {
        for (auto at = from; at <= to; at += 2 * second)
            beat(replica, at);
    }
    bool lives(const char* replica, store_time now) {
        return kept.run([=](connection& db) { return is_alive(db, replica, now); });
    }

    test_store kept{GetParam()};
};

TEST_P(Leases, OneHolderUntilItsTimeRunsOut) {
    EXPECT_TRUE(take("a", start));
    EXPECT_FALSE(take("b", start + 9 * second));
    EXPECT_TRUE(take("a", start + 9 * second)); // renewed
    EXPECT_FALSE(take("b", start + 18 * second));
    EXPECT_TRUE(take("b", start + 19 * second));
    EXPECT_FALSE(take("a", start + 20 * second));
    const auto holder = kept.run([](connection& db) { return lease_holder(db, "archive:p:1", start + 20 * second); });
    EXPECT_EQ(holder, "b");
}

TEST_P(Leases, OnlyTheHolderLetsGo) {
    EXPECT_TRUE(take("a", start));
    kept.run([](connection& db) { release_lease(db, "archive:p:1", "b"); });
    EXPECT_FALSE(take("b", start + second));
    kept.run([](connection& db) { release_lease(db, "archive:p:1", "a"); });
    EXPECT_TRUE(take("b", start + second));
}

TEST_P(Leases, AReplicaLivesWhileItSaysSo) {
    EXPECT_FALSE(lives("a", start));
    beats("a", start, start + 20 * second);
    beats("b", start, start + 40 * second);
    EXPECT_TRUE(lives("a", start + 27 * second));
    EXPECT_FALSE(lives("a", start + 28 * second));
    const auto live = kept.run([](connection& db) { return live_replicas(db, start + 40 * second); });
    EXPECT_EQ(live, std::vector<std::string>{"b"});
}

TEST_P(Leases, GoodbyeIsDeathAtOnce) {
    beat("a", start);
    EXPECT_TRUE(take("a", start));
    kept.run([](connection& db) { say_goodbye(db, "a"); });
    EXPECT_FALSE(lives("a", start));
    EXPECT_TRUE(take("b", start));
}

TEST_P(Leases, NobodyIsTakenForDeadWhileNobodyCouldBeHeard) {
    beats("a", start, start + 20 * second);
    beats("b", start, start + 20 * second);
    // The store was away for a minute; b comes back first.
    const auto back = start + 80 * second;
    beat("b", back);
    EXPECT_TRUE(lives("a", back + second));
    const auto live = [&](store_time at) { return kept.run([=](connection& db) { return live_replicas(db, at); }); };
    EXPECT_EQ(live(back + second), (std::vector<std::string>{"a", "b"})) << "nor is b alone";
    beats("b", back + 2 * second, back + 8 * second);
    EXPECT_FALSE(lives("a", back + 8 * second)); // it had its time to come back
    EXPECT_EQ(live(back + 8 * second), std::vector<std::string>{"b"});
    EXPECT_TRUE(lives("b", back + 8 * second));
}

TEST_P(Leases, TheLongDeadAreForgotten) {
    beat("a", start);
    EXPECT_TRUE(take("a", start));
    const auto later = start + 25LL * 3600 * second;
    kept.run([=](connection& db) { forget_the_dead(db, later); });
    EXPECT_FALSE(lives("a", later));
    EXPECT_TRUE(take("b", later));
}

INSTANTIATE_TEST_SUITE_P(Engines, Leases, both_engines(), engine_in_name);

} // namespace
} // namespace evalbridge
