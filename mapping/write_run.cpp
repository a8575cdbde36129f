#include "mapping/write.hpp"
#include "mapping/write_parts.hpp"

namespace evalbridge {
namespace {

using detail::write_text;

void write_measurement(json_writer& out, const measurement& m) {
    out.begin_object();
    out.key("metric");
    detail::write_metric(out, m.metric);
    detail::write_judgement(out, m);
    detail::write_making(out, m.mapping, m.raw);
    out.end_object();
}

void write_star(json_writer& out, const std::optional<star_metric>& star) {
    if (!star) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("metric");
    detail::write_metric(out, star->metric);
    out.key("threshold").number_or_null(star->threshold);
    out.key("result");
    if (star->result)
        write_measurement(out, *star->result);
    else
        out.null();
    out.end_object();
}

void write_agent(json_writer& out, const run_agent& agent) {
    out.begin_object();
    write_text(out, "id", agent.id);
    write_text(out, "name", agent.name);
    write_text(out, "version", agent.version);
    write_text(out, "deployment", agent.deployment);
    out.end_object();
}

void write_progress(json_writer& out, const std::optional<run_progress>& progress) {
    if (!progress) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("done").integer_or_null(progress->done);
    out.key("total").integer_or_null(progress->total);
    out.end_object();
}

} // namespace

void write(json_writer& out, const run& r) {
    out.begin_object();
    out.key("id").string(r.id);
    out.key("provider").string(r.provider);
    out.key("vendor").string(r.vendor);
    out.key("native_id").string(r.native_id);
    write_text(out, "native_status", r.native_status);
    write_text(out, "name", r.name);
    write_text(out, "description", r.description);
    write_text(out, "suite", r.suite);
    out.key("status").plain_string(name_of(r.status));
    write_text(out, "phase", r.phase);
    out.key("terminal").boolean(is_terminal(r.status));
    out.key("outcome");
    if (r.outcome)
        out.plain_string(name_of(*r.outcome));
    else
        out.null();
    write_text(out, "outcome_source", r.outcome_source);
    write_text(out, "error", r.error);
    write_text(out, "trigger", r.trigger);
    out.key("scope");
    if (r.scope)
        write(out, *r.scope);
    else
        out.null();
    out.key("agent");
    write_agent(out, r.agent);
    out.key("metrics").begin_array();
    for (const auto& metric : r.metrics)
        detail::write_metric(out, metric);
    out.end_array();
    write_text(out, "baseline_run_id", r.baseline_run_id);
    out.key("progress");
    write_progress(out, r.progress);
    out.key("created_at");
    detail::write_time(out, r.created_at);
    out.key("started_at");
    detail::write_time(out, r.started_at);
    out.key("finished_at");
    detail::write_time(out, r.finished_at);
    out.key("labels").begin_object();
    for (const auto& [name, value] : r.labels)
        out.escaped_key(name).string(value);
    out.end_object();
    out.key("run_metrics").begin_array();
    for (const auto& metric : r.run_metrics)
        write_measurement(out, metric);
    out.end_array();
    out.key("star_metric");
    write_star(out, r.star);
    detail::write_making(out, r.mapping, r.raw);
    out.end_object();
}

} // namespace evalbridge
