#include "tests/oracle/gradient_parts.hpp"

namespace evalbridge::oracle::gradient {

json::value time(told in) {
    const auto text = in.some_text();
    if (!text)
        return nullptr;
    const auto at = time_in(*text);
    if (!at)
        throw refused("no time");
    constexpr std::int64_t year = 365LL * 86'400 * 1'000'000; // year 1 is none with a leap day
    return *at < first_time + year ? json::value(nullptr) : json::value(time_text(*at));
}

json::value chunk(told in) {
    json::object out;
    out["text"] = or_null(in["text"].maybe_text());
    out["source"] = or_null(in["source_name"].some_text());
    out["index_id"] = or_null(in["index_uuid"].some_text());
    out["used"] = or_null(in["chunk_used"].maybe_boolean());
    out["usage"] = or_null(in["chunk_usage_pct"].maybe_number());
    return out;
}

std::string value_type(const std::string& native) {
    if (native == "METRIC_VALUE_TYPE_NUMBER")
        return "number";
    if (native == "METRIC_VALUE_TYPE_PERCENTAGE")
        return "percentage";
    return native == "METRIC_VALUE_TYPE_STRING" ? "text" : "unknown";
}

measured measurement(told in, bool raw) {
    measured out;
    out.metric.native_name = in["metric_name"].maybe_text().value_or("");
    out.metric.name = out.metric.native_name;
    out.metric.id = in["metric_uuid"].some_text();
    out.value.type = value_type(in["metric_value_type"].maybe_text().value_or(""));
    out.value.number = in["number_value"].maybe_number();
    out.value.text = in["string_value"].maybe_text();
    out.reason = in["reasoning"].some_text();
    out.error = in["error_description"].some_text();
    const auto status = in["status"].maybe_text().value_or("");
    const bool failed = status == "EVALUATION_METRIC_RESULT_STATUS_FAILED";
    if (!out.error && (failed || status == "EVALUATION_METRIC_RESULT_STATUS_SKIPPED")) {
        out.error = failed ? "the metric failed" : "the metric was skipped";
        out.notes.note("derived", "error", "the result's status");
    }
    if (raw)
        out.raw = in.raw();
    return out;
}

json::object measured::told() const {
    json::object out;
    out["metric"] = metric.told();
    out["passed"] = or_null(passed);
    out["passed_source"] = passed ? "threshold" : "none";
    out["score"] = or_null(score);
    out["value"] = value.told();
    out["direction"] = direction;
    out["reason"] = or_null(reason);
    out["error"] = or_null(error);
    out["mapping"] = notes.told();
    if (raw)
        out["raw"] = *raw;
    return out;
}

} // namespace evalbridge::oracle::gradient
