#pragma once
// Deadlines for socket operations, at the price of a list link instead of a timer each: one coarse timer a shard
// looks every `tick` for what is overdue and calls it off. Arming `expires_after` on every operation costs more
// than the rest of a small poll's user-space work; a deadline that fires up to one tick late costs nobody anything.

#include "base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <list>

namespace evalbridge {

class deadline_sweeper {
    struct entry {
        time_point when;
        std::function<void()> expire;
        bool fired = false;
    };
    using entries = std::list<entry>;

  public:
    /// Removes its deadline when it goes. Movable, for use on the sweeper's own thread only.
    class watch {
      public:
        watch() = default;
        watch(watch&& other) noexcept;
        watch& operator=(watch&& other) noexcept;
        ~watch();
        /// Whether the deadline has passed and `expire` was called.
        bool fired() const;
        void move_to(time_point when);

      private:
        friend class deadline_sweeper;
        watch(deadline_sweeper& owner, entries::iterator at) : owner_(&owner), at_(at) {}
        void remove();
        deadline_sweeper* owner_ = nullptr;
        entries::iterator at_;
    };

    explicit deadline_sweeper(boost::asio::any_io_executor executor,
                              duration tick = std::chrono::milliseconds(50));
    ~deadline_sweeper();
    deadline_sweeper(const deadline_sweeper&) = delete;
    deadline_sweeper& operator=(const deadline_sweeper&) = delete;

    /// Calls `expire` once, on the sweeper's executor, within a tick after `when`, unless the watch goes first.
    /// `expire` closes or cancels a socket; it may not destroy the watch.
    [[nodiscard]] watch at(time_point when, std::function<void()> expire);
    /// Stops the timer, so that an io_context whose work is done can end. Watches still standing never fire.
    void stop();

  private:
    void arm();
    void sweep();

    boost::asio::steady_timer timer_;
    duration tick_;
    entries entries_;
    bool armed_ = false;
    bool stopped_ = false;
};

} // namespace evalbridge
