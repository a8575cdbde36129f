#pragma once
// Watches live runs that nobody waits for, so that each reaches its end here and is recorded: those just started, those
// that were live when the process before this one ended, and those of a replica that died. It takes a seat in a run's
// watch as a client would; who watches among the replicas is settled as for any watch. One coroutine, on one shard.

#include "adapters/provider_set.hpp"
#include "base/metrics.hpp"
#include "runs/replica.hpp"
#include "runs/watch_hub.hpp"
#include "store/store.hpp"
#include "store/watches.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace evalbridge {

struct keeper_options {
    std::size_t most = 2000;                    ///< kept at once by this replica
    std::size_t at_a_look = 100;                ///< taken at one look, so that replicas that start together share them
    std::chrono::milliseconds look_every{5000}; ///< for runs that nobody watches
    std::chrono::milliseconds again_after{60000}; ///< for one that couldn't be read
    unsigned refusals = 3;                        ///< by the provider, before it is given up
    std::chrono::hours longest{24 * 7};           ///< that a run may take
};

class run_keeper {
  public:
    /// All references outlive it and its coroutine; `providers` are of the shard that it runs on.
    run_keeper(provider_set& providers, watch_hub& watches, store& kept, const replica_identity& self, clock& time,
               logger& log, metrics& counts, keeper_options options = {});

    /// Until `where.draining` is given. To be spawned once, on `where.executor`.
    boost::asio::awaitable<void> keep_watching(watch_hub::place where);

    std::size_t keeps() const { return seats_.size(); }

  private:
    struct refused {
        unsigned times = 0;
        time_point again{};
    };
    boost::asio::awaitable<void> look(const watch_hub::place& where);
    boost::asio::awaitable<void> take(provider& from, const watch_hub::place& where);
    void forget_refusals_but(const std::vector<unwatched_run>& found, const std::string& provider);
    boost::asio::awaitable<void> tend();
    boost::asio::awaitable<void> refuse(std::string run_id, std::string why, bool for_good);
    bool is_too_old(const run& r) const;

    provider_set& providers_;
    watch_hub& watches_;
    store& kept_;
    const std::string self_;
    clock& time_;
    logger& log_;
    metrics::gauge& keeps_;
    const keeper_options options_;
    std::map<std::string, std::unique_ptr<watcher>> seats_; ///< by run
    std::map<std::string, refused> refused_;
};

} // namespace evalbridge
