#include "mapping/write.hpp"
#include "mapping/write_parts.hpp"

namespace evalbridge {
namespace {

/// What a run's summary and each metric's have in common.
template <class S> void write_counts_and_means(json_writer& out, const S& s) {
    out.key("total").integer(s.counts.total);
    out.key("passed").integer(s.counts.passed);
    out.key("failed").integer(s.counts.failed);
    out.key("undecided").integer(s.counts.undecided);
    out.key("errored").integer(s.counts.errored);
    out.key("pass_rate").number_or_null(s.pass_rate);
    out.key("average_score").number_or_null(s.average_score);
    out.key("average_latency_ms").number_or_null(s.average_latency_ms);
}

} // namespace

void write(json_writer& out, const summary& s) {
    out.begin_object();
    out.key("run_id").string(s.run_id);
    out.key("source").string(s.source == summary_source::provider ? "provider" : "computed");
    write_counts_and_means(out, s);
    out.key("metrics").begin_array();
    for (const auto& metric : s.metrics) {
        out.begin_object();
        out.key("metric");
        detail::write_metric(out, metric.metric);
        write_counts_and_means(out, metric);
        out.end_object();
    }
    out.end_array();
    out.key("run_terminal").boolean_or_null(s.run_terminal);
    detail::write_making(out, s.mapping, s.raw);
    out.end_object();
}

} // namespace evalbridge
