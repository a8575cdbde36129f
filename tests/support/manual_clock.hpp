#pragma once
// A clock that moves only when a test says so.

#include "base/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace evalbridge::testing {

class manual_clock final : public clock {
  public:
    time_point now() const override { return now_; }
    std::chrono::system_clock::time_point wall_now() const override { return wall_; }
    /// Suspends until `advance` has come to `when`.
    boost::asio::awaitable<void> sleep_until(time_point when) override;
    std::unique_ptr<alarm> make_alarm(boost::asio::any_io_executor executor) override;
    /// Wakes every sleeper that is due; they resume when the io_context runs.
    void advance(duration by);
    /// How many wait for time to pass.
    std::size_t sleeping() const { return sleepers_.size(); }

  private:
    struct sleeper {
        time_point when;
        std::shared_ptr<boost::asio::steady_timer> timer;
    };
    time_point now_ = time_point(std::chrono::hours(1000));
    std::chrono::system_clock::time_point wall_{std::chrono::seconds(1'760'000'000)};
    class manual_alarm;
    std::vector<sleeper> sleepers_;
};

} // namespace evalbridge::testing
