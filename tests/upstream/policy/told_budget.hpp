#pragma once
// A rate budget that hears what its provider says, at a time that a test says.

#include "upstream/policy/rate_budget.hpp"

#include <gtest/gtest.h>

namespace evalbridge::testing {

inline const time_point begin{std::chrono::hours(100)};

/// A budget and the answers that its provider gives.
struct ToldBudget : ::testing::Test {
    void use(std::uint32_t per_minute, std::uint32_t per_hour) {
        rate_options options;
        options.per_minute = per_minute;
        options.per_hour = per_hour;
        budget.emplace(options);
    }
    bool goes(urgency who = urgency::interactive) {
        if (budget->ask(now, who, now).what != rate_budget::ruling::kind::go)
            return false;
        budget->ended(who, now);
        return true;
    }
    void send(unsigned n) {
        for (unsigned i = 0; i < n; ++i)
            ASSERT_TRUE(goes()) << i;
    }
    void tell(std::optional<std::uint32_t> limit, std::optional<std::uint32_t> remaining,
              std::optional<std::chrono::milliseconds> reset = {}) {
        quota_told what;
        what.limit = limit;
        what.remaining = remaining;
        what.reset = reset;
        budget->told(what, now);
    }
    void refuse(std::optional<std::chrono::milliseconds> retry_after = {}, std::optional<std::uint32_t> remaining = {},
                std::optional<std::chrono::milliseconds> reset = {}) {
        quota_told what;
        what.throttled = true;
        what.retry_after = retry_after;
        what.remaining = remaining;
        what.reset = reset;
        budget->told(what, now);
    }
    rate_budget::view look() const { return budget->look(now); }
    duration closed() const { return look().closed_for; }

    std::optional<rate_budget> budget;
    time_point now = begin;
};

} // namespace evalbridge::testing
