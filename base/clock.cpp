#include "base/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace evalbridge {

time_point system_clock::now() const { return std::chrono::steady_clock::now(); }

std::chrono::system_clock::time_point system_clock::wall_now() const { return std::chrono::system_clock::now(); }

boost::asio::awaitable<void> system_clock::sleep_until(time_point when) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, when);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

} // namespace evalbridge
