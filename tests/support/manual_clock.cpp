#include "tests/support/manual_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace evalbridge::testing {

class manual_clock::manual_alarm final : public alarm {
  public:
    manual_alarm(manual_clock& time, boost::asio::any_io_executor executor)
        : time_(time), timer_(std::make_shared<boost::asio::steady_timer>(std::move(executor))) {}
    ~manual_alarm() override { forget(); }

    boost::asio::awaitable<bool> wait_until(time_point when) override {
        if (std::exchange(woken_, false))
            co_return false;
        if (when <= time_.now())
            co_return true;
        timer_->expires_at(boost::asio::steady_timer::time_point::max());
        time_.sleepers_.push_back({when, timer_});
        boost::system::error_code ended;
        co_await timer_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
        co_return !std::exchange(woken_, false);
    }
    void wake() override {
        woken_ = true;
        forget();
        timer_->cancel();
    }

  private:
    void forget() {
        std::erase_if(time_.sleepers_, [this](const sleeper& each) { return each.timer == timer_; });
    }

    manual_clock& time_;
    std::shared_ptr<boost::asio::steady_timer> timer_;
    bool woken_ = false;
};

std::unique_ptr<alarm> manual_clock::make_alarm(boost::asio::any_io_executor executor) {
    return std::make_unique<manual_alarm>(*this, std::move(executor));
}

boost::asio::awaitable<void> manual_clock::sleep_until(time_point when) {
    if (when <= now_)
        co_return;
    auto timer = std::make_shared<boost::asio::steady_timer>(co_await boost::asio::this_coro::executor,
                                                             boost::asio::steady_timer::time_point::max());
    sleepers_.push_back({when, timer});
    boost::system::error_code woken;
    co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

void manual_clock::advance(duration by) {
    now_ += by;
    wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
    std::erase_if(sleepers_, [this](const sleeper& each) {
        if (each.when > now_)
            return false;
        each.timer->cancel();
        return true;
    });
}

} // namespace evalbridge::testing
