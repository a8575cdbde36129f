#pragma once
// What a gateway has to do as one of several on a store, on a thread of its own: it goes on while shards are busy, and
// until the last of them has ended.

#include "gateway/configuration.hpp"
#include "runs/membership.hpp"
#include "runs/watch_hub.hpp"
#include "runs/watch_roster.hpp"
#include "store/news.hpp"
#include "upstream/provider_state.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <string>
#include <thread>

namespace evalbridge {

class replica_thread {
  public:
    using states_by_provider = std::map<std::string, std::unique_ptr<provider_state>>;

    /// All references outlive it.
    replica_thread(const configuration& config, const states_by_provider& states, const replica_identity& self,
                   store& kept, run_memory& memory, watch_hub& watches, clock& time, logger& log);
    /// Ends what wasn't ended.
    ~replica_thread();

    /// Says on the calling thread that this process lives: before it serves. Errors: store_unavailable.
    result<void> begin();
    /// Goes on, on its own thread.
    void start();
    /// Says goodbye and waits for the thread's end. To be called once the shards have ended.
    void end();

    membership& members() { return members_; }

  private:
    store& kept_;
    const replica_identity& self_;
    boost::asio::io_context io_{1};
    shared_budgets budgets_;
    membership members_;
    news_listener news_;
    watch_roster roster_;
    bool begun_ = false;
    std::thread thread_;
};

} // namespace evalbridge
