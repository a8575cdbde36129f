#pragma once
// A metric and one value of it, as every vendor's can be told.

#include "mapping/model_text.hpp"
#include "mapping/notes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge {

enum class metric_kind { programmatic, llm_judge, agentic, prompt, unknown };
enum class score_direction { higher_is_better, lower_is_better, unknown };
enum class value_type { number, percentage, text, boolean, unknown };
enum class passed_source { provider, threshold, none };

std::string_view name_of(metric_kind);
std::string_view name_of(score_direction);
std::string_view name_of(value_type);
std::string_view name_of(passed_source);

/// Which metric. `name` is the canonical one of the metric dictionary, or the native one where it isn't listed.
struct metric_ref {
    model_text name;
    model_text native_name;
    std::optional<model_text> native_id;
    metric_kind kind = metric_kind::unknown;
};

/// A metric's value exactly as the vendor sent it.
struct metric_value {
    value_type type = value_type::unknown;
    std::optional<double> number;
    std::optional<model_text> text;
};

struct score_range {
    double min = 0;
    double max = 1;
};

/// What decides `passed` for a value: a bound in the metric's own unit, or the texts that pass.
struct metric_threshold {
    std::optional<double> value;            ///< reached (>= or, where lower is better, <=) means passed
    std::vector<std::string> passing_texts; ///< compared case-insensitively
};

/// What is known of a metric, from wherever it is known: the dictionary wins over the vendor's catalogue.
struct metric_traits {
    score_direction direction = score_direction::unknown;
    std::optional<score_range> range;
    std::optional<metric_threshold> threshold; ///< the configured one only
    std::optional<std::string> unit;
};

/// One entry of a provider's metric catalogue, joined with the dictionary.
struct metric_info {
    metric_ref metric;
    std::string provider;
    std::optional<std::string> description;
    std::optional<std::string> category;
    metric_traits traits;
    value_type type = value_type::unknown;
    bool in_dictionary = false;
    mapping_notes mapping;
    std::optional<model_text> raw;
};

} // namespace evalbridge
