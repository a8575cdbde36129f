#pragma once
// How long runs like this one usually take: what tells a watch when to look more often, and when a run has stalled.
// Shared by all shards; bounded.

#include "base/clock.hpp"
#include "mapping/run.hpp"

#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace evalbridge {

class usual_durations {
  public:
    explicit usual_durations(std::size_t capacity = 1000) : capacity_(capacity) {}

    /// A run has ended: by its own times (started, or created, to finished). Without them, where it didn't complete, or
    /// where it is among the latest already, nothing is learned.
    void learn(const run& ended);
    /// The median of the latest runs with the same provider, metrics and kind of scope; nothing before the third.
    std::optional<duration> of(const run& r) const;

  private:
    struct sample {
        std::string run_id;
        duration took;
    };
    struct kind {
        std::string key;
        std::deque<sample> latest; ///< at most 16
    };
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::list<kind> kinds_; ///< most recently learned first
    std::unordered_map<std::string, std::list<kind>::iterator> index_;
};

} // namespace evalbridge
