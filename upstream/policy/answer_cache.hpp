#pragma once
// Answers that stay true, within a bound of bytes; the least recently used go first. Shared by all shards.

#include "base/clock.hpp"
#include "upstream/http_message.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace evalbridge {

class answer_cache {
  public:
    /// `max_bytes` counts keys, bodies, fields and bookkeeping, see `cost`. 0 keeps nothing.
    explicit answer_cache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// Null where there is none, or it is out of date.
    std::shared_ptr<const http_response> find(std::string_view key, time_point now);
    /// Replaces an answer that is there. One that is larger than an eighth of the cache isn't kept.
    void put(std::string key, http_response answer, time_point until);
    void clear();

    /// What an answer under that key counts: the memory that it takes, but for what the allocator adds.
    static std::size_t cost(const std::string& key, const http_response& answer);

    std::size_t bytes() const;
    std::size_t size() const;

  private:
    struct entry {
        std::string key;
        std::shared_ptr<const http_response> answer;
        time_point until;
        std::size_t bytes = 0;
    };
    using entries = std::list<entry>;
    void drop(entries::iterator at);

    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    entries entries_;                                               ///< most recently used first
    std::unordered_map<std::string_view, entries::iterator> index_; ///< keys are views into the entries
    std::size_t bytes_ = 0;
};

} // namespace evalbridge
