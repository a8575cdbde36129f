#pragma once
// Whether and when a failed attempt is made again. Pure: time and chance come in.

#include "base/random.hpp"
#include "upstream/classify.hpp"
#include "upstream/options.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>

namespace evalbridge {

/// The wait before attempt number `attempt` + 1, where `attempt` counts from 1: full jitter, [0, min(cap, base *
/// 2^(attempt-1))).
duration backoff(unsigned attempt, const retry_options& options, const random_source& chance);

/// The wait before another attempt, or nothing where there is to be none: the verdict isn't retryable, the attempts
/// are used up, a create may have been sent, or the wait would reach the deadline. A wait that the provider told wins
/// over ours, unless it is longer than `longest_told` (then there is no other attempt: coming earlier is what it asked
/// us not to do).
std::optional<duration> wait_before_retry(const verdict_on_attempt& last, unsigned attempts_made, const call& c,
                                          time_point now, const retry_options& options, const random_source& chance);

/// Keeps retries from multiplying what a sick provider gets: at most `budget` of the calls under way, or the floor,
/// whichever is more, may be retries at one time, their waits included. From any thread.
class retry_budget {
  public:
    explicit retry_budget(const retry_options& options) : share_(options.budget), floor_(options.budget_floor) {}

    /// A call under way, from its first attempt to its end.
    class active_call {
      public:
        explicit active_call(retry_budget& budget) : budget_(&budget) { ++budget_->active_; }
        active_call(const active_call&) = delete;
        active_call& operator=(const active_call&) = delete;
        ~active_call() {
            end_retry();
            --budget_->active_;
        }
        /// Whether it may retry; held until `end_retry` or its end. Asking while one is held is a bug.
        bool begin_retry();
        void end_retry();

      private:
        retry_budget* budget_;
        bool retrying_ = false;
    };

    std::size_t active() const { return active_; }
    std::size_t retrying() const { return retrying_; }

  private:
    const double share_;
    const std::size_t floor_;
    std::atomic<std::size_t> active_{0};
    std::atomic<std::size_t> retrying_{0};
};

} // namespace evalbridge
