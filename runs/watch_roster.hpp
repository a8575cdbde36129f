#pragma once
// Settles with the other replicas who watches which run, follows in the store what they see of those that they watch,
// and tells them what is seen here. One coroutine, on membership's thread. While this replica is alone it does nothing.
//
// Where the store can't be reached, who watches a run goes on; who followed it watches it himself once the store has
// been away for so long that its watcher could be dead: the provider is better asked twice than nobody told anything.

#include "base/clock.hpp"
#include "base/log.hpp"
#include "runs/membership.hpp"
#include "runs/run_memory.hpp"
#include "runs/watch_board.hpp"
#include "store/news.hpp"
#include "store/store.hpp"
#include "store/watches.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

class watch_roster {
  public:
    /// All references outlive it; the board's watches go on after its end as if it were alone.
    watch_roster(const replica_identity& self, const membership& members, std::shared_ptr<watch_board> board,
                 store& kept, const news_listener& news, run_memory& memory, clock& time, logger& log);

    /// Before the first watch: from now on it is settled whose each is.
    void begin();
    /// Until `stop`. To be spawned once, on `executor`.
    boost::asio::awaitable<void> run(boost::asio::any_io_executor executor);
    /// From any thread: there is something to do.
    void wake();
    /// From any thread. What is still watched here is free for others once membership has said goodbye.
    void stop();
    /// A text that `news_listener` heard. From any thread.
    void heard(std::string_view text);

  private:
    struct claims {
        std::set<std::string> claim;
        std::vector<std::string> release;
        watch_board::to_tell tell;
        bool empty() const { return claim.empty() && release.empty() && tell.changed.empty() && tell.look.empty(); }
    };
    struct sightings {
        std::map<std::string, store_time> own;
        std::set<std::string> watched;
        std::map<std::string, std::string> marks;
        std::vector<evalbridge::run> changed;
    };
    boost::asio::awaitable<bool> step();
    bool is_new_among_others() const;
    claims what_to_settle();
    boost::asio::awaitable<bool> settle(claims what);
    boost::asio::awaitable<bool> follow();
    void take(const sightings& found, const std::vector<std::string>& asked_for, time_point asked);
    void store_is_away();
    std::vector<std::string> theirs() const;
    bool look_due(time_point now);
    time_point next_look(time_point now) const;

    const std::string self_;
    const membership& members_;
    const std::shared_ptr<watch_board> board_;
    store& kept_;
    const news_listener& news_;
    run_memory& memory_;
    clock& time_;
    logger& log_;
    const time_point began_;
    std::set<std::string> held_;               ///< rows of ours, as far as is known
    std::map<std::string, store_time> asked_;  ///< when another replica last asked to look
    std::map<std::string, std::string> marks_; ///< of followed runs, as last read
    std::set<std::string> vacant_;             ///< followed runs that nobody watches any more
    bool following_ = false;
    time_point looked_{};                        ///< into the store
    time_point reached_{};                       ///< the store, last
    std::map<std::string, time_point> resting_;  ///< held, and nobody waits any more; since when
    std::map<std::string, time_point> expected_; ///< told to have changed, and not yet seen to have; until when
    std::vector<std::string> told_;              ///< by others, under `bell_mutex_`
    std::atomic<bool> stopped_{false};
    std::mutex bell_mutex_;
    boost::asio::any_io_executor at_;
    std::shared_ptr<alarm> bell_; ///< shared with the wakes posted to its thread
};

} // namespace evalbridge
