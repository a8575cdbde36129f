#pragma once
// One watch a live run, however many wait for it, on whichever shard they are. The first to wait starts a poller on its
// shard; everybody hears from it; it ends with the run, or a while after the last has left. The hub itself is a small
// object behind a mutex that is held for one call and never over an await; it wakes other shards by posting to them.

#include "adapters/provider.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/notice.hpp"
#include "base/random.hpp"
#include "runs/registry.hpp"
#include "runs/run_sighting.hpp"
#include "runs/watch_event.hpp"
#include "upstream/options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

class watch_board;
class watch_hub;

/// One that waits for a run. For use on its own shard's thread; leaves the watch when it goes.
class watcher {
  public:
    ~watcher();
    watcher(const watcher&) = delete;
    watcher& operator=(const watcher&) = delete;

    struct news {
        enum class kind {
            events,   ///< `events` has some
            nothing,  ///< `until` came first
            stopped,  ///< `stop` was called
            draining, ///< the gateway is about to end: come back to another
            lagging,  ///< so far behind that events are gone
            ended,    ///< the last event was given before
        };
        kind what = kind::nothing;
        std::vector<std::shared_ptr<const watch_event>> events;
    };

    /// The run as it was last seen, once it has been, until `until`. Errors: whatever reading it the first time came
    /// to; deadline_exceeded; overloaded while draining.
    boost::asio::awaitable<result<run_sighting>> current(time_point until);
    /// Waits until the run isn't in the state of `etag` any more, has ended or can't be watched any more, the watcher
    /// is stopped or the gateway drains: the run as it is then. Nothing when `until` comes first.
    boost::asio::awaitable<std::optional<run_sighting>> change_from(std::string etag, time_point until);
    /// The events after those that were given before. Who never asks for events nor calls `resume_after` costs the
    /// provider no summary when the run ends.
    boost::asio::awaitable<news> next(time_point until);
    /// Begins with what comes after the event of that id. Of an id that this watch doesn't know, the state that it
    /// names is compared: the first event is a `status` with the present state unless that is the same. Without it
    /// (nullopt) the first event is always that `status`. To be called before the first `next`.
    void resume_after(std::optional<std::string> last_event_id);
    /// Whether `last_event_id` says that its owner has had the last event of a run that ended.
    static bool knows_the_end(std::string_view last_event_id, const run_sighting& seen);
    /// Ends whatever it waits for. On its own shard.
    void stop();

    /// How it goes, without waiting.
    struct state {
        sighting_ptr seen;           ///< null before the first reading
        std::optional<error> unread; ///< what the first reading came to
        bool over = false;           ///< nothing more comes
        bool elsewhere = false;      ///< another replica watches it
    };
    state look() const;

  private:
    friend class watch_hub;
    struct parts;
    explicit watcher(std::unique_ptr<parts> p);
    std::unique_ptr<parts> parts_;
};

class watch_hub {
  public:
    /// How a provider's runs are watched.
    struct pace_of_provider {
        watch_options options;
        /// Polls a second that there is room for; empty: no limit is known. Called from any shard; must not call the
        /// hub.
        std::function<double(time_point)> rate;
    };
    /// All references outlive the hub and every shard; the hub outlives the shards' threads.
    watch_hub(std::map<std::string, pace_of_provider> providers, run_registry& runs, clock& time, logger& log,
              metrics& all, random_source chance = make_random_source());
    ~watch_hub();

    /// Where a watcher lives.
    struct place {
        boost::asio::any_io_executor executor;
        notice& draining;
    };
    /// Whether somebody waits for the first reading, or it is made when there is room for it.
    enum class haste { client, none };
    /// Joins the watch of a run, or starts it through `from`, a provider of the caller's shard. The poller has then
    /// a task there, which ends soon after `where.draining` was given and its calls to the provider were ended. The
    /// first reading has until the latest `patience` of those who wait for it: what can't be in time is then refused
    /// at once, with the time until it could be.
    std::unique_ptr<watcher> watch(provider& from, const std::string& native_id, const place& where,
                                   const std::string& request_id, haste first = haste::client,
                                   std::optional<time_point> patience = {});
    /// A run was read anyway, by somebody who asked the provider at `asked`, and run_registry has observed it: its
    /// watch, if there is one, needn't ask, and its watchers are told. What the watch has asked for later stays.
    void observed(const sighting_ptr& seen, time_point asked);
    /// Something was done to a run: its watch, if there is one, looks at once.
    void look_now(const std::string& run_id);

    /// For whoever settles with other replicas who watches what.
    const std::shared_ptr<watch_board>& board() const { return board_; }

    std::size_t watches() const;
    std::size_t watches_of(const std::string& provider) const;
    std::size_t watchers() const;

  private:
    std::shared_ptr<watch_board> board_; ///< shared with watchers and pollers, whose frames may go later than the hub
    run_registry& runs_;
    clock& time_;
    logger& log_;
};

} // namespace evalbridge
