#include "gateway/app.hpp"

#include "base/crypto.hpp"
#include "compare/comparisons.hpp"
#include "gateway/http/edge_meters.hpp"
#include "gateway/replica_thread.hpp"
#include "gateway/shard.hpp"
#include "upstream/transport/transport.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <thread>

#include <sys/socket.h>

namespace evalbridge {
namespace {

using boost::asio::ip::tcp;
using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

edge_options edge_options_of(const config::settings& settings, unsigned shards) {
    const auto& server = settings.server;
    edge_options edge;
    edge.access_log = settings.access_log;
    edge.max_body = server.max_body;
    edge.header_timeout = server.header_timeout;
    edge.body_timeout = server.body_timeout;
    edge.idle_timeout = server.idle_timeout;
    edge.default_deadline = server.default_deadline;
    edge.max_deadline = server.max_deadline;
    const auto share_of = [shards](std::size_t all) { return (all + shards - 1) / shards; };
    edge.max_connections = share_of(server.max_connections);
    edge.max_in_flight = share_of(server.max_in_flight);
    edge.max_queued = share_of(server.max_queued);
    edge.max_queue_wait = server.max_queue_wait;
    edge.max_waiting = share_of(server.max_waiting);
    edge.max_exports = share_of(server.max_exports);
    return edge;
}

std::vector<api_key> keys_of(const config::settings& settings) {
    std::vector<api_key> keys;
    for (const auto& each : settings.keys)
        keys.push_back({each.name, each.digest});
    return keys;
}

unsigned shard_count(const config::server_settings& server) {
    return server.shards ? server.shards : std::max(1u, std::thread::hardware_concurrency());
}

std::map<std::string, std::unique_ptr<provider_state>> states_of(const configuration& config, metrics& counts,
                                                                 clock& time) {
    std::map<std::string, std::unique_ptr<provider_state>> states;
    for (const auto& each : config.providers)
        states.emplace(each.name, std::make_unique<provider_state>(each.name, each.upstream, counts, time));
    return states;
}

std::map<std::string, watch_hub::pace_of_provider>
paces_of(const std::map<std::string, std::unique_ptr<provider_state>>& states) {
    std::map<std::string, watch_hub::pace_of_provider> paces;
    for (const auto& [name, state] : states) {
        const auto rate = [&budget = state->budget](time_point now) { return budget.watch_rate(now); };
        paces.emplace(name, watch_hub::pace_of_provider{state->options.watch, rate});
    }
    return paces;
}

store_options store_options_of(const configuration& config) {
    const auto& chosen = config.settings.storage.store;
    const auto url = parse_store_url(chosen.url.reveal());
    if (!url)
        throw start_up_error("store: " + url.error().detail());
    store_options options;
    options.url = *url;
    options.connections = chosen.connections;
    return options;
}

void open(store& kept) {
    try {
        kept.open();
    } catch (const std::exception& failed) {
        throw start_up_error(failed.what());
    }
}

// The key that makes cursors tamper-evident. Without a configured one it is derived from the providers' credentials:
// secret, and the same on every replica and after a restart, as long as the configuration is.
std::string cursor_key_of(const configuration& config) {
    if (!config.settings.server.cursor_key.empty())
        return config.settings.server.cursor_key.reveal();
    std::string material = "evalbridge cursor key";
    for (const auto& each : config.providers) {
        material.append(1, '\0').append(each.name);
        for (const auto& field : each.options->credentials())
            material.append(1, '\0').append(field.value.reveal());
    }
    const auto digest = sha256(material);
    return std::string(digest.begin(), digest.end());
}

mac_function cursor_mac_of(const configuration& config) {
    return [key = cursor_key_of(config)](std::string_view bytes) {
        const auto digest = hmac_sha256(key, bytes);
        return std::string(digest.begin(), digest.begin() + 16);
    };
}

[[noreturn]] void cannot_listen(const tcp::endpoint& at, const boost::system::error_code& why) {
    throw start_up_error("cannot listen on " + at.address().to_string() + ":" + std::to_string(at.port()) + ": " +
                         why.message());
}

// With SO_REUSEPORT a second gateway on the same port would silently take half of the connections. A bind without it
// fails where anybody listens already.
void require_free(boost::asio::io_context& io, const tcp::endpoint& at) {
    boost::system::error_code failed;
    tcp::acceptor probe(io);
    probe.open(at.protocol(), failed);
    if (!failed)
        probe.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed)
        probe.bind(at, failed);
    if (!failed)
        probe.listen(1, failed);
    if (failed)
        cannot_listen(at, failed);
}

tcp::acceptor open_acceptor(boost::asio::io_context& io, const tcp::endpoint& at) {
    boost::system::error_code failed;
    tcp::acceptor acceptor(io);
    acceptor.open(at.protocol(), failed);
    if (!failed)
        acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed)
        acceptor.set_option(reuse_port(true), failed);
    if (!failed)
        acceptor.bind(at, failed);
    if (!failed)
        acceptor.listen(tcp::acceptor::max_listen_connections, failed);
    if (failed)
        cannot_listen(at, failed);
    return acceptor;
}

} // namespace

