#pragma once
// One judged item x one metric.

#include "mapping/metric.hpp"
#include "mapping/timestamp.hpp"

namespace evalbridge {

enum class verdict_level { item, span };
std::string_view name_of(verdict_level);

/// The span a span-level verdict is about. `index` is the span's position in a depth-first walk of the item's spans,
/// parents before children, from 0.
struct span_ref {
    std::uint32_t index = 0;
    std::optional<std::string> name;
    std::optional<std::string> type;
};

/// One step of an agentic judge.
struct inspected_step {
    std::optional<std::int64_t> turn; ///< from 1; several steps may share one
    std::string tool;
    std::string target; ///< path, command or glob
};

/// A metric measured on something, run, item or span: what all three share.
struct measurement {
    metric_ref metric;
    std::optional<bool> passed; ///< empty: nothing says
    passed_source decided_by = passed_source::none;
    std::optional<double> score; ///< on 0..1 where the vendor's scale is known, else as given
    metric_value value;
    score_direction direction = score_direction::unknown;
    std::optional<std::string> reason;
    std::optional<std::string> error; ///< the metric could not be calculated; then `passed` is empty
    mapping_notes mapping;
    std::optional<std::string> raw; ///< the vendor's JSON, byte-true and validated, when asked for
};

struct verdict {
    std::string id; ///< stable: the same verdict has the same id on every read
    std::string run_id;
    std::string result_id;
    std::optional<std::string> trace_id;
    verdict_level level = verdict_level::item;
    std::optional<span_ref> span; ///< exactly when level is span
    measurement measured;
    std::optional<std::string> agent_version;
    std::optional<std::int64_t> latency_ms;
    std::optional<timestamp> at;
    std::vector<inspected_step> inspected;
};

/// The stable id of a verdict: `<result>:<metric key>`, then `:<span index>` for a span's, then `#2`, `#3`... where
/// one item carries the same metric several times (`repeat` from 1). Parts are percent-encoded, so that no id of one
/// verdict can be another's. The metric key is the native id, or the native name where there is none.
std::string make_verdict_id(std::string_view result_id, const metric_ref& metric, const std::optional<span_ref>& span,
                            unsigned repeat);

} // namespace evalbridge
