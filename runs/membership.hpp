#pragma once
// Tells the other gateways on the store that this one lives, hears which of them do, and counts what they send with the
// same credentials. One coroutine, on a thread that goes on until everything else of the process has ended.

#include "base/clock.hpp"
#include "base/log.hpp"
#include "runs/replica.hpp"
#include "runs/shared_budget.hpp"
#include "store/life_lock.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace evalbridge {

class membership {
  public:
    /// All references outlive it.
    membership(const replica_identity& self, store& kept, shared_budgets& budgets, clock& time, logger& log);

    /// Says it for the first time, on the calling thread, before anything is begun that others could take for
    /// abandoned. Errors: store_unavailable.
    result<void> begin();
    /// Goes on saying it until `stop`, then says goodbye. To be spawned once, on `executor`.
    boost::asio::awaitable<void> run(boost::asio::any_io_executor executor);
    /// From any thread. What ends after it may be taken for abandoned.
    void stop();

    /// How many live, this one included, and which of them this is, from 0.
    std::size_t replicas() const { return replicas_; }
    std::size_t place() const { return place_; }
    /// When the store last heard of it.
    time_point heard_at() const { return heard_at_.load(); }
    /// `hear` is called on its thread each time the store has heard of it, or should have. To be set before `run`.
    void on_beat(std::function<void()> hear) { hear_ = std::move(hear); }

  private:
    struct beat {
        std::vector<std::string> live;
        std::vector<rate_use> others;
        std::vector<std::string> buried; ///< found dead
    };
    /// What one transaction says and hears.
    std::function<beat(connection&)> next_beat(bool alive);
    void settle(const result<beat>& told);
    boost::asio::awaitable<void> say_goodbye();

    const std::string self_;
    const life_lock lives_;
    store& kept_;
    shared_budgets& budgets_;
    clock& time_;
    logger& log_;
    std::function<void()> hear_;
    std::atomic<std::size_t> replicas_{1};
    std::atomic<std::size_t> place_{0};
    std::atomic<time_point> heard_at_{};
    time_point said_at_{}; ///< that it lives; otherwise only what it sends is told
    std::atomic<bool> stopped_{false};
    std::mutex bell_mutex_;
    boost::asio::any_io_executor at_;
    std::shared_ptr<alarm> bell_; ///< shared with the wakes posted to its thread
};

} // namespace evalbridge