// In order of construction: what outlives what follows.
struct app::parts {
    parts(configuration c, logger& l)
        : config(std::move(c)), log(l), shards_wanted(shard_count(config.settings.server)),
          edge(edge_options_of(config.settings, shards_wanted)), auth(keys_of(config.settings)), edge_counts(counts),
          states(states_of(config, counts, time)), kept(store_options_of(config), time, l, counts), memory(l),
          runs(kept, memory, time, l, counts), archive(kept, time), compared(time),
          watches(paces_of(states), runs, time, l, counts), cursor_mac(cursor_mac_of(config)) {}

    configuration config;
    logger& log;
    system_clock time;
    unsigned shards_wanted;
    edge_options edge;
    authenticator auth;
    metrics counts;
    edge_meters edge_counts;
    std::map<std::string, std::unique_ptr<provider_state>> states;
    const replica_identity replica{make_unique_id()};
    store kept;
    run_memory memory;
    run_registry runs;
    archives archive;
    comparisons compared;
    watch_hub watches;
    mac_function cursor_mac;
    std::atomic<bool> draining{false};
    std::unique_ptr<shared_parts> shared;
    std::vector<std::unique_ptr<shard>> shards;
    std::unique_ptr<replica_thread> among_replicas;
    tcp::endpoint bound;
};

app::app(configuration config, logger& log) : parts_(std::make_unique<parts>(std::move(config), log)) {
    auto& p = *parts_;
    const auto& server = p.config.settings.server;
    open(p.kept);
    p.among_replicas =
        std::make_unique<replica_thread>(p.config, p.states, p.replica, p.kept, p.memory, p.watches, p.time, log);
    if (const auto begun = p.among_replicas->begin(); !begun)
        throw start_up_error(begun.error().detail());
    p.shared = std::make_unique<shared_parts>(
        shared_parts{p.config, p.edge, p.auth, p.replica, p.kept, p.memory, p.runs, p.archive, p.compared, p.watches,
                     p.states, p.counts, p.edge_counts, p.cursor_mac, p.draining, make_resolver(), p.time, log});
    p.bound = tcp::endpoint(boost::asio::ip::make_address(server.host), server.port);
    for (unsigned i = 0; i < p.shards_wanted; ++i) {
        auto& each = *p.shards.emplace_back(std::make_unique<shard>(*p.shared));
        if (i == 0 && p.bound.port() != 0)
            require_free(each.io(), p.bound);
        auto acceptor = open_acceptor(each.io(), p.bound);
        p.bound = acceptor.local_endpoint();
        each.listen(std::move(acceptor));
    }
    p.shards.front()->reconcile_creates();
    p.shards.front()->keep_archiving();
    if (p.config.settings.storage.watch.keep)
        p.shards.front()->keep_watching();
}

// What is still done for a shard's coroutines, in the store and where runs are compared, is done before the shards go.
app::~app() {
    parts_->among_replicas->end();
    parts_->compared.stop();
    parts_->kept.stop();
}

std::string app::listen_address() const {
    const auto& at = parts_->bound;
    const auto host = at.address().to_string();
    return (at.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(at.port());
}

void app::run() {
    auto& shards = parts_->shards;
    parts_->among_replicas->start();
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < shards.size(); ++i)
            threads.emplace_back([&each = *shards[i]] { each.run(); });
        shards.front()->run();
    }
    parts_->among_replicas->end(); // nothing is done here any more that others could take for abandoned
}

void app::drain() {
    if (parts_->draining.exchange(true))
        return;
    parts_->log.info("draining");
    const auto& server = parts_->config.settings.server;
    for (auto& each : parts_->shards)
        each->drain(server.drain_notice, server.drain_grace);
}

} // namespace evalbridge
