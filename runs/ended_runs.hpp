#pragma once
// Ended runs as they were last answered: what can't change any more needn't be read, translated and written anew for
// every client that asks. Kept for as long as the cache of upstream/ keeps the answer they were made of, from when that
// was read last. Shared by all shards.

#include "base/clock.hpp"
#include "base/recent_map.hpp"
#include "runs/run_sighting.hpp"

#include <mutex>

namespace evalbridge {

class ended_runs {
  public:
    explicit ended_runs(std::size_t most = 500) : known_(most) {}

    /// Null where it isn't known, or for too long.
    sighting_ptr find(const std::string& run_id, time_point now) {
        const std::lock_guard lock(mutex_);
        const auto* known = known_.find(run_id);
        return known && now < known->until ? known_.use(run_id).seen : nullptr;
    }
    void keep(sighting_ptr seen, time_point until) {
        const std::lock_guard lock(mutex_);
        auto& known = known_.use(seen->seen->id);
        known = {std::move(seen), until};
    }

  private:
    struct entry {
        sighting_ptr seen;
        time_point until;
    };
    std::mutex mutex_;
    recent_map<entry> known_;
};

} // namespace evalbridge
