#include "mapping/write.hpp"
#include "mapping/write_parts.hpp"

namespace evalbridge {
namespace {

using detail::write_text;

void write_json(json_writer& out, std::string_view key, const std::optional<model_text>& json) {
    out.key(key);
    if (json)
        out.raw(*json);
    else
        out.null();
}

void write_span(json_writer& out, const trace_span& span) {
    out.begin_object();
    out.key("index").unsigned_integer(span.index);
    out.key("parent").integer_or_null(span.parent);
    write_text(out, "name", span.name);
    write_text(out, "type", span.type);
    out.key("created_at");
    detail::write_time(out, span.created_at);
    write_json(out, "input", span.input);
    write_json(out, "output", span.output);
    out.key("chunks");
    detail::write_chunks(out, span.chunks);
    write_json(out, "attributes", span.attributes);
    out.end_object();
}

void write_span_ref(json_writer& out, const std::optional<span_ref>& span) {
    if (!span) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("index").unsigned_integer(span->index);
    write_text(out, "name", span->name);
    write_text(out, "type", span->type);
    out.end_object();
}

} // namespace

void write(json_writer& out, const run_result& r) {
    out.begin_object();
    out.key("id").string(r.id);
    out.key("run_id").string(r.run_id);
    write_text(out, "trace_id", r.trace_id);
    write_text(out, "prompt_id", r.prompt_id);
    write_text(out, "input", r.input);
    write_text(out, "output", r.output);
    write_text(out, "expected", r.expected);
    out.key("tokens").begin_object();
    out.key("input").integer_or_null(r.tokens.input);
    out.key("output").integer_or_null(r.tokens.output);
    out.end_object();
    out.key("chunks");
    detail::write_chunks(out, r.chunks);
    if (r.spans) {
        out.key("spans").begin_array();
        for (const auto& span : *r.spans)
            write_span(out, span);
        out.end_array();
    }
    out.key("verdicts").begin_array();
    for (const auto& v : r.verdicts)
        write(out, v);
    out.end_array();
    detail::write_making(out, r.mapping, r.raw);
    out.end_object();
}

void write(json_writer& out, const verdict& v) {
    out.begin_object();
    out.key("id").string(v.id);
    out.key("run_id").string(v.run_id);
    out.key("result_id").string(v.result_id);
    write_text(out, "trace_id", v.trace_id);
    out.key("level").plain_string(name_of(v.level));
    out.key("span");
    write_span_ref(out, v.span);
    out.key("metric");
    detail::write_metric(out, v.measured.metric);
    detail::write_judgement(out, v.measured);
    write_text(out, "agent_version", v.agent_version);
    out.key("latency_ms").integer_or_null(v.latency_ms);
    out.key("timestamp");
    detail::write_time(out, v.at);
    out.key("inspected");
    detail::write_inspected(out, v.inspected);
    detail::write_making(out, v.measured.mapping, v.measured.raw);
    out.end_object();
}

} // namespace evalbridge
