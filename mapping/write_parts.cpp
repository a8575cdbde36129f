#include "mapping/write_parts.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge::detail {
namespace {

void write_value(json_writer& out, const metric_value& value) {
    out.begin_object();
    out.key("type").plain_string(name_of(value.type));
    out.key("number").number_or_null(value.number);
    write_text(out, "text", value.text);
    out.end_object();
}

} // namespace

void write_metric(json_writer& out, const metric_ref& metric) {
    out.begin_object();
    out.key("name").string(metric.name);
    out.key("native_name").string(metric.native_name);
    write_text(out, "native_id", metric.native_id);
    out.key("kind").plain_string(name_of(metric.kind));
    out.end_object();
}

void write_judgement(json_writer& out, const measurement& m) {
    out.key("passed").boolean_or_null(m.passed);
    out.key("passed_source").plain_string(name_of(m.decided_by));
    out.key("score").number_or_null(m.score);
    out.key("value");
    write_value(out, m.value);
    out.key("direction").plain_string(name_of(m.direction));
    write_text(out, "reason", m.reason);
    write_text(out, "error", m.error);
}

// A member noted twice under one kind is written once, with its first reason: JSON objects have no second.
void write_making(json_writer& out, const mapping_notes& notes, const std::optional<model_text>& raw) {
    out.key("mapping").begin_object();
    for (const auto& [kind, name] : note_members) {
        bool any = false;
        for (auto note = notes.begin(); note != notes.end(); ++note) {
            const auto same = [&](const mapping_note& n) { return n.kind == kind && n.member == note->member; };
            if (note->kind != kind || std::find_if(notes.begin(), note, same) != note)
                continue;
            if (!std::exchange(any, true))
                out.key(name).begin_object();
            out.escaped_key(note->member).string(note->reason);
        }
        if (any)
            out.end_object();
    }
    out.end_object();
    if (raw)
        out.key("raw").raw(*raw);
}

void write_chunks(json_writer& out, const std::vector<chunk>& chunks) {
    out.begin_array();
    for (const auto& c : chunks) {
        out.begin_object();
        write_text(out, "text", c.text);
        write_text(out, "source", c.source);
        write_text(out, "index_id", c.index_id);
        out.key("used").boolean_or_null(c.used);
        out.key("usage").number_or_null(c.usage);
        out.end_object();
    }
    out.end_array();
}

void write_inspected(json_writer& out, const std::vector<inspected_step>& steps) {
    out.begin_array();
    for (const auto& step : steps) {
        out.begin_object();
        out.key("turn").integer_or_null(step.turn);
        out.key("tool").string(step.tool);
        out.key("target").string(step.target);
        out.end_object();
    }
    out.end_array();
}

void write_time(json_writer& out, const std::optional<timestamp>& at) {
    if (at)
        out.plain_string(timestamp_text(*at).view());
    else
        out.null();
}

} // namespace evalbridge::detail
