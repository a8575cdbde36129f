#include "upstream/policy/rate_budget.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using kind = rate_budget::ruling::kind;
using enum urgency;

const time_point begin{100h};

rate_options limits(std::uint32_t per_minute, std::uint32_t per_hour) {
    rate_options options;
    options.per_minute = per_minute;
    options.per_hour = per_hour;
    return options;
}

/// A budget whose requests end as soon as they go.
struct bench {
    explicit bench(const rate_options& options) : budget(options) {}

    rate_budget::ruling ask(urgency who = interactive, duration patience = 10h) {
        return gone(budget.ask(now, who, now + patience), who);
    }
    rate_budget::ruling again(std::uint64_t ticket, urgency who = interactive) {
        return gone(budget.again(ticket, now), who);
    }
    /// How many go at once.
    unsigned burst(urgency who, unsigned most = 1000) {
        unsigned went = 0;
        while (went < most && ask(who, 0s).what == kind::go)
            ++went;
        return went;
    }
    rate_budget::ruling gone(rate_budget::ruling r, urgency who) {
        if (r.what == kind::go)
            budget.ended(who, now);
        return r;
    }

    rate_budget budget;
    time_point now = begin;
};

TEST(RateBudget, WithoutALimitEverythingGoes) {
    bench b(limits(0, 0));
    EXPECT_EQ(b.burst(archive, 500), 500u);
    EXPECT_EQ(b.budget.watch_rate(b.now), std::numeric_limits<double>::infinity());
    EXPECT_EQ(b.budget.look(b.now).minute.limit, 0u);
    EXPECT_EQ(b.budget.look(b.now).minute.until_room, 0s);
}

TEST(RateBudget, TheWindowsSlide) {
    bench b(limits(3, 5));
    for (const auto at : {0s, 10s, 20s}) {
        b.now = begin + at;
        EXPECT_EQ(b.ask().what, kind::go);
    }
    b.now = begin + 60s - 1ns;
    EXPECT_EQ(b.burst(interactive), 0u);
    EXPECT_EQ(b.budget.look(b.now).minute.until_room, 1ns);
    b.now = begin + 60s;
    EXPECT_EQ(b.burst(interactive), 1u);
    b.now = begin + 70s;
    EXPECT_EQ(b.burst(interactive), 1u);
    b.now = begin + 80s; // room in the minute's, none in the hour's
    EXPECT_EQ(b.burst(interactive), 0u);
    const auto seen = b.budget.look(b.now);
    EXPECT_EQ(seen.minute.used, 2u);
    EXPECT_EQ(seen.minute.remaining(), 1u);
    EXPECT_EQ(seen.hour.remaining(), 0u);
    EXPECT_EQ(seen.hour.until_room, 3600s - 80s);
    b.now = begin + 3600s;
    EXPECT_EQ(b.burst(interactive), 1u);
}

TEST(RateBudget, ARequestCountsFromItsBeginningToAWindowAfterItsEnd) {
    rate_budget budget(limits(1, 0));
    EXPECT_EQ(budget.ask(begin, interactive, begin).what, kind::go);
    EXPECT_EQ(budget.ask(begin + 90s, interactive, begin).what, kind::refuse); // it is still under way
    budget.ended(interactive, begin + 100s);
    EXPECT_EQ(budget.ask(begin + 159s, interactive, begin).what, kind::refuse);
    EXPECT_EQ(budget.ask(begin + 160s, interactive, begin).what, kind::go);
    budget.ended(interactive); // some time after the last that anybody told
    EXPECT_EQ(budget.ask(begin + 219s, interactive, begin).what, kind::refuse);
    EXPECT_EQ(budget.ask(begin + 220s, interactive, begin).what, kind::go);
}

TEST(RateBudget, WhatWasNotSentAfterAllLeavesNoTrace) {
    rate_budget budget(limits(1, 1));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(budget.ask(begin, watch, begin).what, kind::go);
        EXPECT_EQ(budget.look(begin).hour.used, 1u);
        budget.not_sent(watch);
        EXPECT_EQ(budget.look(begin).hour.used, 0u);
    }
}

