#pragma once
// What the edge counts of itself: requests by route and code, how long they took, and how much of that was the
// gateway's own. One for all shards.

#include "base/metrics.hpp"
#include "gateway/http/request_context.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace evalbridge {

/// evalbridge_slow_readers_total: streams dropped since they weren't read, whether by the edge, which can't write, or
/// by their source, which can't keep more.
metrics::counter& slow_readers_of(metrics& all);

class edge_meters {
  public:
    explicit edge_meters(metrics& all);

    struct request {
        std::string_view route; ///< a route's pattern; empty where none matched
        verb method = verb::get;
        int status = 200;
        std::string_view code; ///< of the problem, empty for a success
        std::chrono::nanoseconds took{};
        std::chrono::nanoseconds waited{}; ///< of it, for providers and for the client's bytes
        bool streamed = false;             ///< its time is the client's: counted, not timed
    };
    /// evalbridge_requests_total{route,method,status,code}, evalbridge_request_seconds{route},
    /// evalbridge_gateway_overhead_seconds: the difference of the two times. Allocates for a new series only.
    void answered(const request& r);

    metrics::gauge& connections;    ///< evalbridge_connections
    metrics::counter& turned_away;  ///< evalbridge_connections_refused_total: over max_connections
    metrics::gauge& in_flight;      ///< evalbridge_requests_in_flight
    metrics::gauge& queued;         ///< evalbridge_requests_queued
    metrics::gauge& waiting;        ///< evalbridge_requests_waiting: waits and event streams
    metrics::gauge& exporting;      ///< evalbridge_requests_exporting: exports under way
    metrics::counter& shed;         ///< evalbridge_requests_shed_total: refused with 503 for want of room
    metrics::counter& slow_readers; ///< evalbridge_slow_readers_total: streams dropped since they weren't read

  private:
    struct place {
        metrics::counter* count;
        metrics::histogram* seconds;
    };
    using series = std::tuple<std::string, verb, int, std::string>; ///< route, method, status, code
    place place_of(const request& r);

    metrics& all_;
    metrics::histogram& overhead_;
    std::mutex mutex_; ///< held for one lookup; a series is made once
    std::map<series, place, std::less<>> places_;
};

} // namespace evalbridge
