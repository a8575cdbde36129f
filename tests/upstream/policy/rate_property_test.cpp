// Random traffic through a rate budget, from every side: whatever comes, the promises hold.

#include "upstream/policy/rate_budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using kind = rate_budget::ruling::kind;
using enum urgency;

const time_point begin{100h};

struct traffic {
    rate_options options;
    duration between; ///< requests, on average
    duration longest_under_way{};
    std::vector<urgency> kinds = {interactive, watch, archive};
    bool impatient = false; ///< whether some who wait leave
    unsigned requests = 3000;
};

class simulation {
  public:
    simulation(unsigned seed, traffic how) : engine_(seed), how_(std::move(how)), budget_(how_.options) {}

    void run() {
        auto next = begin;
        for (unsigned left = how_.requests; left > 0 || !events_.empty();) {
            if (left > 0 && (events_.empty() || next <= events_.begin()->first)) {
                --left;
                now_ = next;
                come();
                next += draw(2 * how_.between);
                continue;
            }
            const auto event = events_.begin();
            now_ = event->first;
            const auto what = event->second;
            events_.erase(event);
            what.ended ? end(what) : look(what.ticket);
            if (::testing::Test::HasFatalFailure())
                return;
        }
        EXPECT_TRUE(waiting_.empty());
        EXPECT_EQ(budget_.look(now_).waiting, 0u);
        check_windows();
    }

    unsigned went = 0, waited = 0, refused = 0;

  private:
    struct event {
        std::uint64_t ticket = 0;
        bool ended = false;
        urgency who = interactive;
    };
    struct waiter {
        urgency who;
        time_point deadline;
        time_point due;
        bool overtaken = false; ///< by somebody more urgent who came later
    };
    struct span {
        time_point sent, counted; ///< `counted` is when the provider did: at any time until its end
        urgency who;
    };

    duration draw(duration most) {
        return duration(std::uniform_int_distribution<duration::rep>(0, most.count())(engine_));
    }

    void come() {
        const auto who = how_.kinds[std::uniform_int_distribution<std::size_t>(0, how_.kinds.size() - 1)(engine_)];
        const auto deadline = now_ + draw(3min);
        const auto before = budget_.look(now_).waiting;
        const auto ruling = budget_.ask(now_, who, deadline);
        if (ruling.what == kind::refuse) {
            ++refused;
            ASSERT_TRUE(now_ + ruling.retry_after >= deadline || before >= how_.options.max_waiting);
            return;
        }
        for (auto& [ticket, each] : waiting_)
            each.overtaken = each.overtaken || each.who > who;
        if (ruling.what == kind::go)
            return go(who, ~std::uint64_t{});
        ++waited;
        ASSERT_LT(ruling.due, deadline);
        ASSERT_GT(ruling.look_again, now_);
        ASSERT_LE(ruling.look_again, now_ + 1s);
        waiting_[ruling.ticket] = {who, deadline, ruling.due};
        events_.emplace(ruling.look_again, event{ruling.ticket});
    }

    void look(std::uint64_t ticket) {
        const auto found = waiting_.find(ticket);
        if (found == waiting_.end())
            return;
        const auto self = found->second;
        if (how_.impatient && draw(100s) < 1s) {
            budget_.leave(ticket);
            waiting_.erase(found);
            return;
        }
        const auto ruling = budget_.again(ticket, now_);
        const bool unpromised = self.overtaken || how_.longest_under_way > 0s || how_.impatient; // no promise
        if (ruling.what == kind::wait) {
            ASSERT_EQ(ruling.ticket, ticket);
            ASSERT_GT(ruling.look_again, now_);
            ASSERT_LE(ruling.look_again, now_ + 1s);
            ASSERT_TRUE(unpromised || now_ < self.due);
            events_.emplace(ruling.look_again, event{ticket});
            return;
        }
        waiting_.erase(found);
        if (ruling.what == kind::go) {
            ASSERT_TRUE(unpromised || now_ <= self.due);
            ASSERT_LT(now_, self.deadline);
            go(self.who, ticket);
        } else {
            ++refused;
            ASSERT_TRUE(unpromised); // what was told to wait is served, unless somebody came in between
        }
    }

