#include "gateway/app.hpp"

#include "base/crypto.hpp"
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

edge_options edge_options_of(const config::server_settings& server, unsigned shards) {
    edge_options edge;
    edge.max_body = server.max_body;
    edge.header_timeout = server.header_timeout;
    edge.body_timeout = server.body_timeout;
    edge.idle_timeout = server.idle_timeout;
    edge.default_deadline = server.default_deadline;
    edge.max_deadline = server.max_deadline;
    edge.max_connections = std::max<std::size_t>(1, server.max_connections / shards);
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
          edge(edge_options_of(config.settings.server, shards_wanted)), auth(keys_of(config.settings)), memory(l),
          idempotency(time), cursor_mac(cursor_mac_of(config)) {}

    configuration config;
    logger& log;
    system_clock time;
    unsigned shards_wanted;
    edge_options edge;
    authenticator auth;
    run_memory memory;
    idempotency_memory idempotency;
    mac_function cursor_mac;
    std::atomic<bool> draining{false};
    std::unique_ptr<shared_parts> shared;
    std::vector<std::unique_ptr<shard>> shards;
    tcp::endpoint bound;
};

app::app(configuration config, logger& log) : parts_(std::make_unique<parts>(std::move(config), log)) {
    auto& p = *parts_;
    const auto& server = p.config.settings.server;
    p.shared = std::make_unique<shared_parts>(shared_parts{p.config, p.edge, p.auth, p.memory, p.idempotency,
                                                           p.cursor_mac, p.draining, make_resolver(), p.time, log});
    p.bound = tcp::endpoint(boost::asio::ip::make_address(server.host), server.port);
    for (unsigned i = 0; i < p.shards_wanted; ++i) {
        auto& each = *p.shards.emplace_back(std::make_unique<shard>(*p.shared));
        if (i == 0 && p.bound.port() != 0)
            require_free(each.io(), p.bound);
        auto acceptor = open_acceptor(each.io(), p.bound);
        p.bound = acceptor.local_endpoint();
        each.listen(std::move(acceptor));
    }
}

app::~app() = default;

std::string app::listen_address() const {
    const auto& at = parts_->bound;
    const auto host = at.address().to_string();
    return (at.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(at.port());
}

void app::run() {
    auto& shards = parts_->shards;
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < shards.size(); ++i)
        threads.emplace_back([&each = *shards[i]] { each.run(); });
    shards.front()->run();
}

void app::drain() {
    if (parts_->draining.exchange(true))
        return;
    parts_->log.info("draining");
    for (auto& each : parts_->shards)
        each->drain(parts_->config.settings.server.drain_grace);
}

} // namespace evalbridge
