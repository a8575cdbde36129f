#pragma once
// What all shards know of one provider: one object a provider, shared by its stacks. Every part is safe from any
// thread, and none is held over an await.

#include "base/error.hpp"
#include "base/metrics.hpp"
#include "upstream/policy/answer_cache.hpp"
#include "upstream/policy/circuit_breaker.hpp"
#include "upstream/policy/rate_budget.hpp"
#include "upstream/policy/recent_latency.hpp"
#include "upstream/policy/retry.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace evalbridge {

/// What went wrong last, for people who look why.
class last_failure {
  public:
    struct record {
        errc code = errc::internal;
        std::string operation;
        std::optional<int> status; ///< the provider's, when it answered
        std::chrono::system_clock::time_point at{};
    };
    void set(record r);
    std::optional<record> get() const;

  private:
    mutable std::mutex mutex_;
    std::optional<record> record_;
};

/// A provider's own time series. Labels: provider (a configured name), operation (a literal of ours), class.
class upstream_meters {
  public:
    upstream_meters(metrics& all, std::string provider);

    /// evalbridge_upstream_attempts_total{provider,operation,class} and evalbridge_upstream_attempt_seconds{provider}.
    /// A lock and a lookup, once the operation has had that class before.
    void attempt(std::string_view operation, attempt_class what, duration took);

    metrics::counter& retries;          ///< evalbridge_upstream_retries_total
    metrics::counter& retries_refused;  ///< evalbridge_upstream_retries_refused_total: by the retry budget
    metrics::counter& breaker_refusals; ///< evalbridge_breaker_refusals_total
    metrics::counter& rate_refusals;    ///< evalbridge_rate_refusals_total
    metrics::counter& queue_refusals;   ///< evalbridge_upstream_queue_refusals_total
    metrics::counter& cache_hits;       ///< evalbridge_cache_hits_total
    metrics::counter& cache_misses;     ///< evalbridge_cache_misses_total: of requests that might have been kept
    metrics::counter& shared_flights;   ///< evalbridge_single_flight_hits_total: joined another's request
    metrics::gauge& in_flight;          ///< evalbridge_upstream_in_flight: attempts under way
    metrics::gauge& queued;             ///< evalbridge_upstream_queued: waiting for one to end
    metrics::gauge& rate_waiting;       ///< evalbridge_rate_waiting: waiting for the rate budget

  private:
    metrics& all_;
    const std::string provider_;
    metrics::histogram& attempt_seconds_;
    std::mutex mutex_;
    std::map<std::pair<std::string_view, attempt_class>, metrics::counter*> attempts_; ///< operations are literals
};

struct provider_state {
    /// `options` is copied. Registers breaker state and budget left with `all`, looked at through `time` before each
    /// exposition; both outlive it. Outlives the io_context of every shard that uses it, since suspended calls hold
    /// parts of it.
    provider_state(std::string name, const upstream_options& options, metrics& all, clock& time);
    provider_state(const provider_state&) = delete;
    provider_state& operator=(const provider_state&) = delete;

    const std::string name;
    const upstream_options options;
    circuit_breaker breaker;
    rate_budget budget;
    retry_budget retries;
    answer_cache cache;
    recent_latency latency; ///< of attempts that were answered
    last_failure failure;
    upstream_meters meters;

  private:
    void show(metrics& all, clock& time);
    /// For `all`, which lives longer than what it shows.
    const std::shared_ptr<const provider_state*> here_;
};

} // namespace evalbridge
