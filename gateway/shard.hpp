#pragma once
// One thread's worth of gateway: an io_context of its own with a listener, a way to every provider, and nothing that
// another shard awaits.

#include "gateway/configuration.hpp"
#include "gateway/handlers/services.hpp"
#include "gateway/http/listener.hpp"
#include "upstream/layers/stack.hpp"

#include <boost/asio/io_context.hpp>

namespace evalbridge {

class resolver;

/// What all shards share. Outlives them.
struct shared_parts {
    const configuration& config;
    const edge_options& edge;
    const authenticator& auth;
    run_memory& memory;
    idempotency_memory& idempotency;
    const mac_function& cursor_mac;
    const std::atomic<bool>& draining;
    std::shared_ptr<resolver> names;
    clock& time;
    logger& log;
};

class shard {
  public:
    /// `acceptor` was opened on this shard's io().
    explicit shard(const shared_parts& shared);
    ~shard();

    boost::asio::io_context& io() { return io_; }
    /// Takes over a bound and listening socket of io()'s.
    void listen(boost::asio::ip::tcp::acceptor acceptor);
    /// Serves until a drain has ended.
    void run();
    /// From any thread: drains, for `grace` at most, then breaks off what is left.
    void drain(std::chrono::milliseconds grace);

  private:
    boost::asio::awaitable<void> drain_within(time_point end);

    const shared_parts& shared_;
    boost::asio::io_context io_{1};
    deadline_sweeper sweeper_;
    std::vector<std::unique_ptr<upstream>> upstreams_;
    provider_set providers_;
    services services_;
    router routes_;
    std::unique_ptr<listener> listener_;
};

} // namespace evalbridge
