#pragma once
// Every run that passes through here, remembered and recorded: a reading is completed with what is known of the run
// (labels, suite, a status that is frozen), and where it tells something new it is handed to the store. One for all
// shards; a client's read never waits for what is written. A reading that is lost is made up for by the next one; the
// last one of a run, which nothing may follow, is given again until the store has it.

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/metrics.hpp"
#include "base/notice.hpp"
#include "base/recent_map.hpp"
#include "runs/ended_runs.hpp"
#include "runs/run_memory.hpp"
#include "runs/run_sighting.hpp"
#include "store/runs.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

struct registry_options {
    std::size_t remembered = 20'000;       ///< runs of which it is known what the store has
    std::size_t waiting = 1'000;           ///< readings that wait for the store; of runs that have ended, `remembered`
    std::size_t batch = 64;                ///< readings in one transaction
    std::chrono::milliseconds pause{1000}; ///< before the store is tried again that couldn't take any
    std::chrono::milliseconds patience{250}; ///< a reading waits so long for what the store knows of its run
    /// When it is asked once more for a run that it didn't know: another replica may have been about to record its
    /// create.
    std::chrono::milliseconds ask_again{5000};
};

class run_registry {
  public:
    /// All references outlive it; it outlives every shard's thread.
    run_registry(store& kept, run_memory& memory, clock& time, logger& log, metrics& counts,
                 registry_options options = {});
    run_registry(const run_registry&) = delete;
    run_registry& operator=(const run_registry&) = delete;

    run_memory& memory() { return memory_; }
    ended_runs& ended() { return ended_; }

    /// A run was just read: completes it, and hands the reading over where it isn't the one that the store has. Waits
    /// for the store only where this process meets the run for the first time and the store is there, for what an
    /// earlier process or another replica has kept of it. An unchanged run costs no call of the store.
    /// Gives the run as it is now shown, but for the vendor's own JSON.
    boost::asio::awaitable<sighting_ptr> observed(run& r);
    /// A create has just registered the run in the store: completes it with its labels and suite.
    void started(run& r, const std::map<std::string, std::string>& labels);

    struct recorded {
        std::size_t added = 0; ///< weren't known before
        std::size_t known = 0;
    };
    /// Runs that were listed, into the store before it returns, in several transactions where they are many. Errors:
    /// the store's; what came before one is recorded.
    boost::asio::awaitable<result<recorded>> record(std::vector<run> listed);

    /// Where what the store couldn't take is given again, until `draining`: the first call counts.
    void retry_on(boost::asio::any_io_executor executor, notice& draining);

    /// Readings that wait for the store.
    std::size_t waiting() const;

  private:
    struct reading {
        std::shared_ptr<const run> seen; ///< shared with the unit of work that writes it
        store_time at = 0;
    };
    using readings = std::map<std::string, reading>; ///< by run
    struct entry {
        std::optional<time_point> ask_again; ///< the store didn't know it
        std::string etag; ///< of the state that was handed over last; empty: none was, or the store couldn't take it
    };

    boost::asio::awaitable<void> recall(std::string run_id, std::shared_ptr<alarm> done);
    boost::asio::awaitable<void> write_waiting();
    boost::asio::awaitable<result<void>> write(readings batch);
    boost::asio::awaitable<void> retry(std::shared_ptr<alarm> bell, notice& draining);
    /// True where nobody writes yet, and the caller is to.
    bool hand_over(const run_sighting& now);
    readings next_batch();
    void put_back(readings batch);
    void give_up(const readings& batch);
    void wake_retrier();
    time_point retry_due() const;

    bool has_to_ask(const std::string& run_id);

    store& kept_;
    run_memory& memory_;
    ended_runs ended_;
    clock& time_;
    logger& log_;
    const registry_options options_;
    metrics::counter& recorded_;
    metrics::counter& failed_;
    metrics::counter& dropped_;
    metrics::gauge& waiting_now_;

    mutable std::mutex mutex_; ///< of all below; for one call, never over an await
    recent_map<entry> entries_;
    readings waiting_;
    bool writing_ = false; ///< somebody is at it, on whichever shard
    time_point not_before_{};
    std::weak_ptr<alarm> retrier_; ///< on retries_at_; gone with its shard's drain
    boost::asio::any_io_executor retries_at_;
};

} // namespace evalbridge
