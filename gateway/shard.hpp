#pragma once
// One thread's worth of gateway: an io_context of its own with a listener, a way to every provider, and nothing that
// another shard awaits.

#include "base/notice.hpp"
#include "gateway/configuration.hpp"
#include "gateway/handlers/services.hpp"
#include "gateway/http/listener.hpp"
#include "runs/archive/archiver.hpp"
#include "runs/creates.hpp"
#include "runs/keeper.hpp"
#include "runs/reconcile.hpp"
#include "upstream/layers/stack.hpp"

#include <boost/asio/io_context.hpp>

namespace evalbridge {

class resolver;

/// What all shards share. Outlives them.
struct shared_parts {
    const configuration& config;
    const edge_options& edge;
    const authenticator& auth;
    const replica_identity& replica;
    store& kept;
    run_memory& memory;
    run_registry& runs;
    archives& archive;
    comparisons& compared;
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
    /// Finds out what became of creates that were lost, here or on a gateway that died. On one shard of a process,
    /// before it runs.
    void reconcile_creates();
    /// Watches live runs that nobody waits for, until it drains. On one shard of a process, before it runs.
    void keep_watching();
    /// Archives runs that have ended, until it drains. On one shard of a process, before it runs.
    void keep_archiving();
    /// Serves until a drain has ended.
    void run();
    /// From any thread: goes on as usual for `before`, then stops accepting and finishes what is in flight, for `grace`
    /// at most; what is left then is answered with an error, and broken off where even that takes too long.
    void drain(std::chrono::milliseconds before, std::chrono::milliseconds grace);

  private:
    boost::asio::awaitable<void> keep_text_stock();
    boost::asio::awaitable<void> drain_within(time_point begin, time_point end);
    boost::asio::awaitable<void> until_nothing_to_do(time_point end);
    /// Connections, and what goes on without one.
    std::size_t unfinished() const;
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
    run_creator creates_;
    create_reconciler reconciler_;
    run_keeper keeper_;
    archived_providers archived_;
    std::unique_ptr<archiver> archiver_;
    services services_;
    router routes_;
    std::unique_ptr<listener> listener_;
};

} // namespace evalbridge
