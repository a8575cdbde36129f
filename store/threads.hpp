#pragma once
// The store's threads: each holds one connection and does one unit of work at a time; one more looks whether the
// database is there.

#include "base/random.hpp"
#include "store/failure.hpp"
#include "store/health.hpp"
#include "store/silence_watch.hpp"
#include "store/store.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace evalbridge {

/// A unit of work with whoever waits for it.
class store_job {
  public:
    store_job(bool writes, std::function<void(connection&)> work) : writes_(writes), work_(std::move(work)) {}
    virtual ~store_job() = default;
    bool writes() const { return writes_; }
    const std::function<void(connection&)>& work() const { return work_; }
    /// Called once: on a thread of the store, or on the caller's where it is refused.
    virtual void finish(std::optional<error> failed) = 0;

  private:
    bool writes_;
    std::function<void(connection&)> work_;
};

struct store::threads {
  public:
    threads(const store_options& options, clock& time, logger& log, metrics& counts);
    ~threads();

    void start();
    /// Does what was taken, then ends.
    void stop();
    /// Refuses at once, by finishing it, what there is no room for.
    void take(std::unique_ptr<store_job> job);
    bool is_reachable() const { return health_.serves(); }
    /// One unit of work, as often as it takes within the patience. None while the database is known to be away. Its
    /// error is `sent` where a commit was tried whose answer was lost: it may have been done.
    std::optional<error> attempt(connection& db, bool writes, const unit_of_work& work);

  private:
    struct queue {
        std::deque<std::unique_ptr<store_job>> jobs;
        std::condition_variable changed;
    };
    struct tried {
        std::optional<error> failed;
        bool again = false;
        bool in_doubt = false; ///< it may have been committed
    };
    void serve(queue& from);
    void look_after(const std::stop_token& stopped);
    void look(connection& own);
    std::unique_ptr<store_job> next(queue& from);
    tried try_once(connection& db, bool writes, const unit_of_work& work, unsigned tries);
    tried judge(bool writes, const judged_failure& why, unsigned tries, bool was_idle);
    bool wait_before_retry(unsigned tries, time_point until);

    const store_options& options_;
    clock& time_;
    logger& log_;
    metrics::gauge& waiting_;
    metrics::counter& units_;
    metrics::counter& retried_;
    metrics::counter& failed_;
    store_health health_;
    silence_watch silence_;

    std::mutex mutex_; ///< of all below
    bool started_ = false;
    bool stopping_ = false;
    queue reads_;  ///< with PostgreSQL: everything
    queue writes_; ///< with SQLite alone: one thread takes these, so that none waits for the database's lock
    std::condition_variable_any next_look_;
    std::vector<std::jthread> workers_;
    std::jthread keeper_;
};

} // namespace evalbridge
