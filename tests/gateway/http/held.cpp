#include "tests/gateway/http/held.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace evalbridge::testing {

namespace asio = boost::asio;

handler gate::make() {
    return [this](const request_context&) -> asio::awaitable<result<reply>> {
        const auto executor = co_await asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
        place fresh{std::move(timer), false};
        const auto mine = standing_.insert(standing_.end(), std::move(fresh));
        ++count_;
        boost::system::error_code woken;
        co_await mine->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        standing_.erase(mine);
        --count_;
        reply done(200, "text/plain", "done");
        co_return done;
    };
}

bool gate::holds(std::size_t requests) const {
    return eventually([&] { return count_ == requests; });
}

void gate::open(edge_server& server) {
    server.on_loop([this](listener&) {
        const auto first = std::ranges::find(standing_, false, &place::opened);
        ASSERT_NE(first, standing_.end());
        first->opened = true;
        first->timer.cancel();
    });
}

class feed::source final : public body_source {
  public:
    source(feed& from, const std::shared_ptr<notice>& departed) : from_(from) {
        if (departed)
            listening_ = departed->on_given([this] {
                gone_ = from_.heard_departure = true;
                from_.wake();
            });
    }

    asio::awaitable<bool> next(std::string& out) override {
        ++from_.asked;
        asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        while (from_.pieces_.empty() && !from_.ended_ && !gone_) {
            from_.waiting_ = &timer;
            boost::system::error_code woken;
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            from_.waiting_ = nullptr;
        }
        if (gone_)
            co_return false;
        if (!from_.pieces_.empty()) {
            out += from_.pieces_.front();
            from_.pieces_.pop_front();
        }
        co_return !from_.ended_ || !from_.pieces_.empty();
    }
    bool broken() const override { return from_.broken_; }

  private:
    feed& from_;
    bool gone_ = false;
    notice::listening listening_;
};

handler feed::make() {
    return [this](const request_context& request) -> asio::awaitable<result<reply>> {
        reply answer(200, "text/event-stream", "");
        answer.stream = std::make_shared<source>(*this, request.departed);
        co_return answer;
    };
}

void feed::push(edge_server& server, std::string piece) {
    server.on_loop([&](listener&) {
        pieces_.push_back(std::move(piece));
        wake();
    });
}

void feed::end(edge_server& server, bool broken) {
    server.on_loop([&](listener&) {
        ended_ = true;
        broken_ = broken;
        wake();
    });
}

void feed::wake() {
    if (waiting_)
        waiting_->cancel();
}

route_options open_route(route_load load) {
    route_options options;
    options.authenticated = false;
    options.load = load;
    return options;
}

} // namespace evalbridge::testing
