#include "compare/comparison_memory.hpp"

#include <algorithm>

namespace evalbridge {

namespace {

/// More than a metric takes, with its names and shortages; and than what goes with every entry.
constexpr std::size_t bytes_of_a_metric = 1024;

} // namespace

std::size_t finished_comparison::bytes() const {
    return bytes_of_a_metric * (1 + what.metrics.size()) + flips.capacity() * sizeof(flip) +
           (pages_a.capacity() + pages_b.capacity()) * sizeof(page_mark);
}

std::shared_ptr<const finished_comparison> comparison_memory::find(const std::string& key, time_point now) {
    const std::lock_guard lock(mutex_);
    const auto at = std::ranges::find(entries_, key, &entry::key);
    if (at == entries_.end())
        return nullptr;
    if (at->until <= now) {
        forget(at);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, at);
    return at->finished;
}

void comparison_memory::keep(const std::string& key, std::shared_ptr<const finished_comparison> finished,
                             time_point now) {
    const auto bytes = finished->bytes();
    const std::lock_guard lock(mutex_);
    if (const auto at = std::ranges::find(entries_, key, &entry::key); at != entries_.end())
        forget(at);
    if (bytes > most_bytes_)
        return;
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto each = at++;
        if (each->until <= now)
            forget(each);
    }
    while (bytes_ + bytes > most_bytes_)
        forget(std::prev(entries_.end()));
    entries_.push_front({key, std::move(finished), bytes, now + keep_});
    bytes_ += bytes;
}

void comparison_memory::forget(std::list<entry>::iterator which) {
    bytes_ -= which->bytes;
    entries_.erase(which);
}

} // namespace evalbridge
