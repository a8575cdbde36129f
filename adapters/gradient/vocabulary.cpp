#include "adapters/gradient/vocabulary.hpp"

#include <span>

namespace evalbridge::gradient {
namespace {

struct word {
    std::string_view native;
    std::string_view ours;
};

// The first nine are the OpenAPI's; the last three are in the enumerations of the vendor's ADK and MCP clients only.
constexpr status_word statuses[] = {
    {"EVALUATION_RUN_STATUS_UNSPECIFIED", run_status::unknown, {}},
    {"EVALUATION_RUN_QUEUED", run_status::pending, {}},
    {"EVALUATION_RUN_RUNNING_DATASET", run_status::running, "dataset"},
    {"EVALUATION_RUN_EVALUATING_RESULTS", run_status::running, "evaluating"},
    {"EVALUATION_RUN_CANCELLING", run_status::cancelling, {}},
    {"EVALUATION_RUN_CANCELLED", run_status::cancelled, {}},
    {"EVALUATION_RUN_SUCCESSFUL", run_status::completed, {}},
    {"EVALUATION_RUN_PARTIALLY_SUCCESSFUL", run_status::partial, {}},
    {"EVALUATION_RUN_FAILED", run_status::failed, {}},
    {"EVALUATION_RUN_STATUS_UNKNOWN", run_status::unknown, {}},
    {"EVALUATION_RUN_RUNNING", run_status::running, {}},
    {"EVALUATION_RUN_COMPLETED", run_status::completed, {}},
};

struct value_type_word {
    std::string_view native;
    value_type type;
};

constexpr value_type_word value_types[] = {
    {"METRIC_VALUE_TYPE_UNSPECIFIED", value_type::unknown},
    {"METRIC_VALUE_TYPE_NUMBER", value_type::number},
    {"METRIC_VALUE_TYPE_STRING", value_type::text},
    {"METRIC_VALUE_TYPE_PERCENTAGE", value_type::percentage},
};

constexpr word failures[] = {
    {"EVALUATION_METRIC_RESULT_STATUS_FAILED", "the metric failed"},
    {"EVALUATION_METRIC_RESULT_STATUS_SKIPPED", "the metric was skipped"},
};

constexpr word span_types[] = {
    {"TRACE_SPAN_TYPE_UNKNOWN", {}},  {"TRACE_SPAN_TYPE_LLM", "llm"},     {"TRACE_SPAN_TYPE_RETRIEVER", "retriever"},
    {"TRACE_SPAN_TYPE_TOOL", "tool"}, {"TRACE_SPAN_TYPE_AGENT", "agent"}, {"TRACE_SPAN_TYPE_WORKFLOW", "workflow"},
};

constexpr word categories[] = {
    {"METRIC_CATEGORY_UNSPECIFIED", {}},
    {"METRIC_CATEGORY_CORRECTNESS", "correctness"},
    {"METRIC_CATEGORY_USER_OUTCOMES", "user_outcomes"},
    {"METRIC_CATEGORY_SAFETY_AND_SECURITY", "safety_and_security"},
    {"METRIC_CATEGORY_CONTEXT_QUALITY", "context_quality"},
    {"METRIC_CATEGORY_MODEL_FIT", "model_fit"},
};

std::string_view translate(std::span<const word> table, std::string_view native) {
    for (const auto& each : table)
        if (each.native == native)
            return each.ours;
    return native;
}

} // namespace

const status_word* find_status(std::string_view native) {
    for (const auto& each : statuses)
        if (each.native == native)
            return &each;
    return nullptr;
}

value_type value_type_of(std::string_view native) {
    for (const auto& each : value_types)
        if (each.native == native)
            return each.type;
    return value_type::unknown;
}

std::string_view failure_of(std::string_view native) {
    for (const auto& each : failures)
        if (each.native == native)
            return each.ours;
    return {};
}

std::string_view span_type_of(std::string_view native) { return translate(span_types, native); }
std::string_view category_of(std::string_view native) { return translate(categories, native); }

} // namespace evalbridge::gradient
