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
#include <memory>

namespace evalbridge {

class deadline_sweeper {
  public:
    class watch;

  private:
    struct entry {
        time_point when;
        std::function<void()> expire;
        watch* holder = nullptr; ///< kept right by the watch when it moves
        bool fired = false;
    };
    using entries = std::list<entry>;

  public:
    /// Removes its deadline when it goes. Movable, for use on the sweeper's own thread only. May outlive the sweeper,
    /// as the frame of a suspended coroutine does when its io_context is destroyed last; it never fires then.
    class watch {
      public:
        watch() = default;
        watch(watch&& other) noexcept;
        watch& operator=(watch&& other) noexcept;
        ~watch();
        /// Whether the deadline has passed and `expire` was called.
        bool fired() const;
        /// Has no effect once the deadline has fired.
        void move_to(time_point when);

      private:
        friend class deadline_sweeper;
        watch(deadline_sweeper& owner, entries::iterator at);
        void take(watch& other);
        void remove();
        deadline_sweeper* owner_ = nullptr;
        entries::iterator at_;
    };

    explicit deadline_sweeper(boost::asio::any_io_executor executor, duration tick = std::chrono::milliseconds(50));
    ~deadline_sweeper();
    deadline_sweeper(const deadline_sweeper&) = delete;
    deadline_sweeper& operator=(const deadline_sweeper&) = delete;

    /// Calls `expire` once, on the sweeper's executor, within a tick after `when`, unless the watch goes first.
    /// `expire` closes or cancels a socket; it may not destroy a watch.
    [[nodiscard]] watch at(time_point when, std::function<void()> expire);
    /// Expires every deadline now, whenever it was due: the end of a drain's grace period.
    void expire_all();
    /// Stops the timer, so that an io_context whose work is done can end. Watches still standing never fire.
    void stop();

  private:
    void arm();
    void sweep(time_point now);

    boost::asio::steady_timer timer_;
    duration tick_;
    entries entries_;
    bool armed_ = false;
    bool stopped_ = false;
    /// Tells a tick that was already queued when the sweeper went, and which no cancel reaches, that it is gone.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace evalbridge
