#pragma once
// The vendor's words beside ours: one table an enumeration, to be held against the vendor's reference. A word that
// isn't listed is a newer vendor's: it keeps its text and is never an error.

#include "mapping/metric.hpp"
#include "mapping/status.hpp"

#include <optional>
#include <string_view>

namespace evalbridge::gradient {

/// `vendor:` in the configuration and in every object.
inline constexpr std::string_view vendor_name = "gradient";

struct status_word {
    std::string_view native;
    run_status status;
    std::string_view phase; ///< empty: none
};

/// EvaluationRunStatus. Null for a word that isn't listed.
const status_word* find_status(std::string_view native);

/// MetricValueType.
value_type value_type_of(std::string_view native);
/// EvaluationMetricResultStatus: the error that stands for a result which was not calculated, where the vendor gives no
/// description of its own; empty for COMPLETED, UNSPECIFIED and words that aren't listed.
std::string_view failure_of(std::string_view native);
/// SpanType in a word (`llm`, `agent`); empty for UNKNOWN, the word itself where it isn't listed.
std::string_view span_type_of(std::string_view native);
/// MetricCategory in a word (`safety_and_security`); empty for UNSPECIFIED, the word itself where it isn't listed.
std::string_view category_of(std::string_view native);

} // namespace evalbridge::gradient
