#pragma once
// One sliding window of a rate budget: what counts in it now, and a look ahead at when it will have room. For
// rate_budget, under its lock.

#include "base/clock.hpp"
#include "upstream/call.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace evalbridge {

struct rate_shares {
    double watch;
    double archive;
};

class rate_window {
  public:
    using by_urgency = std::array<std::uint32_t, urgency_count>;
    struct mark {
        time_point at;
        urgency who;
    };
    /// More aren't remembered, and a higher limit counts as this.
    static constexpr std::uint32_t most = 100'000;

    /// `limit` 0: not known.
    rate_window(duration span, std::uint32_t limit, rate_shares shares);

    duration span() const { return span_; }
    std::uint32_t limit() const { return limit_; }
    void set_limit(std::uint32_t limit);
    /// What the limit is compared with to tell whether it is this window's: the configured one, or the first told.
    std::uint32_t anchor() const { return anchor_; }
    /// How many of that urgency may be in the window, at least one.
    std::uint32_t ceiling(urgency who) const;

    /// Drops what is a window old.
    void expire(time_point now);
    /// A request has ended; `at` isn't before the last one's.
    void add(time_point at, urgency who);
    const std::deque<mark>& marks() const { return marks_; }
    const by_urgency& counts() const { return counts_; }

    /// Requests that others sent with our credential.
    std::uint32_t others(time_point now) const;
    /// When the next of them leaves the window, after `now`; max when there are none.
    time_point next_of_others(time_point now) const;
    /// Requests that our other replicas have told of: what they count in this window at `now`. They are taken to leave
    /// it bit by bit, once nothing newer was told for a while.
    void set_foreign(const by_urgency& counts, time_point now);
    std::uint32_t foreign(time_point now) const;
    std::uint32_t foreign(urgency who, time_point now) const;
    /// When the next of them leaves, after `now`; max when there are none.
    time_point next_of_foreign(time_point now) const;
    /// Whatever the provider counts is `used`; `under_way` of ours may be among it or not. True when there is less room
    /// than was thought.
    bool correct(std::uint32_t used, std::uint32_t under_way, std::optional<duration> reset, time_point now);

  private:
    const duration span_;
    std::uint32_t limit_;
    std::uint32_t anchor_;
    const rate_shares shares_;
    std::deque<mark> marks_; ///< in the order of time
    by_urgency counts_{};
    by_urgency foreign_{};
    std::uint32_t foreign_sum_ = 0;
    time_point foreign_from_{}; ///< they leave as `others_` do
    duration foreign_step_{1};
    // The n-th of `others_` leaves at `others_from_` + n * `others_step_`: nobody tells when they came.
    std::uint32_t others_ = 0;
    time_point others_from_{};
    duration others_step_{1};
};

/// Runs time forward over windows, with everybody who waits served in turn.
class rate_forecast {
  public:
    /// What is under way is taken to end at `now`. Windows without a limit don't count.
    rate_forecast(std::span<const rate_window* const> windows, const rate_window::by_urgency& under_way,
                  time_point now);

    /// Whether one of that urgency has room at the time come to.
    bool fits(urgency who) const;
    /// When one who comes now, behind `ahead`, is served, not before `start`. To be called once.
    time_point serve(urgency who, std::array<std::size_t, urgency_count> ahead, time_point start);

  private:
    struct lane {
        const rate_window* window;
        std::uint32_t own = 0;
        rate_window::by_urgency counts{};
        std::size_t gone = 0; ///< of the window's marks, then of `added_`
    };
    void go_to(time_point when);
    time_point next_change() const;
    const rate_window::mark* first_of(const lane& l) const;

    std::array<lane, 2> lanes_{};
    std::size_t lane_count_ = 0;
    std::vector<rate_window::mark> added_; ///< under way at first, then those served on the way
    time_point now_;
};

} // namespace evalbridge
