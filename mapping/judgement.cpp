#include "mapping/judgement.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace evalbridge {
namespace {

bool is_textual(value_type type) { return type == value_type::text || type == value_type::boolean; }

/// The value's number, unless it is one that stands beside a text for want of anything else (vendors send 0 there).
std::optional<double> number_of(const metric_value& value) {
    if (is_textual(value.type) || !value.number || !std::isfinite(*value.number))
        return {};
    return value.number;
}

const model_text* text_of(const metric_value& value) {
    const bool numeric = value.type == value_type::number || value.type == value_type::percentage;
    return numeric || !value.text ? nullptr : &*value.text;
}

bool fits_float(double number) { return std::abs(number) <= std::numeric_limits<float>::max(); }

bool reaches(double number, double bound, bool lower_is_better) {
    if (fits_float(number) && fits_float(bound)) {
        number = static_cast<float>(number);
        bound = static_cast<float>(bound);
    }
    return lower_is_better ? number <= bound : number >= bound;
}

bool is_set(const std::optional<metric_threshold>& threshold) {
    return threshold && (threshold->value || !threshold->passing_texts.empty());
}

std::optional<bool> decide_configured(const metric_value& value, const metric_threshold& threshold,
                                      score_direction direction) {
    if (const auto number = number_of(value); number && threshold.value && std::isfinite(*threshold.value)) {
        if (direction == score_direction::unknown)
            return {};
        return reaches(*number, *threshold.value, direction == score_direction::lower_is_better);
    }
    const auto* text = text_of(value);
    if (!text || threshold.passing_texts.empty())
        return {};
    return std::ranges::any_of(threshold.passing_texts,
                               [&](const auto& passing) { return equal_folded(passing, *text); });
}

std::optional<bool> decide_star(const metric_value& value, const star_threshold& star) {
    const auto number = number_of(value);
    if (!number || !star.value || !std::isfinite(*star.value))
        return {};
    return reaches(*number, *star.value, star.inverted);
}

bool is_unit(const score_range& range) { return range.min == 0 && range.max == 1; }

/// Empty for a range that is empty, or so wide or narrow that the result leaves the doubles.
std::optional<double> on_unit_scale(double number, const score_range& range) {
    const auto width = range.max - range.min;
    if (!(width > 0) || !std::isfinite(width))
        return {};
    const auto score = (number - range.min) / width;
    return std::isfinite(score) ? std::optional(score) : std::nullopt;
}

decision decided(std::optional<bool> passed, std::string_view note) {
    if (!passed)
        return {};
    return {passed, passed_source::threshold, note};
}

} // namespace

decision decide_passed(const metric_value& value, const metric_traits& traits, const star_threshold* star) {
    if (is_set(traits.threshold))
        return decided(decide_configured(value, *traits.threshold, traits.direction), "configured threshold");
    if (star)
        return decided(decide_star(value, *star), star->value_derived
                                                      ? "star metric threshold derived from a legacy percentage"
                                                      : "star metric threshold");
    return {};
}

rescaled rescale_score(const metric_value& value, const metric_traits& traits) {
    const auto number = number_of(value);
    if (!number)
        return {};
    if (traits.range && is_unit(*traits.range))
        return {number, {}};
    if (const auto score = traits.range ? on_unit_scale(*number, *traits.range) : std::nullopt)
        return {score, "rescaled from the metric's range"};
    return {number, "the vendor's scale is not known: as given", note_kind::defaulted};
}

metric_traits merge_traits(const metric_traits* dictionary, const metric_traits* catalogue) {
    metric_traits merged = dictionary ? *dictionary : metric_traits{};
    if (!catalogue)
        return merged;
    if (merged.direction == score_direction::unknown)
        merged.direction = catalogue->direction;
    if (!merged.range)
        merged.range = catalogue->range;
    if (!merged.unit)
        merged.unit = catalogue->unit;
    return merged;
}

} // namespace evalbridge
