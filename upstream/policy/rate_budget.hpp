#pragma once
// Keeps us inside what a provider lets a credential send: two sliding windows, a minute and an hour, each with shares
// for watch polls and archive reads, corrected by what the provider says of them. Who waits is served by urgency, then
// in the order they came. Shared by all shards.
//
// The windows slide: no span of 60 s (3,600 s) ever holds more than its limit, whichever way the provider counts. When
// the provider counts a request isn't known, only that it is between its sending and its end. So a request counts from
// its sending until a window after its end.
//
// Several gateways that use the same credential tell each other once a second what they have in their windows. From one
// telling to the next each takes no more than an n-th of a quarter of what room it knows of, n being how many they are:
// then even with what the others have taken since they told, they never take more than there is.

#include "base/clock.hpp"
#include "upstream/call.hpp"
#include "upstream/http_message.hpp"
#include "upstream/options.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

namespace evalbridge {

class rate_window;

/// What a provider's answer says of its limits.
struct quota_told {
    bool throttled = false;                               ///< 429
    std::optional<std::chrono::milliseconds> retry_after; ///< with 429
    std::optional<std::uint32_t> limit;                   ///< ratelimit-limit
    std::optional<std::uint32_t> remaining;               ///< ratelimit-remaining
    std::optional<std::chrono::milliseconds> reset;       ///< ratelimit-reset: until room comes, from now
};
/// Reads `retry-after` and `ratelimit-limit`, `-remaining`, `-reset` (seconds since 1970, or seconds from now where the
/// number is too small to be a date); junk is ignored.
quota_told read_quota(const http_response& answer, std::chrono::system_clock::time_point now);

/// What the other replicas have in their windows, by urgency.
struct foreign_use {
    std::array<std::uint32_t, urgency_count> minute{};
    std::array<std::uint32_t, urgency_count> hour{};
    std::size_t replicas = 1; ///< this one included
    bool has_turn = false;    ///< of a few seconds each: who takes the last that can't be divided
};

class rate_budget {
  public:
    explicit rate_budget(const rate_options& options);
    ~rate_budget();

    struct ruling {
        enum class kind { go, wait, refuse };
        kind what = kind::go;
        time_point look_again{};  ///< `wait`: when to call `again`, at the latest a second from now
        time_point due{};         ///< `wait`: when it will be served unless somebody more urgent comes; see `ask`
        duration retry_after{};   ///< `refuse`: when there would be room
        std::uint64_t ticket = 0; ///< `wait`
    };
    /// A call wants to be sent. `go` has taken its place in the windows, and `ended` or `not_sent` is to be called once
    /// for it. `refuse`: it can't be served before its deadline, or too many wait already. `due` holds where everybody
    /// looks again when told to and nobody ahead leaves (the place of one who does is idle until the next looks), and
    /// takes what is under way to end at once, for want of anything better.
    ruling ask(time_point now, urgency who, time_point deadline);
    /// One who waits looks again: `go`, `wait` (same ticket) or `refuse` (then the ticket is gone).
    ruling again(std::uint64_t ticket, time_point now);
    /// One who waited doesn't any more.
    void leave(std::uint64_t ticket);
    /// One that went has ended, whatever came of it.
    void ended(urgency who, time_point now);
    /// One that went wasn't sent after all: not a byte of it can have reached the provider. Instead of `ended`.
    void not_sent(urgency who);
    /// As `ended`, where nobody knows the time any more, as the frame that held it is taken apart.
    void ended(urgency who);

