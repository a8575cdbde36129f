#include "upstream/policy/rate_budget.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using kind = rate_budget::ruling::kind;
using enum urgency;

const time_point begin{100h};

rate_options limits(std::uint32_t per_minute) {
    rate_options options;
    options.per_minute = per_minute;
    return options;
}

foreign_use others(std::uint32_t in_the_minute, std::size_t replicas = 2, bool has_turn = false) {
    foreign_use out;
    out.minute[0] = in_the_minute;
    out.replicas = replicas;
    out.has_turn = has_turn;
    return out;
}

unsigned burst(rate_budget& budget, time_point now, urgency who = interactive) {
    unsigned went = 0;
    while (went < 1000 && budget.ask(now, who, now).what == kind::go) {
        budget.ended(who, now);
        ++went;
    }
    return went;
}

TEST(SharedRate, WhatOthersUsedIsUsed) {
    rate_budget budget(limits(100));
    budget.share_with(others(60), begin);
    EXPECT_EQ(budget.look(begin).minute.remaining(), 40u);
}

TEST(SharedRate, BetweenTellingsEachTakesItsPartOfAQuarterOfTheRoom) {
    rate_budget budget(limits(100));
    budget.share_with(others(60), begin);
    EXPECT_EQ(burst(budget, begin), 5u);
    budget.share_with(others(60), begin + 1s);
    EXPECT_EQ(burst(budget, begin + 1s), 4u);
}

TEST(SharedRate, WhoWaitsIsServedOnceTheOthersHaveTold) {
    rate_budget budget(limits(100));
    budget.share_with(others(92), begin);
    EXPECT_EQ(burst(budget, begin), 1u);
    const auto waits = budget.ask(begin, interactive, begin + 30s);
    ASSERT_EQ(waits.what, kind::wait);
    EXPECT_EQ(waits.look_again, begin + 1s);
    budget.share_with(others(60), begin + 1s);
    EXPECT_EQ(budget.again(waits.ticket, begin + 1s).what, kind::go);
}

TEST(SharedRate, TheLastThatCannotBeDividedIsWhoseTurnItIs) {
    rate_budget budget(limits(10));
    budget.share_with(others(8), begin);
    EXPECT_EQ(burst(budget, begin), 0u);
    budget.share_with(others(8, 2, true), begin + 1s);
    EXPECT_EQ(burst(budget, begin + 1s), 1u);
}

TEST(SharedRate, WithoutNewsEachKeepsToItsPart) {
    rate_budget budget(limits(100));
    budget.share_with(others(0), begin);
    EXPECT_EQ(burst(budget, begin + rate_budget::foreign_patience), 50u);
}

TEST(SharedRate, AloneItIsAsIfNobodyHadTold) {
    rate_budget budget(limits(100));
    budget.share_with(others(30, 1), begin);
    EXPECT_EQ(burst(budget, begin), 70u);
}

TEST(SharedRate, SharesOfKindsAreSharedToo) {
    rate_budget budget(limits(100)); // a quarter for archive reads
    foreign_use theirs;
    theirs.minute[static_cast<std::size_t>(archive)] = 24;
    theirs.replicas = 1;
    budget.share_with(theirs, begin);
    EXPECT_EQ(burst(budget, begin, archive), 1u);
}

TEST(SharedRate, WatchesOfAllReplicasShareTheirRate) {
    rate_budget budget(limits(60));
    const auto alone = budget.watch_rate(begin);
    budget.share_with(others(0, 4), begin);
    EXPECT_DOUBLE_EQ(budget.watch_rate(begin), alone / 4);
}

TEST(SharedRate, ManyRequestsThatAreForgottenByTheOthersLeaveBitByBit) {
    rate_budget budget(limits(100));
    budget.share_with(others(100, 1), begin);
    EXPECT_EQ(budget.look(begin + 3s).minute.remaining(), 0u);
    EXPECT_EQ(budget.look(begin + 33s).minute.remaining(), 50u);
    EXPECT_EQ(budget.look(begin + 63s).minute.remaining(), 100u);
}

// Replicas that all want more than there is. What each has used is told once a second and takes a while to be known.
class crowd {
  public:
    crowd(std::size_t replicas, unsigned limit) : told_(replicas, 0), telling_(replicas, 0) {
        for (std::size_t i = 0; i < replicas; ++i)
            budgets_.emplace_back(limits(limit)).share_with(others(0, replicas), begin);
    }
    /// What was sent in the last minute, at most, and what was in all.
    std::pair<std::size_t, std::size_t> run(duration time) {
        std::deque<time_point> sent;
        std::size_t most = 0;
        std::size_t all = 0;
        for (auto now = begin; now < begin + time; now += step) {
            for (std::size_t i = 0; i < budgets_.size(); ++i) {
                exchange(i, now);
                for (auto wants = chance_() % 8; wants > 0 && budgets_[i].ask(now, interactive, now).what == kind::go;
                     --wants, ++all) {
                    budgets_[i].ended(interactive, now);
                    sent.push_back(now);
                }
            }
            while (!sent.empty() && sent.front() + 60s <= now)
                sent.pop_front();
            most = std::max(most, sent.size());
        }
        return {most, all};
    }

  private:
    static constexpr duration step = 50ms;
    static constexpr long steps = 20; ///< of a second
    static constexpr long takes = 3;

    void exchange(std::size_t self, time_point now) {
        const auto phase = static_cast<long>(self) * steps / static_cast<long>(budgets_.size());
        const auto at = ((now - begin) / step + steps - phase) % steps;
        if (at == 0) {
            const auto used = budgets_[self].own_use(now).minute;
            telling_[self] = used[0] + used[1] + used[2];
        } else if (at == takes) {
            told_[self] = telling_[self];
            std::uint32_t sum = 0;
            for (std::size_t other = 0; other < budgets_.size(); ++other)
                sum += other == self ? 0 : told_[other];
            budgets_[self].share_with(others(sum, budgets_.size()), now);
        }
    }

    std::mt19937 chance_{7};
    std::deque<rate_budget> budgets_;
    std::vector<std::uint32_t> told_;
    std::vector<std::uint32_t> telling_;
};

TEST(SharedRate, TogetherNeverMoreThanTheLimit) {
    for (const std::size_t replicas : {2u, 3u, 5u}) {
        for (const unsigned limit : {60u, 300u, 1000u}) {
            const auto [most, all] = crowd(replicas, limit).run(150s);
            EXPECT_LE(most, limit) << replicas << " replicas";
            EXPECT_GT(all, limit * 2) << replicas << " replicas, limit " << limit;
        }
    }
}

} // namespace
} // namespace evalbridge
