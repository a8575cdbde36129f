#include "upstream/transport/pool.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace evalbridge {

namespace asio = boost::asio;

connection_pool::lease::~lease() {
    if (!pool_)
        return;
    connection_.reset();
    pool_->release(nullptr);
}

void connection_pool::lease::keep() && {
    const auto pool = std::exchange(pool_, nullptr);
    pool->release(std::move(connection_));
}

std::optional<connection_pool::lease> connection_pool::try_acquire(time_point now) {
    close_expired(now);
    if (!waiters_.empty() || (idle_.empty() && leased_ >= max_))
        return std::nullopt;
    // The one used last: it is the least likely to have been closed meanwhile, and the others get to expire.
    std::unique_ptr<vendor_connection> latest;
    if (!idle_.empty()) {
        latest = std::move(idle_.back().idle);
        idle_.pop_back();
    }
    ++leased_;
    return lease(shared_from_this(), std::move(latest));
}

asio::awaitable<std::optional<connection_pool::lease>> connection_pool::acquire(deadline_sweeper& sweeper,
                                                                                time_point when) {
    const auto self = shared_from_this();
    const auto executor = co_await asio::this_coro::executor;
    waiter me{asio::steady_timer(executor, time_point::max()), std::nullopt};
    struct place_in_queue {
        std::list<waiter*>& queue;
        waiter* who;
        ~place_in_queue() { queue.remove(who); }
    };
    waiters_.push_back(&me);
    const place_in_queue place{waiters_, &me};
    const auto watch = sweeper.at(when, [&me] { me.wake.cancel(); });
    boost::system::error_code woken;
    co_await me.wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return std::move(me.granted);
}

void connection_pool::release(std::unique_ptr<vendor_connection> returned) {
    const auto now = std::chrono::steady_clock::now();
    if (!waiters_.empty()) {
        waiter* const next = waiters_.front();
        waiters_.pop_front();
        next->granted.emplace(lease(shared_from_this(), std::move(returned)));
        next->wake.cancel();
        return;
    }
    --leased_;
    if (returned)
        idle_.push_back({std::move(returned), now});
    close_expired(now);
}

void connection_pool::close_expired(time_point now) {
    while (!idle_.empty() && now - idle_.front().since > idle_timeout_)
        idle_.pop_front();
}

} // namespace evalbridge
