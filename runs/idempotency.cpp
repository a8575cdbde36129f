#include "runs/idempotency.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

bool is_acceptable_key(const std::string& key) {
    return !key.empty() && key.size() <= 255 &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace

idempotency_memory::idempotency_memory(clock& time, std::size_t capacity, std::chrono::hours keep)
    : time_(time), capacity_(capacity), keep_(keep) {}

result<std::optional<kept_answer>> idempotency_memory::begin(const std::string& client, const std::string& key,
                                                             std::string_view body) {
    if (!is_acceptable_key(key))
        return error(errc::invalid_request)
            .because("The Idempotency-Key header is malformed.")
            .fault("Idempotency-Key", "must be 1 to 255 visible ASCII characters", "header");
    const auto hash = sha256(body);
    const address where(client, key);
    const std::lock_guard lock(mutex_);
    drop_old();
    if (const auto at = records_.find(where); at != records_.end()) {
        if (at->second.body != hash)
            return error(errc::unsupported)
                .because("This Idempotency-Key was used with another body. Use a new key for a new run.")
                .fault("Idempotency-Key", "was used with another body", "header");
        if (!at->second.answer)
            return error(errc::conflict)
                .because("The request with this Idempotency-Key is still in flight.")
                .retry_after(std::chrono::seconds(1))
                .retryable(true);
        return at->second.answer;
    }
    if (records_.size() >= capacity_)
        return error(errc::overloaded)
            .because("No room for a further Idempotency-Key: none of those kept is old enough to go.")
            .retry_after(std::chrono::minutes(1));
    records_.emplace(where, record{hash, {}, time_.now()});
    return std::optional<kept_answer>();
}

void idempotency_memory::finish(const std::string& client, const std::string& key, kept_answer answer) {
    const std::lock_guard lock(mutex_);
    const address where(client, key);
    const auto at = records_.find(where);
    if (at == records_.end())
        return;
    at->second.answer = std::move(answer);
    at->second.since = time_.now();
    finished_.emplace_back(at->second.since, where);
}

void idempotency_memory::forget(const std::string& client, const std::string& key) {
    const std::lock_guard lock(mutex_);
    records_.erase(address(client, key));
}

void idempotency_memory::drop_old() {
    const auto now = time_.now();
    while (!finished_.empty() && now - finished_.front().first >= keep_) {
        records_.erase(finished_.front().second);
        finished_.pop_front();
    }
}

} // namespace evalbridge
