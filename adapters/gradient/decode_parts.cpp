#include "adapters/gradient/decode_parts.hpp"

namespace evalbridge::gradient {

measurement read_measurement(json_reader& in, bool raw) {
    measurement out;
    if (raw)
        out.raw = in.raw_text(max_raw_depth);
    out.error = in["error_description"].nonempty_text();
    if (auto name = in["metric_name"].optional_text())
        out.metric.native_name = std::move(*name);
    out.metric.name = shared(out.metric.native_name, in.document().texts());
    out.metric.native_id = in["metric_uuid"].nonempty_text();
    if (const auto type = in["metric_value_type"].optional_text())
        out.value.type = value_type_of(*type);
    out.value.number = in["number_value"].optional_number();
    out.reason = in["reasoning"].nonempty_text();
    const auto status = in["status"].optional_text();
    out.value.text = in["string_value"].optional_text();
    if (status && !out.error)
        if (const auto failure = failure_of(*status); !failure.empty()) {
            out.error = failure;
            out.mapping.push_back({note_kind::derived, "error", "the result's status"});
        }
    return out;
}

std::optional<timestamp> read_time(json_reader in) {
    using namespace std::chrono;
    const auto text = in.nonempty_text();
    if (!text)
        return {};
    const auto at = parse_timestamp(*text);
    if (!at)
        in.fail("expected a date-time");
    if (!at || *at < sys_days(year(2) / 1 / 1))
        return {};
    return at;
}

std::optional<std::uint64_t> read_count(json_reader in) {
    const auto number = in.optional_integer();
    if (!number || *number < 0)
        return {};
    return static_cast<std::uint64_t>(*number);
}

chunk read_chunk(json_reader& in) {
    chunk out;
    out.usage = in["chunk_usage_pct"].optional_number();
    out.used = in["chunk_used"].optional_boolean();
    out.index_id = in["index_uuid"].nonempty_text();
    out.source = in["source_name"].nonempty_text();
    out.text = in["text"].optional_text();
    return out;
}

} // namespace evalbridge::gradient
