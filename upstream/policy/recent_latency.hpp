#pragma once
// How long a provider took of late, as percentiles: counts in buckets that grow by a fifth, over the last one to two
// minutes. From any thread.

#include "base/clock.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

namespace evalbridge {

class recent_latency {
  public:
    void add(duration took, time_point now);

    struct view {
        std::uint64_t count = 0;
        duration p50{}, p90{}, p99{}; ///< upper ends of their buckets: at most a fifth too high
    };
    /// Nothing when nothing was added of late.
    std::optional<view> look(time_point now) const;

  private:
    static constexpr std::size_t buckets = 96; ///< 100 us to over an hour
    using counts = std::array<std::uint32_t, buckets>;
    void turn(time_point now) const;

    mutable std::mutex mutex_;
    mutable counts current_{};
    mutable counts previous_{};
    mutable time_point turned_{};
};

} // namespace evalbridge
