#include "gateway/http/edge_meters.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

// Upper ends in seconds. Most requests take what a provider takes; the gateway's own share is far less.
const std::vector<double> request_bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                         0.5,   1,      2.5,   5,    10,    30,   120};
const std::vector<double> overhead_bounds{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                          0.01,    0.025,  0.05,    0.1,    0.25,  0.5,    1};

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(std::max(time, std::chrono::nanoseconds(0))).count();
}

} // namespace

metrics::counter& slow_readers_of(metrics& all) {
    return all.count("evalbridge_slow_readers_total", "Streams dropped since the client did not read them.");
}

edge_meters::edge_meters(metrics& all)
    : connections(all.level("evalbridge_connections", "Clients' connections that are open.")),
      turned_away(all.count("evalbridge_connections_refused_total", "Connections refused over max_connections.")),
      in_flight(all.level("evalbridge_requests_in_flight", "Requests being worked on.")),
      queued(all.level("evalbridge_requests_queued", "Requests that wait for one in flight to end.")),
      waiting(all.level("evalbridge_requests_waiting", "Waits and event streams that are open.")),
      exporting(all.level("evalbridge_requests_exporting", "Exports that are under way.")),
      shed(all.count("evalbridge_requests_shed_total", "Requests refused with 503 for want of room.")),
      slow_readers(slow_readers_of(all)), all_(all),
      overhead_(all.spread("evalbridge_gateway_overhead_seconds",
                           "What a request took beyond its waits for providers and for the client's bytes.", {},
                           overhead_bounds)) {}

void edge_meters::answered(const request& r) {
    const place at = place_of(r);
    at.count->Increment();
    if (r.streamed)
        return;
    at.seconds->Observe(seconds(r.took));
    overhead_.Observe(seconds(r.took - r.waited));
}

edge_meters::place edge_meters::place_of(const request& r) {
    const std::lock_guard lock(mutex_);
    const auto known = places_.find(std::tuple(r.route, r.method, r.status, r.code));
    if (known != places_.end())
        return known->second;
    const std::string route(r.route), code(r.code);
    const auto method = name_of(r.method);
    const metrics::labels by{{"route", route},
                             {"method", method.empty() ? "other" : std::string(method)},
                             {"status", std::to_string(r.status)},
                             {"code", code}};
    const place made{&all_.count("evalbridge_requests_total", "Requests answered.", by),
                     &all_.spread("evalbridge_request_seconds",
                                  "From a request's head to the end of its answer; not of streams.", {{"route", route}},
                                  request_bounds)};
    places_.emplace(series(route, r.method, r.status, code), made);
    return made;
}

} // namespace evalbridge
