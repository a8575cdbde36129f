#pragma once
// What is known of a watched run and what its watchers are told, in order: plain data that knows no thread, no timer
// and no provider.

#include "base/clock.hpp"
#include "runs/run_sighting.hpp"
#include "runs/watch_event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace evalbridge {

class watched_run {
  public:
    /// Events that are kept for those who read slowly or come back.
    static constexpr std::size_t ring_size = 64;

    /// A reading of the run that was asked for at `asked`. True when it tells anything new: not when it was asked for
    /// before the one that is known, equals it, or comes after the run's end.
    bool saw(sighting_ptr now_seen, time_point asked, time_point now);
    /// The run was read again. True once, when nothing has changed for `limit`; then that was told.
    bool found_stalled(duration limit, std::optional<duration> usual, time_point now);
    /// The last event.
    void finish(watch_event_kind kind, std::string data);

    /// Null before the first reading.
    const sighting_ptr& seen() const { return seen_; }
    /// Whether it was seen in a terminal status.
    bool has_ended() const;
    /// What was told last. Not before the first event.
    watch_event_kind last_told() const { return ring_.back()->kind; }

    /// How far somebody has read.
    struct position {
        std::uint64_t next = 1;                   ///< number of the first event of the ring that wasn't read
        std::shared_ptr<const watch_event> first; ///< goes before that one; not in the ring
    };
    /// Where somebody begins who has read the event of that id, or none. Nothing while there is nothing to begin with.
    std::optional<position> begin(const std::optional<std::string>& last_event_id) const;
    /// Appends what follows and moves on. False when some of it is gone.
    bool read(position& from, std::vector<std::shared_ptr<const watch_event>>& out) const;

  private:
    std::string state() const;
    void tell(watch_event_kind kind, std::string data);
    /// One past the last event that told the present state: that it has stalled or ended is told to everybody.
    std::uint64_t before_last_words() const { return next_number_ - (stalled_ ? 1 : 0) - (finished_ ? 1 : 0); }

    sighting_ptr seen_;
    time_point asked_{};
    time_point changed_{};
    bool stalled_ = false; ///< and that was told, last but for the last word
    bool finished_ = false;
    std::deque<std::shared_ptr<const watch_event>> ring_;
    std::uint64_t next_number_ = 1;
};

} // namespace evalbridge
