#pragma once
// Finished comparisons, for a while: whoever walks through the flips of two large runs doesn't have them read and
// compared anew for every page. Only of runs that have ended, whose verdicts don't change any more. Shared by all
// shards.

#include "base/clock.hpp"
#include "compare/comparison.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace evalbridge {

/// A comparison with what the pages of its flips need.
struct finished_comparison {
    comparison what;
    std::vector<flip> flips; ///< as in joined_runs
    std::uint64_t regressions = 0;
    std::vector<page_mark> pages_a;
    std::vector<page_mark> pages_b;

    /// What it takes in memory, about.
    std::size_t bytes() const;
};

class comparison_memory {
  public:
    comparison_memory(std::size_t most_bytes, duration keep) : most_bytes_(most_bytes), keep_(keep) {}

    /// Null where it isn't remembered. Shared, since whoever has it may still read it when it is forgotten.
    std::shared_ptr<const finished_comparison> find(const std::string& key, time_point now);
    /// The least recently used ones make room; what is larger than the whole memory isn't remembered.
    void keep(const std::string& key, std::shared_ptr<const finished_comparison> finished, time_point now);

  private:
    struct entry {
        std::string key;
        std::shared_ptr<const finished_comparison> finished;
        std::size_t bytes = 0;
        time_point until;
    };
    void forget(std::list<entry>::iterator which);

    const std::size_t most_bytes_;
    const duration keep_;
    std::mutex mutex_;
    std::list<entry> entries_; ///< the most recently used first; few, so they are looked through
    std::size_t bytes_ = 0;
};

} // namespace evalbridge
