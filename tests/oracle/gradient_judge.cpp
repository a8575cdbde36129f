#include "tests/oracle/gradient_judge.hpp"

namespace evalbridge::oracle::gradient {
namespace {

const metric_definition* defined(const dictionary& words, const metric_name& metric) {
    return look_up(words, "gradient", metric.native_name, metric.id);
}

void apply(const metric_definition* definition, metric_name& metric) {
    if (!definition)
        return;
    metric.name = definition->name;
    if (definition->kind)
        metric.kind = word(*definition->kind);
}

const listed_metric* in_catalogue(const catalogue& metrics, const metric_name& wanted) {
    if (wanted.id)
        for (const auto& each : metrics)
            if (each.metric.id == wanted.id)
                return &each;
    if (wanted.native_name.empty())
        return nullptr;
    for (const auto& each : metrics)
        if (folded(each.metric.native_name) == folded(wanted.native_name))
            return &each;
    return nullptr;
}

bool is_numeric(const std::string& type) { return type == "number" || type == "percentage"; }

/// By what the operator configured, which alone is asked where it is there.
std::optional<bool> configured(const metric_threshold& threshold, const measured& m) {
    const auto number = m.value.usable_number();
    if (number && threshold.value) {
        if (m.direction == "unknown")
            return {};
        return reaches(*number, *threshold.value, m.direction == "lower_is_better");
    }
    if (is_numeric(m.value.type) || !m.value.text || threshold.passing_texts.empty())
        return {};
    for (const auto& passing : threshold.passing_texts)
        if (folded(passing) == folded(*m.value.text))
            return true;
    return false;
}

} // namespace

bool star_setting::is(const metric_name& metric) const {
    if (id && metric.id)
        return *id == *metric.id;
    return name && !metric.native_name.empty() && folded(*name) == folded(metric.native_name);
}

const listed_metric* judge::find(const metric_name& metric) const {
    const listed_metric* found = metrics ? in_catalogue(*metrics, metric) : nullptr;
    return !found && of_run ? in_catalogue(of_run->metrics, metric) : found;
}

traits judge::known_of(const metric_name& metric) const {
    auto known = traits_of(defined(words, metric));
    if (const auto* entry = find(metric)) {
        if (known.direction == "unknown")
            known.direction = entry->direction;
        if (!known.range)
            known.range = entry->range;
    }
    return known;
}

metric_name judge::named(metric_name metric) const {
    if (metric.native_name.empty())
        if (const auto* entry = find(metric))
            metric.native_name = entry->metric.native_name;
    metric.name = metric.native_name;
    apply(defined(words, metric), metric);
    return metric;
}

std::optional<double> judge::star_threshold(const metric_name& metric, std::string type, bool& derived) const {
    const auto& star = *of_run->star;
    if (star.threshold || !star.percentage)
        return star.threshold;
    derived = true;
    const auto* entry = find(metric);
    if (entry && entry->type != "unknown")
        type = entry->type;
    if (type == "percentage")
        return star.percentage;
    const auto range = entry && entry->range ? entry->range : known_of(metric).range;
    if (type != "number" || !range)
        return {};
    return range->first + *star.percentage / 100 * (range->second - range->first);
}

void judge::complete(measured& m) const {
    const auto* entry = find(m.metric);
    if (entry && m.metric.native_name.empty()) {
        m.metric.native_name = m.metric.name = entry->metric.native_name;
        m.notes.note("derived", "metric.native_name", "the catalogue's, by the metric's id");
    }
    apply(defined(words, m.metric), m.metric);
    auto known = traits_of(defined(words, m.metric));
    if (entry && known.direction == "unknown")
        known.direction = entry->direction;
    if (entry && !known.range)
        known.range = entry->range;
    m.direction = known.direction;
    if (m.error)
        return;
    if (m.value.type == "unknown" && entry && entry->type != "unknown") {
        m.value.type = entry->type;
        m.notes.note("derived", "value.type", "the catalogue's");
    }
    std::string why;
    bool star_unknown = false;
    const bool is_star = of_run && of_run->star && of_run->star->is(m.metric);
    if (known.configured) {
        m.passed = configured(*known.configured, m);
        why = "configured threshold";
    }
    if (is_star) {
        auto direction = entry ? entry->direction : "unknown";
        if (direction == "unknown")
            direction = known.direction;
        bool derived = false;
        std::optional<double> bound;
        if (direction != "unknown") {
            // The range that an entry lacks is the dictionary's.
            bound = star_threshold(m.metric, m.value.type, derived);
        }
        star_unknown = !bound;
        if (!known.configured && bound && m.value.usable_number()) {
            m.passed = reaches(*m.value.usable_number(), *bound, direction == "lower_is_better");
            why = derived ? "star metric threshold derived from a legacy percentage" : "star metric threshold";
        }
    }
    if (m.passed)
        m.notes.note("derived", "passed", why);
    else if (test_case_unread)
        m.notes.note("defaulted", "passed", "thresholds could not be read");
    else if (star_unknown)
        m.notes.note("defaulted", "passed", "the star metric's threshold or direction is not known");
    m.score = scored(m.value, known, m.notes, "score");
}

} // namespace evalbridge::oracle::gradient
