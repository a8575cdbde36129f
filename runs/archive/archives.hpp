#pragma once
// Which runs are served from the store. Shared by all shards. What is known to be archived stays known until it is
// dropped here or found dropped; that a run isn't archived is believed for a moment only, since any replica may be just
// about to have it.

#include "store/archive.hpp"
#include "store/store.hpp"

#include "base/clock.hpp"

#include <mutex>
#include <unordered_map>

namespace evalbridge {

class archives {
  public:
    /// Both outlive it.
    archives(store& kept, clock& time) : kept_(kept), time_(time) {}

    /// The vendor of an archived run; empty where it isn't archived. Errors: store_unavailable.
    boost::asio::awaitable<result<std::optional<std::string>>> vendor_of(std::string run_id);
    /// Something changed: the store is asked next time.
    void forget(const std::string& run_id);

    store& kept() { return kept_; }

  private:
    struct entry {
        std::optional<std::string> vendor;
        time_point until;
    };
    static constexpr std::size_t most_known = 50'000;

    store& kept_;
    clock& time_;
    std::mutex mutex_;
    std::unordered_map<std::string, entry> known_;
};

} // namespace evalbridge