TEST(RateBudget, EachKindHasItsShareOfEachWindow) {
    struct row {
        rate_options options;
        unsigned archive_share;
        unsigned watch_share;
    };
    auto odd = limits(100, 0);
    odd.archive_share = 0.29; // 28.999999999999996 as doubles have it
    auto tiny = limits(3, 0);
    tiny.watch_share = tiny.archive_share = 0.01;
    for (const auto& [options, of_archive, of_watch] : {row{limits(100, 1000), 25, 80}, row{limits(1000, 100), 25, 80},
                                                        row{limits(0, 10), 2, 8}, row{odd, 29, 80}, row{tiny, 1, 1}}) {
        bench apart(options);
        EXPECT_EQ(apart.burst(archive), of_archive);
        bench other(options);
        EXPECT_EQ(other.burst(watch), of_watch);
        // Together they may not have more than there is, and clients' reads may have all that is left.
        const auto all =
            std::min(options.per_minute ? options.per_minute : 1000u, options.per_hour ? options.per_hour : 1000u);
        const auto archives = other.burst(archive);
        EXPECT_EQ(archives, std::min<unsigned>(of_archive, all - of_watch));
        EXPECT_EQ(other.burst(interactive), all - of_watch - archives);
    }
}

TEST(RateBudget, TellsWhoWaitsWhenToComeBack) {
    bench b(limits(1, 0));
    b.ask();
    const auto first = b.ask();
    ASSERT_EQ(first.what, kind::wait);
    EXPECT_EQ(first.due, begin + 60s);
    EXPECT_EQ(first.look_again, begin + 1s);
    const auto second = b.ask();
    ASSERT_EQ(second.what, kind::wait);
    EXPECT_EQ(second.due, begin + 120s);
    EXPECT_EQ(b.budget.look(b.now).waiting, 2u);
    b.now = begin + 59500ms;
    EXPECT_EQ(b.again(first.ticket).look_again, begin + 60s);
    EXPECT_EQ(b.again(second.ticket).what, kind::wait);
    b.now = begin + 60s;
    EXPECT_EQ(b.again(second.ticket).what, kind::wait); // not its turn
    EXPECT_EQ(b.ask(interactive, 0s).what, kind::refuse);
    EXPECT_EQ(b.again(first.ticket).what, kind::go);
    b.now = begin + 120s;
    EXPECT_EQ(b.again(second.ticket).what, kind::go);
    EXPECT_EQ(b.budget.look(b.now).waiting, 0u);
}

TEST(RateBudget, RefusesAtOnceWhatCannotBeInTime) {
    bench b(limits(2, 0));
    b.burst(interactive);
    const auto refused = b.ask(interactive, 60s); // would be served as its deadline comes
    ASSERT_EQ(refused.what, kind::refuse);
    EXPECT_EQ(refused.retry_after, 60s);
    EXPECT_EQ(b.ask(interactive, 60s + 1ns).what, kind::wait);
    EXPECT_EQ(b.ask(interactive, 2min).what, kind::wait);
    const auto behind = b.ask(interactive, 2min); // behind those two
    ASSERT_EQ(behind.what, kind::refuse);
    EXPECT_EQ(behind.retry_after, 120s);
    EXPECT_EQ(b.budget.look(b.now).waiting, 2u);
}

TEST(RateBudget, RefusesMoreThanMayWait) {
    auto options = limits(1, 0);
    options.max_waiting = 2;
    bench b(options);
    b.ask();
    EXPECT_EQ(b.ask(watch).what, kind::wait);
    EXPECT_EQ(b.ask(archive).what, kind::wait);
    const auto refused = b.ask();
    EXPECT_EQ(refused.what, kind::refuse);
    EXPECT_EQ(refused.retry_after, 60s);
}

