#include "tests/support/manual_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace evalbridge::testing {

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
