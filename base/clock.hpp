#pragma once
// Time comes in through here, so that tests own it.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>

namespace evalbridge {

using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/// A wait that somebody else can end. One waiter at a time, all of it on one shard's thread. Owned by whoever waits;
/// its wait may not outlive it.
class alarm {
  public:
    virtual ~alarm() = default;
    /// True when `when` has come, false when it was woken first. A wake while nobody waits counts for the next wait.
    virtual boost::asio::awaitable<bool> wait_until(time_point when) = 0;
    virtual void wake() = 0;
};

class clock {
  public:
    virtual ~clock() = default;
    /// Monotonic; for deadlines and durations.
    virtual time_point now() const = 0;
    /// The calendar; for timestamps that people and vendors see.
    virtual std::chrono::system_clock::time_point wall_now() const = 0;
    /// Resumes at `when` on the awaiting coroutine's executor, or throws operation_aborted when cancelled.
    virtual boost::asio::awaitable<void> sleep_until(time_point when) = 0;
    /// For a coroutine on that executor.
    virtual std::unique_ptr<alarm> make_alarm(boost::asio::any_io_executor executor) = 0;
};

class system_clock final : public clock {
  public:
    time_point now() const override;
    std::chrono::system_clock::time_point wall_now() const override;
    boost::asio::awaitable<void> sleep_until(time_point when) override;
    std::unique_ptr<alarm> make_alarm(boost::asio::any_io_executor executor) override;
};

} // namespace evalbridge
