#include "gateway/shard.hpp"

#include "gateway/http/echo.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace evalbridge {

shard::shard(const shared_parts& shared)
    : shared_(shared), sweeper_(io_.get_executor()),
      services_{providers_, shared.memory, shared.idempotency, shared.cursor_mac, shared.draining} {
    for (const auto& each : shared.config.providers) {
        const stack_context context{io_.get_executor(), sweeper_, shared.names, shared.log, shared.time};
        upstreams_.push_back(make_stack(context, each.name, each.upstream, each.options->credentials()));
        const provider_context parts{each.name, *upstreams_.back(), shared.config.settings.dictionary, shared.time,
                                     shared.log};
        providers_.add(each.vendor->make(parts, each.options));
    }
    add_run_routes(routes_, services_);
    add_result_routes(routes_, services_);
    add_catalogue_routes(routes_, services_);
    add_operation_routes(routes_, services_);
#ifdef EVALBRIDGE_TEST_ROUTES
    add_echo_route(routes_);
#endif
}

shard::~shard() = default;

void shard::listen(boost::asio::ip::tcp::acceptor acceptor) {
    const edge_context context{shared_.edge, routes_, shared_.auth, sweeper_, shared_.time, shared_.log};
    listener_ = std::make_unique<listener>(std::move(acceptor), context);
    listener_->start();
}

void shard::run() { io_.run(); }

void shard::drain(std::chrono::milliseconds grace) {
    const auto end = shared_.time.now() + grace;
    boost::asio::post(io_, [this, end] { boost::asio::co_spawn(io_, drain_within(end), boost::asio::detached); });
}

boost::asio::awaitable<void> shard::drain_within(time_point end) {
    constexpr auto look_every = std::chrono::milliseconds(20);
    listener_->drain();
    while (listener_->connections() > 0 && shared_.time.now() < end)
        co_await shared_.time.sleep_until(shared_.time.now() + look_every);
    if (listener_->connections() > 0) {
        shared_.log.warning("drain_incomplete", {{"connections", listener_->connections()}});
        // Every socket operation is under a deadline, so when all of them have passed nothing is left in flight.
        sweeper_.expire_all();
        listener_->abort();
    }
    while (listener_->connections() > 0)
        co_await shared_.time.sleep_until(shared_.time.now() + look_every);
    sweeper_.stop();
    for (auto& each : upstreams_)
        each.reset();
}

} // namespace evalbridge
