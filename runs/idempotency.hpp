#pragma once
// The same Idempotency-Key starts nothing twice. What is kept: a hash of the request, and the answer, byte for byte.
// Shared by all shards. It lives as long as the process; keys are scoped to the client that sent them.

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace evalbridge {

/// An answer as it goes out.
struct kept_answer {
    int status = 0;
    std::string content_type;
    std::string body;
    std::string location;
};

class idempotency_memory {
  public:
    explicit idempotency_memory(clock& time, std::size_t capacity = 10'000,
                                std::chrono::hours keep = std::chrono::hours(24));

    /// Announces a request. Empty: it is new, and `finish` or `forget` must follow. An answer: it was done before, give
    /// that. Errors: unsupported (same key, other body), conflict (still in flight; with retry_after), overloaded
    /// (every place is held by a key that isn't old enough to go), invalid_request (not 1 to 255 visible ASCII
    /// characters).
    result<std::optional<kept_answer>> begin(const std::string& client, const std::string& key, std::string_view body);
    /// The outcome, kept and given again from now on.
    void finish(const std::string& client, const std::string& key, kept_answer answer);
    /// Nothing was started: the key may be used again, with any body.
    void forget(const std::string& client, const std::string& key);

  private:
    struct record {
        sha256_digest body;
        std::optional<kept_answer> answer;
        time_point since;
    };
    using address = std::pair<std::string, std::string>;
    void drop_old();

    clock& time_;
    const std::size_t capacity_;
    const std::chrono::hours keep_;
    std::mutex mutex_;
    std::map<address, record> records_;
    std::deque<std::pair<time_point, address>> finished_; ///< oldest first
};

} // namespace evalbridge
