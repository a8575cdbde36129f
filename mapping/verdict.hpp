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
    std::optional<model_text> name;
    std::optional<model_text> type;
};

/// One step of an agentic judge.
struct inspected_step {
    std::optional<std::int64_t> turn; ///< from 1; several steps may share one
    model_text tool;
    model_text target; ///< path, command or glob
};

/// A metric measured on something, run, item or span: what all three share.
struct measurement {
    metric_ref metric;
    std::optional<bool> passed; ///< empty: nothing says
    passed_source decided_by = passed_source::none;
    std::optional<double> score; ///< on 0..1 where the vendor's scale is known, else as given
    metric_value value;
    score_direction direction = score_direction::unknown;
    std::optional<model_text> reason;
    std::optional<model_text> error; ///< the metric could not be calculated; then `passed` is empty
    mapping_notes mapping;
    std::optional<model_text> raw; ///< the vendor's JSON, byte-true and validated, when asked for
};

struct verdict {
    model_text id; ///< stable: the same verdict has the same id on every read
    model_text run_id;
    model_text result_id;
    std::optional<model_text> trace_id;
    verdict_level level = verdict_level::item;
    std::optional<span_ref> span; ///< exactly when level is span
    measurement measured;
    std::optional<model_text> agent_version;
    std::optional<std::int64_t> latency_ms;
    std::optional<timestamp> at;
    std::vector<inspected_step> inspected;
};

/// The stable id of a verdict: `<result>:<metric key>`, then `:<span index>` for a span's, then `#2`, `#3`... where
/// one item carries the same metric several times (`repeat` from 1). Parts are percent-encoded, so that no id of one
/// verdict can be another's. The metric key is the native id, or the native name where there is none. Borrows from
/// `texts` where there are any.
model_text make_verdict_id(std::string_view result_id, const metric_ref& metric, const std::optional<span_ref>& span,
                           unsigned repeat, text_source* texts = nullptr);

} // namespace evalbridge
