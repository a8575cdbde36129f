#include "tests/oracle/gradient.hpp"
#include "tests/oracle/gradient_parts.hpp"

namespace evalbridge::oracle::gradient {
namespace {

std::optional<std::string> category(const std::optional<std::string>& native) {
    if (!native || *native == "METRIC_CATEGORY_UNSPECIFIED")
        return {};
    for (const auto* known : {"CORRECTNESS", "USER_OUTCOMES", "SAFETY_AND_SECURITY", "CONTEXT_QUALITY", "MODEL_FIT"})
        if (*native == std::string("METRIC_CATEGORY_") + known)
            return folded(known);
    return native;
}

listed_metric metric_in(told in) {
    listed_metric out;
    out.metric.native_name = in["metric_name"].maybe_text().value_or("");
    out.metric.name = out.metric.native_name;
    out.metric.id = in["metric_uuid"].some_text();
    out.description = in["description"].some_text();
    out.category = category(in["category"].some_text());
    out.type = value_type(in["metric_value_type"].some_text().value_or(""));
    const auto inverted = in["inverted"].maybe_boolean();
    if (inverted.value_or(false))
        out.direction = "lower_is_better";
    else if (out.type == "number" || out.type == "percentage")
        out.direction = "higher_is_better";
    if (!inverted && out.direction != "unknown")
        out.notes.note("defaulted", "direction", "the vendor leaves out `inverted` where it is false");
    const auto low = in["range_min"].maybe_number();
    const auto high = in["range_max"].maybe_number();
    if (low && high && *low < *high)
        out.range = {*low, *high};
    out.raw = in.raw();
    return out;
}

catalogue metrics_in(told list) {
    catalogue out;
    list.each([&](told each) { out.push_back(metric_in(each)); });
    return out;
}

} // namespace

catalogue metrics(const json::value& answer) {
    if (!answer.is_object())
        throw refused("no list of metrics");
    return metrics_in(told(&answer)["metrics"]);
}

test_case test_case_of(const json::value& answer) {
    const auto in = told(&answer)["evaluation_test_case"];
    if (!in.is_object())
        throw refused("no test case");
    test_case out;
    out.metrics = metrics_in(in["metrics"]);
    if (const auto star = in["star_metric"]; star.is_object())
        out.star = star_setting{star["metric_uuid"].some_text(), star["name"].some_text(),
                                star["success_threshold"].maybe_number(), star["success_threshold_pct"].maybe_number()};
    return out;
}

json::value listed(const listed_metric& entry, const dictionary& words, const std::string& provider) {
    const auto* defined = look_up(words, "gradient", entry.metric.native_name, entry.metric.id);
    const auto known = traits_of(defined);
    auto notes = entry.notes;
    if (known.direction != "unknown")
        notes.forget("direction");
    const auto range = known.range ? known.range : entry.range;
    json::object out;
    out["name"] = defined ? defined->name : entry.metric.name;
    out["native_name"] = entry.metric.native_name;
    out["native_id"] = or_null(entry.metric.id);
    out["kind"] = defined && defined->kind ? word(*defined->kind) : "unknown";
    out["provider"] = provider;
    out["description"] = or_null(entry.description || !defined ? entry.description : defined->description);
    out["category"] = or_null(entry.category);
    out["type"] = entry.type;
    out["direction"] = known.direction == "unknown" ? entry.direction : known.direction;
    out["unit"] = or_null(known.unit);
    out["range"] = range ? json::value{{"min", range->first}, {"max", range->second}} : json::value(nullptr);
    out["threshold"] = nullptr;
    if (defined && defined->traits.threshold) {
        const auto& texts = defined->traits.threshold->passing_texts;
        out["threshold"] = {{"value", or_null(defined->traits.threshold->value)},
                            {"passing_texts", json::array(texts.begin(), texts.end())}};
    }
    out["in_dictionary"] = defined != nullptr;
    out["mapping"] = notes.told();
    out["raw"] = entry.raw;
    return out;
}

} // namespace evalbridge::oracle::gradient
