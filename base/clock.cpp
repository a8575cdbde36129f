#include "base/clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace evalbridge {
namespace {

class timer_alarm final : public alarm {
  public:
    explicit timer_alarm(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

    boost::asio::awaitable<bool> wait_until(time_point when) override {
        if (std::exchange(woken_, false))
            co_return false;
        timer_.expires_at(when);
        boost::system::error_code ended;
        co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
        co_return !std::exchange(woken_, false);
    }
    void wake() override {
        woken_ = true;
        timer_.cancel();
    }

  private:
    boost::asio::steady_timer timer_;
    bool woken_ = false;
};

} // namespace

time_point system_clock::now() const { return std::chrono::steady_clock::now(); }

std::chrono::system_clock::time_point system_clock::wall_now() const { return std::chrono::system_clock::now(); }

boost::asio::awaitable<void> system_clock::sleep_until(time_point when) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, when);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

std::unique_ptr<alarm> system_clock::make_alarm(boost::asio::any_io_executor executor) {
    return std::make_unique<timer_alarm>(std::move(executor));
}

} // namespace evalbridge
