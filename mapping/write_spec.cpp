#include "mapping/write_spec.hpp"

#include "mapping/write.hpp"

#include <boost/json/serialize.hpp>

namespace evalbridge {
namespace {

void write_text(json_writer& out, std::string_view key, const std::optional<std::string>& text) {
    if (text)
        out.key(key).string(*text);
}

void write_metrics(json_writer& out, const std::vector<metric_selector>& metrics) {
    if (metrics.empty())
        return;
    out.key("metrics").begin_array();
    for (const auto& each : metrics) {
        if (each.kind == metric_selector::by::name)
            out.string(each.text);
        else
            out.begin_object().key("id").string(each.text).end_object();
    }
    out.end_array();
}

void write_labels(json_writer& out, const std::map<std::string, std::string>& labels) {
    if (labels.empty())
        return;
    out.key("labels").begin_object();
    for (const auto& [key, value] : labels)
        out.escaped_key(key).string(value);
    out.end_object();
}

} // namespace

void write(json_writer& out, const run_spec& spec) {
    out.begin_object();
    out.key("provider").string(spec.provider);
    write_text(out, "name", spec.name);
    write_text(out, "description", spec.description);
    out.key("scope");
    write(out, spec.scope);
    write_metrics(out, spec.metrics);
    write_text(out, "agent_version", spec.agent_version);
    write_text(out, "baseline_run_id", spec.baseline_run_id);
    write_text(out, "trigger", spec.trigger);
    write_labels(out, spec.labels);
    // Boost.JSON's own writer tells a double from an integer of the same value, as its reader does.
    if (!spec.provider_options.empty())
        out.key("provider_options").raw(boost::json::serialize(spec.provider_options));
    out.end_object();
}

std::string write_run_spec(const run_spec& spec) {
    std::string text;
    json_writer out(text);
    write(out, spec);
    return text;
}

} // namespace evalbridge
