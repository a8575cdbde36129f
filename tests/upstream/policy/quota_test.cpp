// What a provider says of its limits: how it is read, and what the budget makes of it.

#include "tests/upstream/policy/told_budget.hpp"

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::begin;
using testing::ToldBudget;
using kind = rate_budget::ruling::kind;
using enum urgency;

const std::chrono::system_clock::time_point today{1'760'000'000s};

quota_told read(int status, answer_fields fields) {
    http_response answer;
    answer.status = status;
    answer.fields = std::move(fields);
    return read_quota(answer, today);
}

TEST(ReadQuota, ReadsAllOfIt) {
    const auto told = read(200, {{"RateLimit-Limit", "5000"},
                                 {"ratelimit-remaining", "4816"},
                                 {"rateLimit-reset", "1760000090"},
                                 {"retry-after", "3"}});
    EXPECT_FALSE(told.throttled);
    EXPECT_EQ(told.limit, 5000u);
    EXPECT_EQ(told.remaining, 4816u);
    EXPECT_EQ(told.reset, 90s);
    EXPECT_FALSE(told.retry_after); // of no use without 429
    const auto refused = read(429, {{"retry-after", "3"}});
    EXPECT_TRUE(refused.throttled);
    EXPECT_EQ(refused.retry_after, 3s);
    EXPECT_FALSE(refused.limit);
}

TEST(ReadQuota, ReadsADateOrASpan) {
    struct row {
        const char* text;
        std::optional<milliseconds> reset;
    };
    const row rows[] = {
        {"0", 0s},
        {"59", 59s},
        {"86400", 24h},
        {"86401", {}},
        {"1760000000", 0s},
        {"1759999999", 0s},
        {"1760000001", 1s},
        {"1760000000000", {}},
        {"", {}},
        {"-1", {}},
        {"1.5", {}},
        {" 5", {}},
        {"99999999999999999999", {}},
        {"soon", {}},
    };
    for (const auto& [text, reset] : rows)
        EXPECT_EQ(read(200, {{"ratelimit-reset", text}}).reset, reset) << text;
}

TEST(ReadQuota, IgnoresJunk) {
    for (const auto* junk : {"", "-1", "many", "1e3", "0x10", "250, 250;w=60", "4294967296"}) {
        const auto told = read(429, {{"ratelimit-limit", junk}, {"ratelimit-remaining", junk}, {"retry-after", junk}});
        EXPECT_FALSE(told.limit) << junk;
        EXPECT_FALSE(told.remaining) << junk;
        if (std::string_view(junk) != "4294967296")
            EXPECT_FALSE(told.retry_after) << junk;
    }
}

TEST_F(ToldBudget, WhatWasSentBeforeTheLimitWasKnownCounts) {
    use(0, 0);
    send(30);
    tell(50, {});
    EXPECT_EQ(look().minute.remaining(), 20u);
}

TEST_F(ToldBudget, WhatOthersUseCounts) {
    use(0, 5000);
    send(100);
    tell(5000, 4900);
    EXPECT_EQ(look().hour.used, 100u); // as we count ourselves
    tell(5000, 4000);
    EXPECT_EQ(look().hour.used, 1000u);
    send(10);
    tell(5000, 3990); // not counted twice
    EXPECT_EQ(look().hour.used, 1010u);
    tell(5000, 4100); // some of the others' have left the window
    EXPECT_EQ(look().hour.used, 900u);
    tell(5000, 4999); // nor are there fewer than our own
    EXPECT_EQ(look().hour.used, 110u);
    tell(5000, 5001); // junk
    EXPECT_EQ(look().hour.used, 110u);
}

TEST_F(ToldBudget, WhatIsUnderWayMayBeCountedThereOrNot) {
    use(0, 5000);
    tell(5000, 4990); // ten of others
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(budget->ask(now, interactive, now).what, kind::go);
    EXPECT_EQ(look().hour.used, 30u);
    for (const std::uint32_t remaining : {4989u, 4970u, 4980u, 4971u, 4990u}) {
        tell(5000, remaining);
        EXPECT_EQ(look().hour.used, 30u) << remaining;
    }
    tell(5000, 4965); // five more than can be ours
    EXPECT_EQ(look().hour.used, 35u);
}

TEST_F(ToldBudget, WhatOthersUsedLeavesTheWindowBitByBit) {
    use(0, 100);
    tell(100, 0, 10min);
    EXPECT_FALSE(goes());
    EXPECT_EQ(look().hour.until_room, 10min);
    now += 10min - 1ns;
    EXPECT_FALSE(goes());
    now += 1ns;
    EXPECT_TRUE(goes());
    EXPECT_FALSE(goes()); // the provider will tell how it is now
    now += 30s;           // 50 minutes for a hundred
    EXPECT_TRUE(goes());
    now = begin + 1h;
    EXPECT_EQ(look().hour.used, 2u);
}

TEST_F(ToldBudget, WithoutAResetTheyAreTakenToBeSpreadEvenly) {
    use(60, 0);
    tell(60, 0);
    now += 999ms;
    EXPECT_FALSE(goes());
    now += 1ms;
    EXPECT_TRUE(goes());
    now += 9s;
    EXPECT_EQ(look().minute.used, 51u);
    now += 50s;
    EXPECT_EQ(look().minute.used, 1u);
}

TEST_F(ToldBudget, ARemainderWithoutALimitIsTheOnlyWindows) {
    use(0, 5000);
    tell({}, 4000);
    EXPECT_EQ(look().hour.used, 1000u);
    use(250, 5000); // whose, nobody can tell
    tell({}, 100);
    EXPECT_EQ(look().hour.used, 0u);
    EXPECT_EQ(look().minute.used, 0u);
}

TEST_F(ToldBudget, A429ClosesTheGateForAsLongAsItSays) {
    use(250, 5000);
    refuse(7s);
    EXPECT_EQ(closed(), 7s);
    EXPECT_FALSE(goes());
    const auto ruling = budget->ask(now, interactive, now + 1min);
    ASSERT_EQ(ruling.what, kind::wait);
    EXPECT_EQ(ruling.due, now + 7s);
    EXPECT_EQ(budget->ask(now, interactive, now + 7s).retry_after, 7s);
    now += 7s;
    EXPECT_EQ(budget->again(ruling.ticket, now).what, kind::go);
    EXPECT_EQ(closed(), 0s);
}

TEST_F(ToldBudget, A429WithoutRetryAfterClosesItUntilTheResetWhereNothingRemains) {
    use(250, 5000);
    refuse({}, 0u, 300s);
    EXPECT_EQ(closed(), 300s);
    use(250, 5000);
    refuse({}, 10u, 300s); // something remains: the reset isn't why
    EXPECT_EQ(closed(), 2s);
    use(250, 5000);
    refuse(5s, 0u, 300s);
    EXPECT_EQ(closed(), 5s);
}

TEST_F(ToldBudget, A429WithoutAnythingClosesItForLongerEachTime) {
    use(250, 5000);
    for (const auto pause : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        refuse();
        EXPECT_EQ(closed(), pause);
        now += pause;
    }
    tell({}, {}); // an answer
    refuse();
    EXPECT_EQ(closed(), 2s);
    now += 2s;
    refuse(0s); // says nothing
    EXPECT_EQ(closed(), 4s);
}

TEST_F(ToldBudget, RefusalsOfOneVolleyAreOne) {
    use(250, 5000);
    for (int i = 0; i < 20; ++i) {
        refuse();
        now += 10ms;
        tell({}, {}); // one that was answered in between
    }
    EXPECT_EQ(closed(), 2s - 200ms);
    refuse(5s);
    EXPECT_EQ(closed(), 5s); // one that knows better
    refuse(1s);
    EXPECT_EQ(closed(), 5s); // and is believed
    now += 5s;
    refuse();
    EXPECT_EQ(closed(), 4s);
}

TEST_F(ToldBudget, WhoWaitsIsRefusedWhenItTurnsOutThatItCannotBeInTime) {
    use(1, 0);
    ASSERT_TRUE(goes());
    const auto ruling = budget->ask(now, interactive, now + 2min);
    ASSERT_EQ(ruling.what, kind::wait);
    now += 1s;
    refuse(10min);
    const auto refused = budget->again(ruling.ticket, now);
    EXPECT_EQ(refused.what, kind::refuse);
    EXPECT_EQ(refused.retry_after, 10min);
}

} // namespace
} // namespace evalbridge
