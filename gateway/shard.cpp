#include "gateway/shard.hpp"

#include "gateway/http/echo.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

/// How long those who were told an error at the end of a drain have to take it.
constexpr std::chrono::seconds time_for_last_answers{1};

} // namespace

shard::shard(const shared_parts& shared)
    : shared_(shared), edge_deadlines_(io_.get_executor()), upstream_deadlines_(io_.get_executor()),
      services_{.providers = providers_,
                .memory = shared.memory,
                .idempotency = shared.idempotency,
                .watches = shared.watches,
                .states = shared.states,
                .counts = shared.counts,
                .cursor_mac = shared.cursor_mac,
                .time = shared.time,
                .draining = shared.draining,
                .here = {io_.get_executor(), draining_},
                .heartbeat = shared.config.settings.server.heartbeat,
                .max_wait = shared.config.settings.server.max_wait,
                .metrics_need_key = shared.config.settings.server.metrics_need_key} {
    const auto in_flight = static_cast<double>(shared.edge.max_in_flight);
    const auto share = static_cast<std::size_t>(in_flight * shared.config.settings.server.provider_share);
    const layer_context layers{io_.get_executor(),   shared.time, shared.log,
                               make_random_source(), closing_,    std::max<std::size_t>(1, share)};
    const stack_context stack{layers, upstream_deadlines_, shared.names};
    for (const auto& each : shared.config.providers) {
        upstreams_.push_back(make_stack(stack, *shared.states.at(each.name), each.options->credentials()));
        const provider_context parts{each.name, *upstreams_.back(), shared.config.settings.dictionary, shared.time,
                                     shared.log};
        providers_.add(each.vendor->make(parts, each.options));
    }
    add_run_routes(routes_, services_);
    add_event_routes(routes_, services_);
    add_result_routes(routes_, services_);
    add_catalogue_routes(routes_, services_);
    add_operation_routes(routes_, services_);
#ifdef EVALBRIDGE_TEST_ROUTES
    add_echo_route(routes_);
#endif
}

shard::~shard() = default;

void shard::listen(boost::asio::ip::tcp::acceptor acceptor) {
    const edge_context context{shared_.edge, routes_,     shared_.auth,       edge_deadlines_,
                               shared_.time, shared_.log, shared_.edge_counts};
    listener_ = std::make_unique<listener>(std::move(acceptor), context);
    listener_->start();
}

void shard::run() { io_.run(); }

void shard::drain(std::chrono::milliseconds before, std::chrono::milliseconds grace) {
    const auto begin = shared_.time.now() + before;
    boost::asio::post(io_, [this, begin, end = begin + grace] {
        boost::asio::co_spawn(io_, drain_within(begin, end), boost::asio::detached);
    });
}

boost::asio::awaitable<void> shard::drain_within(time_point begin, time_point end) {
    co_await shared_.time.sleep_until(begin);
    listener_->drain();
    draining_.give();
    co_await until_no_connections(end);
    const auto unfinished = listener_->connections();
    if (unfinished > 0)
        tell_unfinished(unfinished);
    // Whatever still waits for a provider fails now, a watch's poll without a client too, and is answered as that.
    listener_->cut();
    closing_.give();
    upstream_deadlines_.expire_all();
    co_await until_no_connections(shared_.time.now() + time_for_last_answers);
    while (listener_->connections() > 0) {
        upstream_deadlines_.expire_all();
        listener_->abort();
        co_await until_no_connections(shared_.time.now() + time_for_last_answers);
    }
    edge_deadlines_.stop();
    upstream_deadlines_.stop();
}

boost::asio::awaitable<void> shard::until_no_connections(time_point end) {
    constexpr auto look_every = std::chrono::milliseconds(20);
    while (listener_->connections() > 0 && shared_.time.now() < end)
        co_await shared_.time.sleep_until(shared_.time.now() + look_every);
}

void shard::tell_unfinished(std::size_t connections) const {
    shared_.log.warning("drain_incomplete", {{"connections", connections}});
}

} // namespace evalbridge
