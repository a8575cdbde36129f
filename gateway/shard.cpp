#include "gateway/shard.hpp"

#include "base/text_stock.hpp"
#include "gateway/http/echo.hpp"
#include "runs/archive/contents.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

/// How long those who were told an error at the end of a drain have to take it.
constexpr std::chrono::seconds time_for_last_answers{1};
/// A large buffer that wasn't used for so long, or twice, goes back to the system.
constexpr std::chrono::seconds text_stock_look{5};
/// Each is of another provider.
constexpr int archivings_at_once = 2;

create_parts create_parts_of(const shared_parts& shared, provider_set& providers,
                             const boost::asio::any_io_executor& executor, notice& closing) {
    const auto& how = shared.config.settings.storage.creates;
    return {.providers = providers,
            .replica = shared.replica,
            .kept = shared.kept,
            .runs = shared.runs,
            .tags = how.tags,
            .keep_keys = how.keep_keys,
            .settle = how.settle,
            .time = shared.time,
            .log = shared.log,
            .counts = shared.counts,
            .executor = executor,
            .closing = closing};
}

provider_context context_of(const shared_parts& shared, const provider_configuration& of, upstream& over) {
    return {of.name,     over,      shared.config.settings.dictionary, shared.config.settings.storage.creates.tags,
            shared.time, shared.log};
}

archive_policy policy_of(const config::archive_settings& settings) {
    archive_policy out;
    out.all = {settings.keep.age, settings.keep.bytes};
    for (const auto& [name, keep] : settings.keep_of_provider)
        out.of_provider[name] = {keep.age, keep.bytes};
    return out;
}

archiver_options archiver_options_of(const shared_parts& shared,
                                     const std::vector<std::unique_ptr<upstream>>& upstreams) {
    const auto& settings = shared.config.settings;
    archiver_options out;
    out.replica = shared.replica.id;
    out.derived_with = fingerprint_of(settings.dictionary);
    out.enrols = settings.storage.archive.enabled;
    out.inputs = settings.storage.archive.inputs;
    out.keep = policy_of(settings.storage.archive);
    for (std::size_t i = 0; i < upstreams.size(); ++i) {
        const auto& each = shared.config.providers[i];
        archive_source from;
        from.name = each.name;
        from.vendor_api = upstreams[i].get();
        from.make = [&shared, &each](upstream& over) {
            return each.vendor->make(context_of(shared, each, over), each.options);
        };
        if (!out.inputs)
            from.change = [contents = each.vendor->contents](std::string body) {
                return without_members(body, contents);
            };
        out.sources.push_back(std::move(from));
    }
    return out;
}

} // namespace

