// Which window a limit belongs to that a provider tells, and what becomes of one that belongs to none.

#include "tests/upstream/policy/told_budget.hpp"

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::ToldBudget;

TEST_F(ToldBudget, ALimitNearAWindowsReplacesIt) {
    struct row {
        std::uint32_t minute, hour; // as configured
        std::uint32_t told;
        std::uint32_t then_minute, then_hour;
    };
    const row rows[] = {
        {250, 5000, 5000, 250, 5000},   {250, 5000, 300, 300, 5000},
        {250, 5000, 200, 200, 5000},    {250, 5000, 2000, 250, 2000},
        {250, 5000, 1000, 1000, 5000},                                 // four times one, a fifth of the other
        {250, 5000, 20000, 250, 20000}, {250, 5000, 20001, 250, 5000}, // a day's, perhaps
        {250, 5000, 62, 250, 5000},     {250, 5000, 0, 250, 5000},
        {250, 1000, 5000, 250, 1000}, // kept lower on purpose
        {0, 0, 5000, 0, 5000},          {0, 0, 1001, 0, 1001},
        {0, 0, 1000, 1000, 0},          {0, 0, 60, 60, 0},
        {250, 0, 5000, 250, 5000},      {250, 0, 10, 250, 0},
        {0, 5000, 100, 100, 5000},      {0, 5000, 4'000'000, 0, 5000},
        {0, 0, 4'000'000, 0, 100'000}, // more isn't counted
    };
    for (const auto& each : rows) {
        use(each.minute, each.hour);
        tell(each.told, {});
        const auto where =
            std::to_string(each.minute) + ", " + std::to_string(each.hour) + ", told " + std::to_string(each.told);
        EXPECT_EQ(look().minute.limit, each.then_minute) << where;
        EXPECT_EQ(look().hour.limit, each.then_hour) << where;
    }
}

TEST_F(ToldBudget, TheResetTellsWhoseALimitIs) {
    struct row {
        std::uint32_t minute, hour; // as configured
        std::uint32_t told;
        milliseconds reset;
        std::uint32_t then_minute, then_hour;
    };
    const row rows[] = {
        {250, 5000, 60, 30s, 60, 5000},
        {250, 5000, 10, 1s, 10, 5000},
        {250, 5000, 100, 30min, 250, 100},
        {250, 5000, 300, 30min, 250, 300},
        {250, 5000, 300, 59s, 300, 5000},
        {250, 5000, 300, 62s, 300, 5000}, // clocks differ
        {250, 5000, 5000, 1s, 250, 5000}, // the oldest is about to leave
        {250, 5000, 1200, 30s, 250, 1200},
        {250, 5000, 20001, 30min, 250, 5000},
        {250, 5000, 5000, 2h, 250, 5000},
        {250, 5000, 100, 2h, 250, 5000}, // a day's
        {250, 5000, 20001, 30s, 250, 5000},
        {100, 0, 900, 30s, 100, 0},
        {100, 0, 900, 30min, 100, 900},
        {100, 0, 5000, 30s, 100, 5000},
        {0, 0, 60, 30s, 60, 0},
        {0, 0, 60, 30min, 0, 60},
        {0, 0, 5000, 30s, 0, 5000},
        {0, 5000, 60, 30min, 0, 60},
    };
    for (const auto& each : rows) {
        use(each.minute, each.hour);
        tell(each.told, {}, each.reset);
        const auto where = std::to_string(each.minute) + ", " + std::to_string(each.hour) + ", told " +
                           std::to_string(each.told) + " for " + std::to_string(each.reset.count()) + " ms";
        EXPECT_EQ(look().minute.limit, each.then_minute) << where;
        EXPECT_EQ(look().hour.limit, each.then_hour) << where;
    }
}

TEST_F(ToldBudget, AProviderThatAllowsLessThanIsConfiguredIsBelieved) {
    use(250, 5000);
    send(6);
    tell(60, 0, 30s);
    EXPECT_EQ(look().minute.remaining(), 0u);
    EXPECT_FALSE(goes());
    EXPECT_EQ(look().minute.until_room, 30s);
    now += 30s;
    EXPECT_TRUE(goes());
    tell(250, 249, 60s); // as before
    EXPECT_EQ(look().minute.limit, 250u);
}

TEST_F(ToldBudget, WhatTheProviderAloneToldFollowsIt) {
    use(0, 0);
    tell(60, 59, 30s);
    for (const std::uint32_t limit : {300u, 60u, 200u, 20u}) {
        tell(limit, limit - 1, 30s);
        EXPECT_EQ(look().minute.limit, limit);
        tell(limit * 50, limit * 50 - 1, 30min);
        EXPECT_EQ(look().hour.limit, limit * 50);
        EXPECT_EQ(look().minute.limit, limit);
    }
    use(0, 0);
    tell(60, {});
    tell(300, 299); // without a reset
    EXPECT_EQ(look().minute.limit, 300u);
    EXPECT_EQ(look().minute.remaining(), 299u);
    EXPECT_EQ(look().hour.limit, 0u);
}

TEST_F(ToldBudget, WhereNothingRemainsOfSomeWindowTheGateIsClosedUntilItsReset) {
    use(250, 5000);
    tell(100'000, 0, 2h); // a day's
    EXPECT_EQ(closed(), 2h);
    EXPECT_FALSE(goes());
    EXPECT_EQ(look().hour.limit, 5000u);
    now += 2h;
    EXPECT_TRUE(goes());
    tell({}, 0, 40s); // whose, nobody can tell
    EXPECT_EQ(closed(), 40s);
    use(250, 5000);
    tell(100'000, 1, 2h); // something remains
    tell(100'000, 0);     // until when?
    tell(0, 0, 30s);      // junk
    EXPECT_EQ(closed(), 0s);
    use(250, 0);
    tell({}, 0, 30min); // not the minute's
    EXPECT_EQ(closed(), 30min);
}

TEST_F(ToldBudget, AWindowsLimitDoesNotDriftAway) {
    use(100, 0);
    tell(400, {});
    EXPECT_EQ(look().minute.limit, 400u);
    tell(900, {}); // near what it became, and far from what was configured
    EXPECT_EQ(look().minute.limit, 400u);
}

} // namespace
} // namespace evalbridge
