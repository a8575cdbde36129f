#include "upstream/policy/answer_cache.hpp"

namespace evalbridge {
namespace {

/// What a string takes beside its own object.
std::size_t outside(const std::string& text) {
    static const std::size_t inside = std::string().capacity();
    return text.capacity() > inside ? text.capacity() + 1 : 0;
}

/// What a body that was read at its known length has to spare, and any short text.
constexpr std::size_t usual_spare = 128;

} // namespace

std::size_t answer_cache::cost(const std::string& key, const http_response& answer) {
    // A node of the list, the answer with its count of owners, a node of the index.
    constexpr std::size_t pointer = sizeof(void*);
    constexpr std::size_t fixed = sizeof(entry) + 2 * pointer + sizeof(http_response) + 2 * pointer +
                                  sizeof(std::pair<std::string_view, entries::iterator>) + 3 * pointer;
    return fixed + outside(key) + answer.body.capacity() + answer.fields.capacity();
}

std::shared_ptr<const http_response> answer_cache::find(std::string_view key, time_point now) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end())
        return nullptr;
    const auto at = found->second;
    if (at->until <= now) {
        drop(at);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, at);
    return at->answer;
}

void answer_cache::put(std::string key, http_response answer, time_point until) {
    key.shrink_to_fit();
    if (answer.body.capacity() > answer.body.size() + answer.body.size() / 8 + usual_spare) // it grew as it came
        answer.body = shared_text(answer.body.view());
    const auto size = cost(key, answer);
    const auto kept = std::make_shared<const http_response>(std::move(answer));
    const std::lock_guard lock(mutex_);
    if (const auto old = index_.find(key); old != index_.end())
        drop(old->second);
    if (size > max_bytes_ / 8)
        return;
    entries_.push_front({std::move(key), kept, until, size});
    index_.emplace(entries_.front().key, entries_.begin());
    bytes_ += size;
    while (bytes_ > max_bytes_)
        drop(std::prev(entries_.end()));
}

void answer_cache::clear() {
    const std::lock_guard lock(mutex_);
    index_.clear();
    entries_.clear();
    bytes_ = 0;
}

void answer_cache::drop(entries::iterator at) {
    bytes_ -= at->bytes;
    index_.erase(at->key);
    entries_.erase(at);
}

std::size_t answer_cache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

std::size_t answer_cache::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

} // namespace evalbridge
