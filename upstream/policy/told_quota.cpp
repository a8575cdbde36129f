// What a budget makes of what its provider says of it.

#include "upstream/policy/rate_budget.hpp"
#include "upstream/policy/rate_window.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

constexpr duration first_pause = 2s; ///< after a 429 that tells nothing
constexpr duration longest_pause = 1min;
constexpr unsigned limit_is_hours_above = 1000;
constexpr double near = 4;
constexpr duration clocks_differ = 5s; ///< at most, that is: a reset may be told as a date

/// By what factor a limit differs from the one that a window is known by; infinite where none is.
double distance(std::uint32_t known, double limit) {
    return known == 0 ? std::numeric_limits<double>::infinity() : std::max(limit / known, known / limit);
}

/// Whether room can be so far away in a window: what is in it leaves within its span.
bool can_be_of(const rate_window& window, const quota_told& what) {
    return !what.reset || *what.reset <= window.span() + clocks_differ;
}

} // namespace

void rate_budget::told(const quota_told& what, time_point now) {
    const std::lock_guard lock(mutex_);
    settle(now);
    if (auto* const window = window_of(what))
        follow(*window, what);
    else if (what.remaining == 0u && what.limit != 0u && what.reset && !what.throttled)
        hold_until(now + *what.reset);
    if (what.throttled)
        close(what, now);
    else if (is_open(now))
        throttled_in_a_row_ = 0;
}

void rate_budget::follow(rate_window& window, const quota_told& what) {
    const auto limit = what.limit.value_or(window.limit());
    if (limit < window.limit())
        ++version_;
    window.set_limit(limit);
    if (!what.remaining || *what.remaining > limit)
        return;
    const auto under_way = under_way_[0] + under_way_[1] + under_way_[2];
    if (window.correct(limit - *what.remaining, under_way, what.reset, latest_))
        ++version_;
}

/// Which window an answer speaks of; null where that can't be told.
rate_window* rate_budget::window_of(const quota_told& what) const {
    const bool of_minute = can_be_of(*minute_, what);
    if (!can_be_of(*hour_, what) || what.limit == 0u)
        return nullptr;
    if (!what.limit) {
        if ((minute_->limit() == 0) == (hour_->limit() == 0))
            return nullptr;
        if (hour_->limit() != 0)
            return hour_.get();
        return of_minute ? minute_.get() : nullptr;
    }
    const auto from_minute = distance(known_limit(*minute_), *what.limit);
    const auto from_hour = distance(known_limit(*hour_), *what.limit);
    const bool minute_is_closer = of_minute && from_minute <= from_hour;
    if ((minute_is_closer ? from_minute : from_hour) <= near)
        return minute_is_closer ? minute_.get() : hour_.get();
    auto* const supposed = of_minute && !is_hours(what) ? minute_.get() : hour_.get();
    return may_become(*supposed, what) ? supposed : nullptr;
}

/// Of a limit that is near neither window's and might be either's. Room within a minute speaks for the minute, where
/// its window is known and could come to that; else the number speaks.
bool rate_budget::is_hours(const quota_told& what) const {
    const bool usually = *what.limit > limit_is_hours_above;
    const bool may_be_minutes = what.reset && minute_->limit() != 0 && may_become(*minute_, what);
    return usually && !may_be_minutes;
}

/// Whether a window's limit may turn into one that is far from it: where nobody configured it, or downwards, on the
/// word of a reset.
bool rate_budget::may_become(const rate_window& window, const quota_told& what) const {
    return !is_configured(window) || (what.reset && *what.limit < window.anchor());
}

bool rate_budget::is_configured(const rate_window& window) const {
    return (&window == minute_.get() ? options_.per_minute : options_.per_hour) != 0;
}

/// What a told limit is compared with: the configured one, so that small steps don't lead far away; else the one that
/// was told last.
std::uint32_t rate_budget::known_limit(const rate_window& window) const {
    return is_configured(window) ? window.anchor() : window.limit();
}

/// Several requests that were under way together are refused together: that is one refusal, not several in a row.
void rate_budget::close(const quota_told& what, time_point now) {
    std::optional<duration> pause;
    if (what.retry_after && what.retry_after->count() > 0)
        pause = *what.retry_after;
    else if (what.reset && what.reset->count() > 0 && what.remaining == 0u)
        pause = *what.reset;
    if (is_open(now)) {
        if (!pause)
            pause = std::min(longest_pause, first_pause * (1u << std::min(throttled_in_a_row_, 8u)));
        ++throttled_in_a_row_;
    }
    if (pause)
        hold_until(now + *pause);
}

void rate_budget::hold_until(time_point when) {
    if (when <= closed_until_)
        return;
    closed_until_ = when;
    ++version_;
}

} // namespace evalbridge
