#include "tests/oracle/judging.hpp"

#include <cfloat>
#include <cmath>
#include <cstdio>

namespace evalbridge::oracle {

const metric_definition* look_up(const dictionary& words, const std::string& vendor, const std::string& name,
                                 const std::optional<std::string>& id) {
    const auto first = [&](auto&& has) -> const metric_definition* {
        for (const auto& each : words) {
            const auto native = each.native.find(vendor);
            if (native == each.native.end())
                continue;
            for (const auto& text : native->second)
                if (has(text))
                    return &each;
        }
        return nullptr;
    };
    const metric_definition* found = nullptr;
    if (id)
        found = first([&](const std::string& text) { return text == *id; });
    if (!found)
        found = first([&](const std::string& text) { return folded(text) == folded(name); });
    for (auto at = words.begin(); !found && at != words.end(); ++at)
        if (folded(at->name) == folded(name))
            found = &*at;
    return found;
}

json::value making::told() const {
    json::object out;
    for (const auto& [kind, members] : kinds_) {
        json::object notes;
        for (const auto& [member, reason] : members)
            notes[member] = reason;
        if (!notes.empty())
            out[kind] = std::move(notes);
    }
    return out;
}

json::value measured_value::told() const {
    return {{"type", type}, {"number", or_null(number)}, {"text", or_null(text)}};
}

std::optional<double> measured_value::usable_number() const {
    return type == "text" || type == "boolean" ? std::nullopt : number;
}

namespace {

std::string word(score_direction direction) {
    switch (direction) {
    case score_direction::higher_is_better: return "higher_is_better";
    case score_direction::lower_is_better: return "lower_is_better";
    default: return "unknown";
    }
}

} // namespace

traits traits_of(const metric_definition* definition) {
    traits out;
    if (!definition)
        return out;
    const auto& known = definition->traits;
    out.direction = word(known.direction);
    if (known.range)
        out.range = {known.range->min, known.range->max};
    out.unit = known.unit;
    if (known.threshold && (known.threshold->value || !known.threshold->passing_texts.empty()))
        out.configured = &*known.threshold;
    return out;
}

std::optional<double> scored(const measured_value& value, const traits& of, making& notes, const std::string& member) {
    const auto number = value.usable_number();
    if (!number)
        return {};
    if (of.range) {
        const auto [low, high] = *of.range;
        if (low == 0 && high == 1)
            return number;
        const auto score = (*number - low) / (high - low);
        if (high > low && std::isfinite(high - low) && std::isfinite(score)) {
            notes.note("derived", member, "rescaled from the metric's range");
            return score;
        }
    }
    notes.note("defaulted", member, "the vendor's scale is not known: as given");
    return number;
}

bool reaches(double number, double bound, bool lower_is_better) {
    if (std::abs(number) <= static_cast<double>(FLT_MAX) && std::abs(bound) <= static_cast<double>(FLT_MAX)) {
        number = static_cast<double>(static_cast<float>(number));
        bound = static_cast<double>(static_cast<float>(bound));
    }
    return lower_is_better ? bound >= number : bound <= number;
}

std::string word(metric_kind kind) {
    switch (kind) {
    case metric_kind::programmatic: return "programmatic";
    case metric_kind::llm_judge: return "llm_judge";
    case metric_kind::agentic: return "agentic";
    case metric_kind::prompt: return "prompt";
    default: return "unknown";
    }
}

std::string encoded(std::string_view part) {
    std::string out;
    for (const char c : part) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        char escape[4];
        std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(c));
        out += plain ? std::string(1, c) : std::string(escape);
    }
    return out;
}

json::value metric(const std::string& name, const std::string& native_name, const std::optional<std::string>& id,
                   const std::string& kind) {
    return {{"name", name}, {"native_name", native_name}, {"native_id", or_null(id)}, {"kind", kind}};
}

} // namespace evalbridge::oracle