    /// What an answer said. A 429 closes the gate: for `retry_after`, else until `reset` where nothing remains, else
    /// for a few seconds that double with each 429 in a row. A `limit` is a window's where `reset` can be (beyond a
    /// minute, the minute's it isn't): the closer one's, where it is within a factor of four of what is configured or,
    /// where nothing is, was told last. Of one that is near neither, `reset` speaks for the minute or the hour, and
    /// without it an unknown window is the hour's above 1,000 and the minute's below; far above what is configured it
    /// is of another window than ours, and then, or where no limit is told, the gate closes until `reset` where nothing
    /// remains. A `remaining` below what we count, with all that is under way, means that others use the same
    /// credential: the difference counts as used, and leaves the window bit by bit from `reset` on. To be called after
    /// `ended`.
    void told(const quota_told& what, time_point now);

    struct use {
        std::array<std::uint32_t, urgency_count> minute{};
        std::array<std::uint32_t, urgency_count> hour{};
    };
    /// What counts in the windows of this replica's own, with what is under way.
    use own_use(time_point now) const;
    /// What the others told, once a second. Where they haven't for `foreign_patience`, each keeps to an n-th of the
    /// limits.
    void share_with(const foreign_use& others, time_point now);
    static constexpr std::chrono::seconds foreign_patience{5};

    struct window_view {
        std::uint32_t limit = 0; ///< 0: none known
        std::uint32_t used = 0;
        std::uint32_t remaining() const { return limit > used ? limit - used : 0; }
        duration until_room{}; ///< 0 where there is some
    };
    struct view {
        window_view minute;
        window_view hour;
        duration closed_for{}; ///< after a 429, or where nothing remained
        std::size_t waiting = 0;
    };
    view look(time_point now) const;
    /// How many watch polls a second there is room for, which the watches share among them: what the minute's share
    /// allows, and no more than would use up a quarter of an hour from now what remains of the hour's; never 0.
    /// Infinite where no limit is known.
    double watch_rate(time_point now) const;

  private:
    struct waiter {
        std::uint64_t ticket;
        time_point deadline;
        time_point due;
        std::uint64_t version; ///< of the budget, that `due` was reckoned with
    };
    using line = std::list<waiter>;
    using counts = std::array<std::size_t, urgency_count>;

    void settle(time_point now) const;
    bool is_open(time_point now) const { return now >= closed_until_; }
    bool fits(urgency who, time_point now) const;
    std::uint32_t used_of(const rate_window& window, time_point now) const;
    void take(urgency who) {
        ++under_way_[static_cast<std::size_t>(who)];
        ++taken_;
    }
    /// How many more may be sent before the other replicas have told again.
    std::uint64_t allowance(time_point now) const;
    time_point next_telling(time_point now) const;
    void end(urgency who);
    time_point forecast(time_point now, urgency who, const counts& ahead) const;
    counts ahead_of(urgency who, line::const_iterator self) const;
    std::size_t waiting() const;
    ruling refuse(urgency who, line::iterator self, duration retry_after);
    rate_window* window_of(const quota_told& what) const;
    bool is_hours(const quota_told& what) const;
    bool may_become(const rate_window& window, const quota_told& what) const;
    bool is_configured(const rate_window& window) const;
    std::uint32_t known_limit(const rate_window& window) const;
    void follow(rate_window& window, const quota_told& what);
    void hold_until(time_point when);
    void close(const quota_told& what, time_point now);
    window_view look(const rate_window& window, time_point now) const;

    const rate_options options_;
    mutable std::mutex mutex_;
    std::unique_ptr<rate_window> minute_;
    std::unique_ptr<rate_window> hour_;
    std::array<line, urgency_count> waiting_;
    std::array<std::uint32_t, urgency_count> under_way_{};
    time_point closed_until_{};
    mutable time_point latest_{}; ///< that anybody told
    unsigned throttled_in_a_row_ = 0;
    std::uint64_t next_ticket_ = 1;
    std::size_t replicas_ = 1;
    std::uint64_t allowed_ = 0; ///< from one telling to the next
    std::uint64_t taken_ = 0;   ///< of that
    time_point told_at_{};      ///< by the other replicas
    std::uint64_t version_ = 0; ///< grows when those who wait may have to wait longer
};

} // namespace evalbridge