shard::shard(const shared_parts& shared)
    : shared_(shared), edge_deadlines_(io_.get_executor()), upstream_deadlines_(io_.get_executor()),
      creates_(create_parts_of(shared, providers_, io_.get_executor(), closing_)),
      reconciler_(create_parts_of(shared, providers_, io_.get_executor(), closing_), creates_),
      keeper_(providers_, shared.watches, shared.kept, shared.replica, shared.time, shared.log, shared.counts,
              {.longest = shared.config.settings.storage.watch.give_up_after}),
      archived_(shared.archive),
      services_{.providers = providers_,
                .replica = shared.replica,
                .kept = shared.kept,
                .memory = shared.memory,
                .runs = shared.runs,
                .creates = creates_,
                .suites = shared.config.suites,
                .watches = shared.watches,
                .states = shared.states,
                .counts = shared.counts,
                .cursor_mac = shared.cursor_mac,
                .time = shared.time,
                .log = shared.log,
                .draining = shared.draining,
                .here = {io_.get_executor(), draining_},
                .heartbeat = shared.config.settings.server.heartbeat,
                .max_wait = shared.config.settings.server.max_wait,
                .metrics_need_key = shared.config.settings.server.metrics_need_key,
                .archive = &shared.archive,
                .archived = &archived_,
                .compared = &shared.compared,
                .longest_answer = shared.config.settings.server.max_deadline,
                .spool = {shared.config.settings.server.spool, shared.config.settings.server.max_spool}} {
    const auto in_flight = static_cast<double>(shared.edge.max_in_flight);
    const auto share = static_cast<std::size_t>(in_flight * shared.config.settings.server.provider_share);
    const layer_context layers{io_.get_executor(),   shared.time, shared.log,
                               make_random_source(), closing_,    std::max<std::size_t>(1, share)};
    const stack_context stack{layers, upstream_deadlines_, shared.names};
    for (const auto& each : shared.config.providers) {
        upstreams_.push_back(make_stack(stack, *shared.states.at(each.name), each.options->credentials()));
        providers_.add(each.vendor->make(context_of(shared, each, *upstreams_.back()), each.options));
    }
    add_create_routes(routes_, services_);
    shared.runs.retry_on(io_.get_executor(), draining_);
    add_run_routes(routes_, services_);
    add_run_list_routes(routes_, services_);
    add_run_history_routes(routes_, services_);
    add_import_routes(routes_, services_);
    add_event_routes(routes_, services_);
    add_result_routes(routes_, services_);
    add_export_routes(routes_, services_);
    add_archive_routes(routes_, services_);
    add_compare_routes(routes_, services_);
    add_catalogue_routes(routes_, services_);
    add_suite_routes(routes_, services_);
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

void shard::reconcile_creates() { boost::asio::co_spawn(io_, reconciler_.keep_looking(), boost::asio::detached); }

void shard::keep_watching() {
    boost::asio::co_spawn(io_, keeper_.keep_watching(services_.here), boost::asio::detached);
}

void shard::keep_archiving() {
    archiver_ = std::make_unique<archiver>(archiver_options_of(shared_, upstreams_), shared_.archive, shared_.time,
                                           shared_.log, shared_.counts, io_.get_executor(), draining_);
    for (int i = 0; i < archivings_at_once; ++i)
        boost::asio::co_spawn(io_, archiver_->keep_archiving(), boost::asio::detached);
    boost::asio::co_spawn(io_, archiver_->keep_clean(), boost::asio::detached);
}

void shard::run() {
    boost::asio::co_spawn(io_, keep_text_stock(), boost::asio::detached);
    io_.run();
}

boost::asio::awaitable<void> shard::keep_text_stock() {
    text_stock::keep_here();
    const auto bell = shared_.time.make_alarm(io_.get_executor());
    const auto hears_drain = draining_.on_given([raw = bell.get()] { raw->wake(); });
    while (!draining_.given()) {
        co_await bell->wait_until(shared_.time.now() + text_stock_look);
        text_stock::drop_unused();
    }
}

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
    co_await until_nothing_to_do(end);
    if (const auto connections = listener_->connections(); connections > 0)
        tell_unfinished(connections);
    // Whatever still waits for a provider fails now, a watch's poll without a client too, and is answered as that.
    listener_->cut();
    closing_.give();
    upstream_deadlines_.expire_all();
    co_await until_nothing_to_do(shared_.time.now() + time_for_last_answers);
    while (unfinished() > 0) {
        upstream_deadlines_.expire_all();
        listener_->abort();
        co_await until_nothing_to_do(shared_.time.now() + time_for_last_answers);
    }
    edge_deadlines_.stop();
    upstream_deadlines_.stop();
}

boost::asio::awaitable<void> shard::until_nothing_to_do(time_point end) {
    constexpr auto look_every = std::chrono::milliseconds(20);
    while (unfinished() > 0 && shared_.time.now() < end)
        co_await shared_.time.sleep_until(shared_.time.now() + look_every);
}

std::size_t shard::unfinished() const {
    return listener_->connections() + creates_.under_way() + *services_.reads_ahead;
}

void shard::tell_unfinished(std::size_t connections) const {
    shared_.log.warning("drain_incomplete", {{"connections", connections}});
}

} // namespace evalbridge
