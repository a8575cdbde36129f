#pragma once
// What the hub, its watchers and its pollers share: every live watch, behind one mutex. Each member function is one
// locked call; whoever has to hear of a change is woken by a post to his own shard, one a shard however many wait
// there.

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/notice.hpp"
#include "runs/usual_durations.hpp"
#include "runs/watch_hub.hpp"
#include "runs/watch_interval.hpp"
#include "runs/watched_run.hpp"

#include <list>
#include <mutex>
#include <unordered_map>

namespace evalbridge {

/// A watch goes on for so long after the last watcher has left, so that those who come back find it.
inline constexpr std::chrono::seconds watch_linger{30};

/// Why a watch is over.
enum class watch_end { none, done, problem, unread, left, draining };
std::string_view name_of(watch_end why);

/// Whose a live run's watch is among the replicas. Where there is only one, all are its own.
enum class watch_duty {
    ours,      ///< its poller asks the provider
    theirs,    ///< another replica does: what it sees is read from the store
    unsettled, ///< nobody knows yet
};

/// A watcher's place. For its shard's thread.
struct watch_seat {
    std::unique_ptr<alarm> bell;
    bool stopped = false;
    bool draining = false;
    notice::listening hears_drain;
};

/// The watchers of one run on one shard. For that shard's thread, and owned by the watchers there.
struct watch_room {
    std::list<watch_seat*> seats;
};

/// What is configured and counted of a provider's watches.
struct watch_pacing {
    watch_hub::pace_of_provider how;
    metrics::counter* polls = nullptr;
    std::size_t watches = 0;
    std::size_t live = 0; ///< of those, how many poll
};

/// One watch. All but the constants is the board's to touch, under its mutex.
struct watch_entry {
    struct door {
        boost::asio::any_io_executor executor;
        std::weak_ptr<watch_room> room;
        std::size_t seats = 0;
    };

    watch_entry(std::string id, watch_pacing& p, time_point now)
        : run_id(std::move(id)), pacing(p), began(now), idle_since(now) {}

    const std::string run_id;
    watch_pacing& pacing;
    const time_point began;
    watch_end over = watch_end::none;
    watch_duty duty = watch_duty::ours;
    bool leisurely = false;             ///< nobody waited for its first reading
    std::optional<time_point> patience; ///< of the most patient who waited for it
    watched_run run;
    std::optional<error> unread; ///< what the first reading came to, where that ended the watch
    std::vector<door> doors;
    std::size_t seats = 0;
    std::size_t listeners = 0; ///< of those, how many want events
    time_point idle_since;     ///< without seats since
    bool counted = false;      ///< in pacing.live

    boost::asio::any_io_executor poller_at; ///< empty while there is no poller
    std::weak_ptr<alarm> poller_bell;
    std::uint64_t polls = 0;
    std::optional<time_point> first_until; ///< the deadline of the first reading, once it was asked for
    bool look = false;                     ///< poll at once
    time_point read_at{};                  ///< when the run was read last, or should have been
    time_point not_before{};               ///< an error's Retry-After
    double drawn = 0;                      ///< the jitter of the present interval
    unsigned refusals = 0;                 ///< in a row, by a provider that had shown the run before
    unsigned summaries = 0;                ///< tries to read the summary
};

/// What a poller is to do.
struct watch_step {
    enum class kind { poll, summarize, wait, end };
    kind what = kind::end;
    time_point until{};      ///< `wait`: to do that; `poll`, `summarize`: the call's deadline
    bool first = false;      ///< `poll`: the first one
    bool waited_for = false; ///< a client waits for its answer
};

class watch_board {
  public:
    watch_board(std::map<std::string, watch_hub::pace_of_provider> providers, clock& time, metrics& all,
                random_source chance);
    watch_board(const watch_board&) = delete;
    watch_board& operator=(const watch_board&) = delete;

    // For the hub.

    struct joined {
        std::shared_ptr<watch_entry> entry;
        std::shared_ptr<watch_room> room;
        bool fresh = false; ///< it needs a poller
    };
    joined join(const std::string& provider, const std::string& run_id, const watch_hub::place& where, bool leisurely,
                std::optional<time_point> patience);
    /// Null when nobody watches it.
    std::shared_ptr<watch_entry> find(const std::string& run_id) const;
    void observed(watch_entry& e, sighting_ptr seen, time_point asked);
    void look_now(const std::string& run_id);
    std::size_t watches() const;
    std::size_t watches_of(const std::string& provider) const;
    std::size_t watchers() const;