TEST(RateBudget, ServesByUrgencyThenInTheOrderTheyCame) {
    bench b(limits(1, 0));
    b.burst(interactive);
    struct waiting {
        urgency who;
        std::uint64_t ticket;
    };
    std::vector<waiting> line;
    for (const auto who : {archive, watch, interactive, watch, interactive})
        line.push_back({who, b.ask(who).ticket});
    std::vector<std::size_t> served;
    for (b.now = begin; served.size() < line.size() && b.now < begin + 1h; b.now += 10s)
        for (std::size_t i = 0; i < line.size(); ++i) // whoever looks first: the order is the budget's to keep
            if (line[i].ticket && b.again(line[i].ticket, line[i].who).what == kind::go) {
                line[i].ticket = 0;
                served.push_back(i);
            }
    EXPECT_EQ(served, (std::vector<std::size_t>{2, 4, 1, 3, 0}));
}

TEST(RateBudget, WhoIsHeldBackByTheShareOfItsKindHoldsBackNobody) {
    auto options = limits(10, 0);
    options.watch_share = 0.2;
    bench b(options);
    EXPECT_EQ(b.burst(watch), 2u);
    const auto poll = b.ask(watch);
    ASSERT_EQ(poll.what, kind::wait);
    EXPECT_EQ(b.burst(archive), 2u);
    EXPECT_EQ(b.burst(interactive), 6u);
    b.now += 60s;
    EXPECT_EQ(b.again(poll.ticket, watch).what, kind::go);
}

TEST(RateBudget, ReservesRoomForThoseAheadWhoHaveNotLookedYet) {
    bench b(limits(1, 0));
    b.ask();
    const auto poll = b.ask(watch);
    ASSERT_EQ(poll.what, kind::wait);
    b.now += 60s;
    EXPECT_EQ(b.ask(archive).what, kind::wait); // comes first, but isn't
    EXPECT_EQ(b.ask(watch).what, kind::wait);
    EXPECT_EQ(b.again(poll.ticket, watch).what, kind::go);
}

TEST(RateBudget, WhoLeavesMakesRoomForThoseBehind) {
    bench b(limits(1, 0));
    b.ask();
    const auto first = b.ask();
    const auto second = b.ask();
    b.budget.leave(first.ticket);
    b.budget.leave(first.ticket);
    EXPECT_EQ(b.again(first.ticket).what, kind::refuse);
    b.now += 60s;
    EXPECT_EQ(b.again(second.ticket).what, kind::go);
}

TEST(RateBudget, RefusesWhoseDeadlineCameWhileOthersWentFirst) {
    bench b(limits(1, 0));
    b.ask();
    const auto poll = b.ask(watch, 61s);
    ASSERT_EQ(poll.what, kind::wait);
    b.now += 60s;
    EXPECT_EQ(b.ask(archive, 0s).what, kind::refuse); // the poll's turn
    EXPECT_EQ(b.ask(interactive).what, kind::go);     // and yet more urgent
    const auto refused = b.again(poll.ticket, watch);
    ASSERT_EQ(refused.what, kind::refuse);
    EXPECT_EQ(refused.retry_after, 60s);
    EXPECT_EQ(b.again(poll.ticket, watch).what, kind::refuse); // the ticket is gone
    EXPECT_EQ(b.budget.look(b.now).waiting, 0u);
}

TEST(RateBudget, PacesWatchesByTheMinuteAndByWhatIsLeftOfTheHour) {
    EXPECT_DOUBLE_EQ(bench(limits(60, 0)).budget.watch_rate(begin), 0.8);
    EXPECT_DOUBLE_EQ(bench(limits(0, 5000)).budget.watch_rate(begin), 4000 / 900.0);
    EXPECT_DOUBLE_EQ(bench(limits(60, 5000)).budget.watch_rate(begin), 0.8);
    bench b(limits(0, 1000));
    b.burst(watch, 700);
    EXPECT_DOUBLE_EQ(b.budget.watch_rate(b.now), 100 / 900.0);
    b.burst(interactive, 250);
    EXPECT_DOUBLE_EQ(b.budget.watch_rate(b.now), 50 / 900.0);
    b.burst(interactive, 50);
    EXPECT_DOUBLE_EQ(b.budget.watch_rate(b.now), 1 / 900.0); // never 0
}

} // namespace
} // namespace evalbridge
