#pragma once
// What the vendor says of metrics apart from any run: its catalogue, and a test case's star metric. Both are needed to
// tell whether a value passed and on what scale it is.

#include "mapping/metric.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace evalbridge::gradient {

/// Metrics by id and name.
class metric_catalogue {
  public:
    metric_catalogue() = default;
    /// As decoded: not joined with a dictionary, each with its `raw`.
    explicit metric_catalogue(std::vector<metric_info> metrics);

    const std::vector<metric_info>& metrics() const { return metrics_; }
    /// By id where there is one and it is listed, else by name (without regard to ASCII case). Null where neither is.
    const metric_info* find(const metric_ref& metric) const;

  private:
    std::vector<metric_info> metrics_;
    std::unordered_map<std::string, std::size_t> by_id_;
    std::unordered_map<std::string, std::size_t> by_name_; ///< in lower case
};

/// A test case's one metric that has a threshold.
struct star_setting {
    std::optional<std::string> id;
    std::optional<std::string> name;
    std::optional<double> threshold;     ///< on the metric's own scale
    std::optional<double> threshold_pct; ///< the older, deprecated form: 0..100
};

struct test_case {
    std::optional<star_setting> star;
    metric_catalogue metrics; ///< those of this version of the test case, as the catalogue lists them
};

/// Whether it is the star metric: by id where both have one, else by name.
bool is_star(const star_setting& star, const metric_ref& metric);

} // namespace evalbridge::gradient
