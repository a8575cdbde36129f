// The words of the API for what is an enum here.

#include "mapping/verdict.hpp"

namespace evalbridge {

// Switches without a default, so that the compiler tells of a value that was added and not named.

std::string_view name_of(metric_kind kind) {
    switch (kind) {
    case metric_kind::programmatic: return "programmatic";
    case metric_kind::llm_judge: return "llm_judge";
    case metric_kind::agentic: return "agentic";
    case metric_kind::prompt: return "prompt";
    case metric_kind::unknown: break;
    }
    return "unknown";
}

std::string_view name_of(score_direction direction) {
    switch (direction) {
    case score_direction::higher_is_better: return "higher_is_better";
    case score_direction::lower_is_better: return "lower_is_better";
    case score_direction::unknown: break;
    }
    return "unknown";
}

std::string_view name_of(value_type type) {
    switch (type) {
    case value_type::number: return "number";
    case value_type::percentage: return "percentage";
    case value_type::text: return "text";
    case value_type::boolean: return "boolean";
    case value_type::unknown: break;
    }
    return "unknown";
}

std::string_view name_of(passed_source source) {
    switch (source) {
    case passed_source::provider: return "provider";
    case passed_source::threshold: return "threshold";
    case passed_source::none: break;
    }
    return "none";
}

std::string_view name_of(verdict_level level) {
    switch (level) {
    case verdict_level::item: break;
    case verdict_level::span: return "span";
    }
    return "item";
}

} // namespace evalbridge
