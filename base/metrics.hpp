#pragma once
// What the gateway counts of itself, for Prometheus. Counters and gauges may be moved from any thread. A label's value
// comes from a closed set (a route's pattern, an error's code, a configured name), never from what a client or vendor
// sends: each value is a time series that somebody pays for.

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace evalbridge {

class metrics {
  public:
    using counter = prometheus::Counter;
    using gauge = prometheus::Gauge;
    using histogram = prometheus::Histogram;
    using labels = std::map<std::string, std::string>;

    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    /// The series of that name and labels, made the first time it is asked for; it lives as long as this. Costs a lock
    /// and a lookup: ask once and keep the reference. Throws std::invalid_argument for a name that isn't one or has
    /// another type already.
    counter& count(const std::string& name, const std::string& help, const labels& by = {});
    gauge& level(const std::string& name, const std::string& help, const labels& by = {});
    /// `bounds` are the buckets' upper ends, ascending.
    histogram& spread(const std::string& name, const std::string& help, const labels& by,
                      const std::vector<double>& bounds);

    /// Called before each `text`, to set levels that are only looked at then. Everything it refers to outlives this.
    void before_text(std::function<void()> look);
    /// Prometheus' text exposition format 0.0.4.
    std::string text() const;

  private:
    struct registry;
    std::unique_ptr<registry> registry_;
};

} // namespace evalbridge