    /// Whoever is ahead has its turn too, or is held back by the share of its own kind.
    void go(urgency who, std::uint64_t ticket) {
        sent(who);
        std::vector<std::pair<std::uint64_t, waiter>> ahead;
        for (const auto& each : waiting_)
            if (each.second.who < who || (each.second.who == who && each.first < ticket))
                ahead.push_back(each);
        std::sort(ahead.begin(), ahead.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second.who, a.first) < std::pair(b.second.who, b.first);
        });
        for (const auto& [other, self] : ahead) {
            const auto ruling = budget_.again(other, now_);
            if (ruling.what == kind::go) {
                waiting_.erase(other);
                sent(self.who);
            } else if (ruling.what == kind::wait) {
                ASSERT_NE(self.who, interactive) << "overtaken by somebody less urgent or later";
                ASSERT_NE(self.who, who) << "overtaken by one of its own kind that came later";
            } else {
                waiting_.erase(other);
                ++refused;
            }
        }
    }

    void sent(urgency who) {
        ++went;
        const auto under_way = draw(how_.longest_under_way);
        spans_.push_back({now_, now_ + draw(under_way), who});
        if (under_way == 0s)
            budget_.ended(who, now_);
        else
            events_.emplace(now_ + under_way, event{0, true, who});
    }

    void end(const event& what) { budget_.ended(what.who, now_); }

    void check_windows() {
        const auto& o = how_.options;
        check(1min, o.per_minute, [](const span&) { return true; });
        check(1h, o.per_hour, [](const span&) { return true; });
        for (const auto& [limit, length] : {std::pair<std::uint32_t, duration>(o.per_minute, 1min), {o.per_hour, 1h}}) {
            const auto share = [limit](double part) {
                return limit == 0 ? 0 : std::max(1u, static_cast<std::uint32_t>(part * limit + 1e-6));
            };
            check(length, share(o.watch_share), [](const span& s) { return s.who == watch; });
            check(length, share(o.archive_share), [](const span& s) { return s.who == archive; });
        }
    }

    /// However the provider counts: by when we sent them, or by when they came there.
    template <class F> void check(duration length, std::uint32_t limit, F&& counts) const {
        if (limit == 0)
            return;
        for (const auto when : {&span::sent, &span::counted}) {
            std::vector<time_point> at;
            for (const auto& each : spans_)
                if (counts(each))
                    at.push_back(each.*when);
            std::sort(at.begin(), at.end());
            for (std::size_t i = limit; i < at.size(); ++i)
                ASSERT_GE(at[i] - at[i - limit], length) << limit << " and one more";
        }
    }

    std::mt19937_64 engine_;
    const traffic how_;
    rate_budget budget_;
    time_point now_ = begin;
    std::multimap<time_point, event> events_;
    std::map<std::uint64_t, waiter> waiting_;
    std::vector<span> spans_;
};

rate_options limits(std::uint32_t per_minute, std::uint32_t per_hour) {
    rate_options options;
    options.per_minute = per_minute;
    options.per_hour = per_hour;
    return options;
}

void run_all(const char* name, const traffic& how, unsigned seeds = 5) {
    unsigned went = 0, waited = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        SCOPED_TRACE(std::string(name) + ", seed " + std::to_string(seed));
        simulation one(seed, how);
        one.run();
        went += one.went;
        waited += one.waited;
        if (::testing::Test::HasFatalFailure())
            return;
    }
    // Else it shows nothing.
    EXPECT_GT(went, 100u) << name;
    EXPECT_GT(waited, 50u) << name;
}

TEST(RateProperty, TheMinuteHolds) { run_all("minute", {limits(30, 0), 1500ms}); }

TEST(RateProperty, TheHourHolds) { run_all("hour", {limits(0, 200), 10s}); }

TEST(RateProperty, BothHold) {
    run_all("both", {limits(20, 300), 2s});
    run_all("tight", {limits(1, 20), 10s});
}

TEST(RateProperty, TheyHoldForRequestsThatTakeTheirTime) {
    run_all("slow", {limits(30, 600), 1500ms, 20s});
    run_all("very slow", {limits(10, 0), 2s, 90s});
}

TEST(RateProperty, OneKindAloneIsServedAsPromised) {
    for (const auto who : {interactive, watch, archive}) {
        run_all("alone", {limits(30, 500), 1500ms, 0s, {who}});
        run_all("alone, by the hour", {limits(0, 400), 5s, 0s, {who}});
    }
}

TEST(RateProperty, TheyHoldWhereSomeLeave) {
    auto how = traffic{limits(20, 300), 2s};
    how.impatient = true;
    run_all("impatient", how);
}

TEST(RateProperty, TheyHoldWithFewWhoMayWait) {
    auto options = limits(30, 0);
    options.max_waiting = 3;
    run_all("few", {options, 500ms});
}

} // namespace
} // namespace evalbridge
