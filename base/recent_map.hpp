#pragma once
// What is remembered of the things that were met last, by their id: the least recently used one makes room.

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace evalbridge {

template <class T> class recent_map {
  public:
    explicit recent_map(std::size_t capacity) : capacity_(capacity) {}
    recent_map(const recent_map&) = delete;
    recent_map& operator=(const recent_map&) = delete;

    /// Null where there is none. Isn't a use.
    T* find(std::string_view id) {
        const auto at = index_.find(id);
        return at == index_.end() ? nullptr : &at->second->second;
    }
    const T* find(std::string_view id) const {
        const auto at = index_.find(id);
        return at == index_.end() ? nullptr : &at->second->second;
    }
    bool contains(std::string_view id) const { return index_.contains(id); }
    /// What there is, or a new one; from now on the most recently used.
    T& use(std::string_view id) {
        if (const auto at = index_.find(id); at != index_.end()) {
            entries_.splice(entries_.begin(), entries_, at->second);
            return entries_.front().second;
        }
        if (entries_.size() >= capacity_) {
            index_.erase(entries_.back().first);
            entries_.pop_back();
        }
        entries_.emplace_front(std::string(id), T());
        index_.emplace(entries_.front().first, entries_.begin());
        return entries_.front().second;
    }

  private:
    using entries = std::list<std::pair<const std::string, T>>;

    const std::size_t capacity_;                                             ///< at least 1
    entries entries_;                                                        ///< most recently used first
    std::unordered_map<std::string_view, typename entries::iterator> index_; ///< keys are the entries'
};

} // namespace evalbridge