    // For the roster, which settles with the other replicas who watches what.

    /// From now on there may be other replicas. `changed` is called, under the board's lock, when there is something to
    /// settle or to tell. To be called before the first watch; null where the roster ends.
    void attend(std::function<void()> changed);
    /// While alone, every watch is ours from its beginning.
    void set_alone(bool alone);
    struct entry_of_roster {
        std::string run_id;
        watch_duty duty;
        bool wanted; ///< somebody waits for it, and it hasn't ended
    };
    std::vector<entry_of_roster> roster() const;
    void settle(const std::string& run_id, watch_duty duty);
    /// Its watch was let go of: where somebody has come to wait for it meanwhile, it is to be settled anew.
    void settle_rested(const std::string& run_id);
    /// Somebody did something to the run, on another replica.
    void look_if_ours(const std::string& run_id);
    /// What another replica has seen.
    bool follows(const std::string& run_id) const;
    void followed(const std::string& run_id, sighting_ptr seen, time_point asked);
    struct to_tell {
        std::vector<std::string> changed; ///< runs whose state was seen to have changed here
        std::vector<std::string> look;    ///< runs that whoever watches them is to look at
    };
    to_tell take_news();

    // For watchers.

    struct view {
        sighting_ptr seen;
        std::optional<error> unread;
        watch_end over = watch_end::none;
        watch_duty duty = watch_duty::ours;
    };
    view look(const watch_entry& e) const;
    void listen(watch_entry& e);
    void leave(watch_entry& e, const boost::asio::any_io_executor& executor, bool listened);
    /// Where nothing is to be read yet, `at` stays empty. False when some events are gone.
    bool read(const watch_entry& e, std::optional<watched_run::position>& at,
              const std::optional<std::string>& last_event_id,
              std::vector<std::shared_ptr<const watch_event>>& out) const;

    // For the poller.

    void attach(watch_entry& e, boost::asio::any_io_executor executor, std::weak_ptr<alarm> bell);
    /// What is next; counts what it says as begun.
    watch_step next_step(watch_entry& e);
    /// True when that told that the run has stalled.
    bool took_reading(watch_entry& e, sighting_ptr seen, time_point asked);
    /// How that ended the watch, if it did.
    watch_end took_failure(watch_entry& e, const error& why, const std::string& request_id);
    void took_summary(watch_entry& e, const result<summary>& found);
    enum class telling { everybody, nobody };
    /// The poller ends. Nothing where the watch was over before.
    void end(watch_entry& e, watch_end why, telling whom);
    std::pair<watch_end, std::uint64_t> end_and_polls(const watch_entry& e) const;

  private:
    watch_pacing& pacing_of(const std::string& provider);
    std::shared_ptr<watch_room> open_door(watch_entry& e, const boost::asio::any_io_executor& executor);
    void recount(watch_entry& e);
    void finish(watch_entry& e, watch_end why, telling whom = telling::everybody);
    bool take(watch_entry& e, const sighting_ptr& seen, time_point asked, time_point now);
    bool wanted(const watch_entry& e) const;
    void tell_roster() const;
    void begin_interval(watch_entry& e, time_point now);
    duration interval(const watch_entry& e, time_point now) const;
    watch_step step_after_end(watch_entry& e, time_point now);
    void count_event(const watch_entry& e);
    static void wake_watchers(const watch_entry& e);
    static void wake_poller(const watch_entry& e);

    clock& time_;
    metrics& all_;
    metrics::gauge& watches_;
    metrics::gauge& watchers_;
    usual_durations usual_;

    mutable std::mutex mutex_; ///< of all below, and of every entry
    random_source chance_;
    std::map<std::string, watch_pacing> paces_;
    std::map<watch_event_kind, metrics::counter*> events_;
    std::unordered_map<std::string, std::shared_ptr<watch_entry>> entries_;
    std::size_t seats_ = 0;
    std::function<void()> roster_changed_; ///< empty: there are no other replicas
    bool alone_ = true;
    to_tell news_;
};

} // namespace evalbridge
