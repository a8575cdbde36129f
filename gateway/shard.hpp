#pragma once
// One thread's worth of gateway: an io_context of its own with a listener, a way to every provider, and nothing that
// another shard awaits.

#include "base/notice.hpp"
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
    watch_hub& watches;
    const std::map<std::string, std::unique_ptr<provider_state>>& states; ///< one for each configured provider
    metrics& counts;
    edge_meters& edge_counts;
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
    /// From any thread: goes on as usual for `before`, then stops accepting and finishes what is in flight, for `grace`
    /// at most; what is left then is answered with an error, and broken off where even that takes too long.
    void drain(std::chrono::milliseconds before, std::chrono::milliseconds grace);

  private:
    boost::asio::awaitable<void> drain_within(time_point begin, time_point end);
    boost::asio::awaitable<void> until_no_connections(time_point end);
    void tell_unfinished(std::size_t connections) const;

    const shared_parts& shared_;
    boost::asio::io_context io_{1};
    // Two, so that at the end of a drain what waits for providers can be called off and its answers still be written.
    deadline_sweeper edge_deadlines_;
    deadline_sweeper upstream_deadlines_;
    notice draining_; ///< streams, waits and watches end
    notice closing_;  ///< nothing waits for a provider any more
    std::vector<std::unique_ptr<upstream>> upstreams_;
    provider_set providers_;
    services services_;
    router routes_;
    std::unique_ptr<listener> listener_;
};

} // namespace evalbridge
