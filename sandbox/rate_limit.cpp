#include "sandbox/rate_limit.hpp"

#include <algorithm>

namespace evalbridge::sandbox {
namespace {

using namespace std::chrono_literals;

std::chrono::seconds whole_seconds_up(milliseconds span) { return std::chrono::ceil<std::chrono::seconds>(span); }

} // namespace

rate_verdict rate_window::take(const rate_limits& limits, instant now) {
    while (!taken_.empty() && taken_.front() + 1h <= now)
        taken_.pop_front();
    const auto in_minute = std::upper_bound(taken_.begin(), taken_.end(), now - 1min);
    const auto minute_count = static_cast<unsigned>(taken_.end() - in_minute);

    rate_verdict verdict;
    verdict.limit = limits.per_hour;
    verdict.allowed = minute_count < limits.per_minute && taken_.size() < limits.per_hour;
    if (verdict.allowed)
        taken_.push_back(now);
    else if (minute_count >= limits.per_minute && limits.retry_after)
        verdict.retry_after =
            std::max(1s, minute_count == 0 ? 60s : whole_seconds_up(*(taken_.end() - minute_count) + 1min - now));
    verdict.remaining = limits.per_hour - std::min<unsigned>(limits.per_hour, static_cast<unsigned>(taken_.size()));
    const instant oldest = taken_.empty() ? now : taken_.front();
    verdict.reset = whole_seconds_up((oldest + 1h).time_since_epoch());
    return verdict;
}

} // namespace evalbridge::sandbox
