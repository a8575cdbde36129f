#pragma once
// The vendor's words and ours, as tables to hold against its pages (docs/eval/runs, docs/eval/verdicts,
// docs/eval/overview).

#include "mapping/metric.hpp"
#include "mapping/status.hpp"

#include <span>
#include <string_view>

namespace evalbridge::staso {

/// `vendor:` in configuration, `provider_options` and the metric dictionary.
inline constexpr std::string_view vendor_name = "staso";

/// Any letter case; run_status::unknown for what isn't in the table.
run_status status_of(std::string_view native);
/// Any letter case; metric_kind::unknown for what isn't in the table.
metric_kind kind_of_runtime(std::string_view native);
/// Whether the vendor documents this trigger. Exact: it is what we send.
bool is_trigger(std::string_view text);

/// A built-in rule. Those whose direction isn't documented have none here.
struct zero_config {
    std::string_view name;
    metric_kind kind;
    score_direction direction;
    std::string_view description;
};
std::span<const zero_config> zero_configs();
/// Null when the vendor documents no built-in rule of that name.
const zero_config* find_zero_config(std::string_view name);

} // namespace evalbridge::staso
