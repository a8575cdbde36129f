#pragma once
// What this process remembers of runs beyond what a vendor tells: that one has ended (a terminal status is frozen),
// that we asked for its cancellation, and the labels and the suite it was started with. Shared by all shards; bounded,
// the least recently used go first.

#include "base/log.hpp"
#include "base/recent_map.hpp"
#include "mapping/run.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace evalbridge {

class run_memory {
  public:
    explicit run_memory(logger& log, std::size_t capacity = 20'000);

    /// A run of ours, just started with these labels; of a suite where it says so.
    void created(run& r, const std::map<std::string, std::string>& labels);
    /// What was kept of a run elsewhere, by an earlier process or another replica. What is remembered here goes before.
    void recall(const run& kept);
    /// Its cancellation was asked for and the vendor didn't refuse.
    void cancel_requested(const std::string& run_id);
    /// Completes a run that was just read with what is remembered, and remembers what it tells. A vendor that goes
    /// back on a terminal status is logged and counted; the first terminal status stays.
    void observe(run& r);
    /// Whether the run is known to have ended.
    bool is_terminal(const std::string& run_id) const;
    /// How often a vendor contradicted a terminal status.
    std::uint64_t contradictions() const;

  private:
    /// How a run stood when its status was kept.
    struct ending {
        std::optional<std::string> native_status;
        std::optional<run_outcome> outcome;
        std::optional<std::string> outcome_source;
        std::optional<std::string> error;
        std::optional<timestamp> finished_at;
    };
    struct entry {
        std::optional<run_status> shown; ///< kept while it is cancelling or terminal
        ending as_ended;                 ///< what a contradiction doesn't change
        std::map<std::string, std::string> labels;
        std::optional<std::string> suite;
    };
    logger& log_;
    mutable std::mutex mutex_;
    recent_map<entry> entries_;
    std::uint64_t contradictions_ = 0;
};

} // namespace evalbridge
