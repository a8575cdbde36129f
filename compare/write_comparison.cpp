#include "compare/write_comparison.hpp"

#include "mapping/write_parts.hpp"

namespace evalbridge {
namespace {

void write_run(json_writer& out, std::string_view key, const run& r) {
    out.key(key).begin_object();
    out.key("id").string(r.id);
    out.key("provider").string(r.provider);
    out.key("vendor").string(r.vendor);
    out.key("name");
    r.name ? out.string(*r.name) : out.null();
    out.key("status").string(name_of(r.status));
    out.key("terminal").boolean(is_terminal(r.status));
    out.key("outcome");
    r.outcome ? out.string(name_of(*r.outcome)) : out.null();
    out.end_object();
}

void write_pair_counts(json_writer& out, std::string_view key, const pair_counts& counts) {
    out.key(key).begin_object();
    out.key("pairs").unsigned_integer(counts.pairs);
    out.key("only_a").unsigned_integer(counts.only_a);
    out.key("only_b").unsigned_integer(counts.only_b);
    out.key("ambiguous_a").unsigned_integer(counts.ambiguous_a);
    out.key("ambiguous_b").unsigned_integer(counts.ambiguous_b);
    out.end_object();
}

void write_coverage(json_writer& out, const comparison& what) {
    out.key("coverage").begin_object();
    out.key("items").begin_object();
    out.key("both").unsigned_integer(what.items.both);
    out.key("only_a").unsigned_integer(what.items.only_a);
    out.key("only_b").unsigned_integer(what.items.only_b);
    out.end_object();
    write_pair_counts(out, "verdicts", what.verdicts);
    out.key("without_key").begin_object();
    out.key("a").unsigned_integer(what.without_key_a);
    out.key("b").unsigned_integer(what.without_key_b);
    out.end_object();
    out.end_object();
}

void write_side(json_writer& out, std::string_view key, const std::optional<run_metric>& side) {
    out.key(key);
    if (!side) {
        out.null();
        return;
    }
    out.begin_object();
    out.key("metric");
    detail::write_metric(out, side->metric);
    out.key("total").integer(side->counts.total);
    out.key("passed").integer(side->counts.passed);
    out.key("failed").integer(side->counts.failed);
    out.key("undecided").integer(side->counts.undecided);
    out.key("errored").integer(side->counts.errored);
    out.key("pass_rate").number_or_null(side->counts.pass_rate());
    out.key("average_score").number_or_null(side->score.value());
    out.key("direction").string(name_of(side->direction));
    out.end_object();
}

void write_table(json_writer& out, const paired_table& table) {
    out.key("paired").begin_object();
    out.key("decided").unsigned_integer(table.total());
    out.key("both_passed").unsigned_integer(table.both_pass);
    out.key("both_failed").unsigned_integer(table.neither);
    out.key("regressions").unsigned_integer(table.only_a);
    out.key("improvements").unsigned_integer(table.only_b);
    out.end_object();
}

/// A member that is an object, or null.
template <class T, class Members>
void write_if(json_writer& out, std::string_view key, const std::optional<T>& value, Members members) {
    out.key(key);
    if (!value) {
        out.null();
        return;
    }
    out.begin_object();
    members(*value);
    out.end_object();
}

void write_threshold(json_writer& out, const metric_comparison& metric) {
    write_if(out, "threshold_equivalence", metric.threshold, [&](const threshold_equivalence& found) {
        out.key("pairs").unsigned_integer(found.table.total());
        out.key("threshold").number(found.threshold);
        out.key("passes_if").string(found.rule == threshold_rule::at_least ? "at_least" : "at_most");
        out.key("agreement").number(found.agreement);
        out.key("lower").number(found.agreement_interval.lower);
        out.key("upper").number(found.agreement_interval.upper);
        out.key("cohens_kappa").number_or_null(found.kappa);
        out.key("without_scores").number(found.without_scores);
        out.key("separates").boolean(found.separates);
    });
}

void write_statistics(json_writer& out, const metric_comparison& metric) {
    write_if(out, "agreement", metric.agreeing, [&](const agreement& found) {
        out.key("raw").number(found.raw);
        out.key("cohens_kappa").number_or_null(found.kappa);
    });
    write_if(out, "difference", metric.difference, [&](const rate_difference& found) {
        out.key("estimate").number(found.estimate);
        out.key("lower").number(found.between.lower);
        out.key("upper").number(found.between.upper);
    });
    write_if(out, "mcnemar", metric.change, [&](const change_test& found) {
        out.key("p").number(found.p);
        out.key("p_adjusted").number(found.adjusted);
    });
    write_if(out, "rank_correlation", metric.correlation, [&](const rank_correlation& found) {
        out.key("pairs").unsigned_integer(found.pairs);
        out.key("kendall_tau_b").number_or_null(found.kendall_tau_b);
        out.key("spearman_rho").number_or_null(found.spearman_rho);
    });
    write_threshold(out, metric);
}

void write_metric_comparison(json_writer& out, const metric_comparison& metric, std::uint32_t min_pairs) {
    out.begin_object();
    out.key("name").string(metric.name);
    write_side(out, "a", metric.a);
    write_side(out, "b", metric.b);
    out.key("delta").begin_object();
    out.key("pass_rate").number_or_null(metric.pass_rate_delta);
    out.key("average_score").number_or_null(metric.average_score_delta);
    out.end_object();
    write_pair_counts(out, "coverage", metric.coverage);
    write_table(out, metric.table);
    write_statistics(out, metric);
    out.key("insufficient_data").begin_array();
    for (const auto& each : metric.missing) {
        out.begin_object();
        out.key("statistic").string(each.statistic);
        out.key("pairs").unsigned_integer(each.pairs);
        out.key("needed").unsigned_integer(min_pairs);
        out.end_object();
    }
    out.end_array();
    out.key("conclusion").string(name_of(metric.concluded));
    out.end_object();
}

void write_side(json_writer& out, std::string_view key, const flip_side& side) {
    out.key(key).begin_object();
    out.key("verdict_id").string(side.verdict_id);
    out.key("result_id").string(side.result_id);
    out.key("trace_id").string_or_null(side.trace_id);
    out.key("passed").boolean(side.passed);
    out.key("score").number_or_null(side.score);
    out.key("reason").string_or_null(side.reason);
    out.end_object();
}

} // namespace

void write(json_writer& out, const finished_comparison& from, const comparison_request& asked, const run& a,
           const run& b) {
    const auto& what = from.what;
    out.begin_object();
    write_run(out, "a", a);
    write_run(out, "b", b);
    out.key("complete").boolean(is_terminal(a.status) && is_terminal(b.status));
    out.key("join").string(name_of(asked.by));
    out.key("min_pairs").unsigned_integer(asked.min_pairs);
    out.key("confidence").number(confidence);
    write_coverage(out, what);
    out.key("metrics").begin_array();
    for (const auto& each : what.metrics)
        write_metric_comparison(out, each, asked.min_pairs);
    out.end_array();
    out.key("not_measured").begin_array();
    for (const auto& each : what.not_measured)
        out.string(each);
    out.end_array();
    out.key("flips").begin_object();
    out.key("regressions").unsigned_integer(from.regressions);
    out.key("improvements").unsigned_integer(from.flips.size() - from.regressions);
    out.end_object();
    out.end_object();
}

void write(json_writer& out, const told_flip& flip, const comparison& in, join_key by) {
    out.begin_object();
    out.key("key").begin_object();
    if (by == join_key::input)
        out.key("input_hash").string(to_hex(flip.what.item));
    else
        out.key("trace_id").string_or_null(flip.a.trace_id);
    out.end_object();
    out.key("metric").string(in.metrics[flip.what.metric].name);
    out.key("change").string(flip.what.regression ? "regression" : "improvement");
    write_side(out, "a", flip.a);
    write_side(out, "b", flip.b);
    out.end_object();
}

} // namespace evalbridge
