#pragma once
// Two sliding windows over one credential's requests, as Gradient publishes them: 250 a minute, 5,000 an hour.

#include "sandbox/sandbox_clock.hpp"

#include <deque>
#include <optional>

namespace evalbridge::sandbox {

struct rate_limits {
    unsigned per_minute = 250;
    unsigned per_hour = 5000;
    bool retry_after = true; ///< whether a refusal by the minute says when to come again; one by the hour never does
};

struct rate_verdict {
    bool allowed = true;
    unsigned limit = 0;                              ///< of the hour
    unsigned remaining = 0;                          ///< of the hour
    std::chrono::seconds reset{0};                   ///< since 1970, when the oldest counted request leaves the hour
    std::optional<std::chrono::seconds> retry_after; ///< on a refusal that tells
};

class rate_window {
  public:
    /// Judges a request and, if it is allowed, counts it.
    rate_verdict take(const rate_limits& limits, instant now);

  private:
    std::deque<instant> taken_;
};

} // namespace evalbridge::sandbox
