#include "mapping/read_parts.hpp"
#include "mapping/read_unified.hpp"

namespace evalbridge {
namespace {

using detail::written_number_or_null;
using detail::written_text;
using detail::written_text_or_null;

/// What a run's summary and each metric's have in common.
template <class S> void read_counts_and_means(json_reader in, S& out) {
    out.counts.total = detail::written_integer<std::int64_t>(in["total"]);
    out.counts.passed = detail::written_integer<std::int64_t>(in["passed"]);
    out.counts.failed = detail::written_integer<std::int64_t>(in["failed"]);
    out.counts.undecided = detail::written_integer<std::int64_t>(in["undecided"]);
    out.counts.errored = detail::written_integer<std::int64_t>(in["errored"]);
    out.pass_rate = written_number_or_null(in["pass_rate"]);
    out.average_score = written_number_or_null(in["average_score"]);
    out.average_latency_ms = written_number_or_null(in["average_latency_ms"]);
}

summary_source read_source(json_reader in) {
    const auto text = written_text(in);
    if (text != "provider" && text != "computed")
        in.fail("expected provider or computed");
    return text == "provider" ? summary_source::provider : summary_source::computed;
}

summary read_members_of_summary(json_reader in) {
    summary s;
    s.run_id = written_text(in["run_id"]);
    s.source = read_source(in["source"]);
    read_counts_and_means(in, s);
    in["metrics"].each([&](json_reader& each) {
        metric_summary m;
        m.metric = detail::read_metric(each["metric"]);
        read_counts_and_means(each, m);
        s.metrics.push_back(std::move(m));
    });
    s.run_terminal = detail::written_boolean_or_null(in["run_terminal"]);
    detail::read_making(in, s.mapping, s.raw);
    return s;
}

std::optional<score_range> read_range(json_reader in) {
    if (!in.present())
        return {};
    return score_range{detail::written_number(in["min"]), detail::written_number(in["max"])};
}

std::optional<metric_threshold> read_threshold(json_reader in) {
    if (!in.present())
        return {};
    metric_threshold out;
    out.value = written_number_or_null(in["value"]);
    in["passing_texts"].each([&](json_reader& each) { out.passing_texts.push_back(written_text(each)); });
    return out;
}

metric_info read_members_of_metric(json_reader in) {
    metric_info m;
    m.metric = detail::read_metric(in);
    m.provider = written_text(in["provider"]);
    m.description = written_text_or_null(in["description"]);
    m.category = written_text_or_null(in["category"]);
    m.type = detail::read_value_type(in["type"]);
    m.traits.direction = detail::read_direction(in["direction"]);
    m.traits.unit = written_text_or_null(in["unit"]);
    m.traits.range = read_range(in["range"]);
    m.traits.threshold = read_threshold(in["threshold"]);
    m.in_dictionary = detail::written_boolean(in["in_dictionary"]);
    detail::read_making(in, m.mapping, m.raw);
    return m;
}

} // namespace

result<summary> read_summary(std::string_view json) { return detail::read_whole(json, read_members_of_summary); }

result<metric_info> read_metric_info(std::string_view json) { return detail::read_whole(json, read_members_of_metric); }

} // namespace evalbridge
