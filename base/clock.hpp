#pragma once
// Time comes in through here, so that tests own it.

#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace evalbridge {

using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

class clock {
  public:
    virtual ~clock() = default;
    /// Monotonic; for deadlines and durations.
    virtual time_point now() const = 0;
    /// The calendar; for timestamps that people and vendors see.
    virtual std::chrono::system_clock::time_point wall_now() const = 0;
    /// Resumes at `when` on the awaiting coroutine's executor, or throws operation_aborted when cancelled.
    virtual boost::asio::awaitable<void> sleep_until(time_point when) = 0;
};

class system_clock final : public clock {
  public:
    time_point now() const override;
    std::chrono::system_clock::time_point wall_now() const override;
    boost::asio::awaitable<void> sleep_until(time_point when) override;
};

} // namespace evalbridge
