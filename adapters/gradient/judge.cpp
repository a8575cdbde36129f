#include "adapters/gradient/judge.hpp"

#include "adapters/gradient/vocabulary.hpp"
#include "mapping/ascii.hpp"

#include <algorithm>

namespace evalbridge::gradient {
namespace {

const metric_definition* defined(const metric_dictionary& dictionary, const metric_ref& metric) {
    const auto id = metric.native_id ? std::optional<std::string_view>(*metric.native_id) : std::nullopt;
    return dictionary.find(vendor_name, metric.native_name, id);
}

void apply(const metric_definition& definition, metric_ref& metric) {
    metric.name = model_text::borrowed(definition.name); // the dictionary outlives every answer
    if (definition.kind)
        metric.kind = *definition.kind;
}

/// The vendor's own setting on the metric's scale: the newer member, else the older percentage where the scale is
/// known.
std::optional<double> value_of(const star_setting& star, const metric_info* listed, const metric_traits& traits,
                               value_type type, bool& derived) {
    if (star.threshold)
        return star.threshold;
    if (!star.threshold_pct)
        return {};
    derived = true;
    if (listed && listed->type != value_type::unknown)
        type = listed->type;
    if (type == value_type::percentage)
        return star.threshold_pct;
    const auto& range = listed && listed->traits.range ? listed->traits.range : traits.range;
    if (type == value_type::number && range)
        return range->min + *star.threshold_pct / 100 * (range->max - range->min);
    return {};
}

/// Older vintages name metrics without ids.
bool is_same(const metric_ref& a, const metric_ref& b) {
    if (a.native_id && b.native_id)
        return *a.native_id == *b.native_id;
    return equal_folded(a.native_name, b.native_name);
}

metric_traits traits_of(const metric_definition* definition, const metric_info* listed) {
    return merge_traits(definition ? &definition->traits : nullptr, listed ? &listed->traits : nullptr);
}

} // namespace

judge::judge(const metric_dictionary& dictionary, std::shared_ptr<const metric_catalogue> metrics,
             std::shared_ptr<const test_case> which_case, bool test_case_unread)
    : dictionary_(&dictionary), metrics_(std::move(metrics)), case_(std::move(which_case)),
      test_case_unread_(test_case_unread) {}

const metric_info* judge::listed(const metric_ref& metric) const {
    if (metrics_)
        if (const auto* found = metrics_->find(metric))
            return found;
    return case_ ? case_->metrics.find(metric) : nullptr;
}

const star_setting* judge::star() const { return case_ && case_->star ? &*case_->star : nullptr; }

/// Empty for any metric but the star one; without a value where its threshold or direction isn't known.
std::optional<star_threshold> judge::threshold_for(const metric_ref& metric, const metric_info* listed,
                                                   const metric_traits& traits, value_type type) const {
    if (!star() || !is_star(*star(), metric))
        return {};
    star_threshold out;
    // The catalogue's direction, since the threshold is the vendor's too; the dictionary's where the catalogue is
    // silent.
    auto direction = listed ? listed->traits.direction : score_direction::unknown;
    if (direction == score_direction::unknown)
        direction = traits.direction;
    out.inverted = direction == score_direction::lower_is_better;
    if (direction != score_direction::unknown)
        out.value = value_of(*star(), listed, traits, type, out.value_derived);
    return out;
}

metric_ref judge::named(metric_ref metric) const {
    if (metric.native_name.empty())
        if (const auto* entry = listed(metric))
            metric.native_name = entry->metric.native_name;
    metric.name = metric.native_name;
    if (const auto* definition = defined(*dictionary_, metric))
        apply(*definition, metric);
    return metric;
}

const judge::known_metric& judge::look_up(const metric_ref& metric) const {
    constexpr std::size_t most_kept = 64;
    for (const auto& each : known_)
        if (metric.native_name == each.native_name && metric.native_id == each.native_id)
            return each;
    if (known_.size() == most_kept)
        known_.pop_back();
    known_metric found{metric.native_name, metric.native_id, listed(metric), nullptr, {}};
    auto named = metric;
    if (named.native_name.empty() && found.entry)
        named.native_name = found.entry->metric.native_name;
    found.definition = defined(*dictionary_, named);
    found.traits = traits_of(found.definition, found.entry);
    return known_.emplace_front(std::move(found));
}

void judge::complete(measurement& m) const {
    const auto& known = look_up(m.metric);
    const auto* entry = known.entry;
    if (m.metric.native_name.empty() && entry) {
        m.metric.native_name = m.metric.name = entry->metric.native_name;
        m.mapping.push_back({note_kind::derived, "metric.native_name", "the catalogue's, by the metric's id"});
    }
    if (known.definition)
        apply(*known.definition, m.metric);
    const auto& traits = known.traits;
    m.direction = traits.direction;
    if (m.error)
        return;
    if (m.value.type == value_type::unknown && entry && entry->type != value_type::unknown) {
        m.value.type = entry->type;
        m.mapping.push_back({note_kind::derived, "value.type", "the catalogue's"});
    }

    const auto star = threshold_for(m.metric, entry, traits, m.value.type);
    const auto decided = decide_passed(m.value, traits, star ? &*star : nullptr);
    m.passed = decided.passed;
    m.decided_by = decided.source;
    if (!decided.note.empty())
        m.mapping.push_back({note_kind::derived, "passed", decided.note});
    else if (test_case_unread_)
        m.mapping.push_back({note_kind::defaulted, "passed", "thresholds could not be read"});
    else if (star && !star->value)
        m.mapping.push_back({note_kind::defaulted, "passed", "the star metric's threshold or direction is not known"});

    const auto scaled = rescale_score(m.value, traits);
    m.score = scaled.score;
    if (!scaled.note.empty())
        m.mapping.push_back({scaled.note_as, "score", scaled.note});
}

void judge::complete(run_result& r) const {
    for (auto& each : r.verdicts)
        complete(each.measured);
}

void judge::complete(run& r) const {
    for (auto& each : r.run_metrics)
        complete(each);
    if (r.star && r.star->result) {
        complete(*r.star->result);
        r.star->metric = r.star->result->metric;
    }
    complete_star(r);
    list_metrics(r);
}

/// The test case's setting beside the run's own star result, which older runs don't have.
void judge::complete_star(run& r) const {
    const auto* setting = star();
    if (!setting)
        return;
    if (!r.star) {
        metric_ref metric;
        metric.native_id = setting->id;
        metric.native_name = setting->name.value_or("");
        r.star.emplace();
        r.star->metric = named(std::move(metric));
    } else if (!is_star(*setting, r.star->metric)) {
        return;
    }
    const auto* entry = listed(r.star->metric);
    const auto traits = traits_of(defined(*dictionary_, r.star->metric), entry);
    const auto type = r.star->result ? r.star->result->value.type : value_type::unknown;
    bool derived = false;
    r.star->threshold = value_of(*setting, entry, traits, type, derived);
    if (derived && r.star->threshold)
        r.mapping.push_back({note_kind::derived, "star_metric.threshold", "the test case's legacy percentage"});
}

void judge::list_metrics(run& r) const {
    if (case_)
        for (const auto& each : case_->metrics.metrics())
            r.metrics.push_back(named(each.metric));
    for (const auto& each : r.run_metrics)
        if (std::ranges::none_of(r.metrics, [&](const auto& m) { return is_same(m, each.metric); }))
            r.metrics.push_back(each.metric);
    if (!r.metrics.empty())
        r.mapping.push_back(
            {note_kind::derived, "metrics", case_ ? "the test case's" : "those with a run-level result"});
}

metric_info join(metric_info entry, const metric_dictionary& dictionary, std::string_view provider) {
    entry.provider = provider;
    const auto* definition = defined(dictionary, entry.metric);
    if (!definition)
        return entry;
    entry.in_dictionary = true;
    apply(*definition, entry.metric);
    if (!entry.description)
        entry.description = definition->description;
    const auto told = entry.traits;
    entry.traits = merge_traits(&definition->traits, &told);
    if (definition->traits.direction == score_direction::unknown)
        return entry;
    const auto on_direction = [](const mapping_note& n) { return n.member == "direction"; };
    entry.mapping.erase(std::remove_if(entry.mapping.begin(), entry.mapping.end(), on_direction), entry.mapping.end());
    return entry;
}

} // namespace evalbridge::gradient
