// APIEvaluationMetric, and the test case with its star metric.

#include "adapters/gradient/decode.hpp"
#include "adapters/gradient/decode_parts.hpp"

namespace evalbridge::gradient {
namespace {

/// `inverted` is the vendor's whole word on direction; left out, it is false. A text has no order, so only an explicit
/// true says anything of it.
score_direction direction_of(std::optional<bool> inverted, value_type type) {
    if (inverted == true)
        return score_direction::lower_is_better;
    const bool ordered = type == value_type::number || type == value_type::percentage;
    return ordered ? score_direction::higher_is_better : score_direction::unknown;
}

std::optional<score_range> range_of(std::optional<double> min, std::optional<double> max) {
    if (!min || !max || !(*max > *min))
        return {};
    return score_range{*min, *max};
}

metric_info read_metric(json_reader& in) {
    metric_info out;
    out.raw = in.raw(max_raw_depth);
    if (const auto category = in["category"].nonempty_string())
        if (const auto word = category_of(*category); !word.empty())
            out.category = word;
    out.description = in["description"].nonempty_string();
    const auto inverted = in["inverted"].optional_boolean();
    out.metric.native_name = in["metric_name"].optional_string().value_or("");
    out.metric.name = out.metric.native_name;
    out.metric.native_id = in["metric_uuid"].nonempty_string();
    if (const auto type = in["metric_value_type"].nonempty_string())
        out.type = value_type_of(*type);
    const auto max = in["range_max"].optional_number();
    const auto min = in["range_min"].optional_number();
    out.traits.range = range_of(min, max);
    out.traits.direction = direction_of(inverted, out.type);
    if (!inverted && out.traits.direction != score_direction::unknown)
        out.mapping.push_back(
            {note_kind::defaulted, "direction", "the vendor leaves out `inverted` where it is false"});
    return out;
}

metric_catalogue read_metrics(json_reader list) {
    std::vector<metric_info> metrics;
    list.each([&](json_reader& each) { metrics.push_back(read_metric(each)); });
    return metric_catalogue(std::move(metrics));
}

star_setting read_star(json_reader& in) {
    star_setting out;
    out.id = in["metric_uuid"].nonempty_string();
    out.name = in["name"].nonempty_string();
    out.threshold = in["success_threshold"].optional_number();
    out.threshold_pct = in["success_threshold_pct"].optional_number();
    return out;
}

} // namespace

result<metric_catalogue> decode_catalogue(std::string_view body) {
    json_document document(body);
    auto root = document.root();
    auto out = read_metrics(root["metrics"]);
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    return out;
}

result<test_case> decode_test_case(std::string_view body) {
    test_case out;
    json_document document(body);
    auto root = document.root();
    auto found = root["evaluation_test_case"];
    if (!found.is_object())
        found.fail("expected the test case");
    else {
        out.metrics = read_metrics(found["metrics"]);
        if (auto star = found["star_metric"]; star.is_object())
            out.star = read_star(star);
    }
    if (const auto whole = document.finish(); !whole)
        return whole.error();
    return out;
}

} // namespace evalbridge::gradient
