#include "sandbox/scenario.hpp"

#include "sandbox/json_text.hpp"
#include "sandbox/scenario_reader.hpp"

#include <boost/json/parse.hpp>

#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

constexpr named<fault_kind> fault_kinds[] = {
    {"status", fault_kind::status},
    {"edge_block", fault_kind::edge_block},
    {"html", fault_kind::html},
    {"empty_object", fault_kind::empty_object},
    {"close", fault_kind::close},
    {"reset", fault_kind::reset},
    {"black_hole", fault_kind::black_hole},
    {"raw", fault_kind::raw},
    {"malformed", fault_kind::malformed},
    {"truncated", fault_kind::truncated},
    {"wrong_type", fault_kind::wrong_type},
    {"cut_head", fault_kind::cut_head},
    {"cut_body", fault_kind::cut_body},
    {"drip", fault_kind::drip},
    {"chunked", fault_kind::chunked},
    {"until_close", fault_kind::until_close},
};
constexpr named<run_plan::end> run_ends[] = {
    {"completed", run_plan::end::completed}, {"partial", run_plan::end::partial}, {"failed", run_plan::end::failed},
    {"cancelled", run_plan::end::cancelled}, {"stuck", run_plan::end::stuck},
};
constexpr named<staso_time> staso_times[] = {
    {"iso", staso_time::iso},     {"offset", staso_time::offset},     {"space", staso_time::space},
    {"epoch", staso_time::epoch}, {"epoch_ms", staso_time::epoch_ms},
};
constexpr named<gradient_vintage> vintages[] = {
    {"oldest", gradient_vintage::oldest}, {"middle", gradient_vintage::middle}, {"newest", gradient_vintage::newest}};

/// `phases` are the vendor's words for where a run can be stuck.
void read_common(scenario_reader& in, std::initializer_list<std::string_view> phases, vendor_scenario& out) {
    in.each("faults", [&](scenario_reader item) { out.faults.push_back(read_fault(std::move(item))); });
    in.each("runs", [&](scenario_reader item) { out.runs.push_back(read_run_plan(std::move(item), phases)); });
    in.take("max_page", out.max_page);
    if (out.max_page && *out.max_page == 0)
        in.fail("max_page", "expected at least 1");
    const auto* limits = in.take("rate_limit");
    if (limits == nullptr)
        return;
    out.rate_limit.reset();
    if (limits->is_null())
        return;
    scenario_reader members(*limits, in.path() + ".rate_limit");
    rate_limits& read = out.rate_limit.emplace();
    members.take("per_minute", read.per_minute);
    members.take("per_hour", read.per_hour, 100'000);
    members.take("retry_after", read.retry_after);
    members.finish();
}

void read_staso(scenario_reader in, staso_scenario& out) {
    read_common(in, {"pending", "running"}, out);
    for (std::size_t i = 0; i < out.runs.size(); ++i)
        if (out.runs[i].ends == run_plan::end::partial)
            in.fail("runs[" + std::to_string(i) + "].end", "Staso knows no partial end");
    in.take_one_of("envelope", out.envelope, {"bare", "verdicts", "items", "data", "results", "nested"});
    in.take_one_of("run_envelope", out.run_envelope, {"bare", "run", "eval_run", "data"});
    in.take_one_of("total", out.total, {"absent", "total", "total_count", "page_count"});
    in.take_one_of("id_key", out.id_key, {"id", "run_id"});
    in.take("rules_key", out.rules_key);
    in.take("timestamps", staso_times, out.timestamps);
    in.take("passed_as_int", out.passed_as_int);
    in.take("cancel_answers_empty", out.cancel_answers_empty);
    unsigned status = 201;
    if (in.take("create_status", status) && (status < 200 || status > 299))
        in.fail("create_status", "expected 200 to 299");
    out.create_status = static_cast<int>(status);
    in.finish();
}

void read_gradient(scenario_reader in, gradient_scenario& out) {
    read_common(in, {"QUEUED", "RUNNING_DATASET", "EVALUATING_RESULTS"}, out);
    in.take("vintage", vintages, out.vintage);
    in.take_one_of("meta", out.meta, {"full", "missing", "no_total"});
    in.take_one_of("links", out.links, {"full", "missing", "prev"});
    in.take("uint64_as_number", out.uint64_as_number);
    in.take("int64_as_string", out.int64_as_string);
    in.take("span_kb", out.span_kb, 10'000);
    in.finish();
}

} // namespace

fault_rule read_fault(scenario_reader in) {
    fault_rule rule;
    in.take("route", rule.route);
    in.take("times", rule.times);
    in.take("after", rule.after);
    in.take("probability", rule.probability, 0, 1);
    in.take("latency_ms", rule.latency);
    in.take("do", fault_kinds, rule.kind);
    bool perform = false;
    if (in.take("perform", perform))
        rule.perform = perform;
    unsigned status = 503;
    if (in.take("status", status, 999) && status < 200)
        in.fail("status", "expected 200 to 999; a lower one can be sent as raw bytes");
    rule.status = static_cast<int>(status);
    if (const auto* delay = in.take("retry_after"))
        rule.retry_after = delay->is_string() ? std::string(delay->get_string()) : to_text(*delay);
    if (const auto* body = in.take("body"))
        rule.body = body->is_string() ? std::string(body->get_string()) : to_text(*body);
    in.take("content_type", rule.content_type);
    if (const auto* headers = in.take("headers")) {
        if (!headers->is_object())
            in.fail("headers", "expected an object of strings");
        for (const auto& header : headers->get_object()) {
            if (!header.value().is_string())
                in.fail("headers", "expected an object of strings");
            rule.headers.push_back({std::string(header.key()), std::string(header.value().get_string())});
        }
    }
    std::string encoded;
    if (in.take("raw", encoded) && !from_base64(encoded, rule.bytes))
        in.fail("raw", "expected base64");
    if (!rule.bytes.empty() && rule.kind == fault_kind::none)
        rule.kind = fault_kind::raw;
    in.take("keep_open", rule.keep_open);
    in.take("piece", rule.piece, 1 << 20);
    in.take("pause_ms", rule.pause);
    in.take("pad_kb", rule.pad_kb, 1 << 18);
    in.finish();
    return rule;
}

run_plan read_run_plan(scenario_reader in, std::initializer_list<std::string_view> phases) {
    run_plan plan;
    in.take("end", run_ends, plan.ends);
    in.take_one_of("stuck_in", plan.stuck_in, phases);
    in.take("error", plan.error);
    in.take("live_status", plan.live_status);
    in.take("final_status", plan.final_status);
    double seconds = 0;
    if (in.take("seconds", seconds, 0, 1e9))
        plan.seconds = seconds;
    in.take("ignores_cancel", plan.ignores_cancel);
    in.take("times", plan.times);
    in.take("after", plan.after);
    in.finish();
    return plan;
}

run_plan next_plan(std::vector<run_plan>& plans) {
    for (auto& plan : plans) {
        if (plan.seen++ < plan.after || (plan.times && plan.used >= *plan.times))
            continue;
        ++plan.used;
        return plan;
    }
    return {};
}

scenario ordinary_scenario() {
    scenario ordinary;
    ordinary.gradient.rate_limit = rate_limits();
    ordinary.document = json::object();
    return ordinary;
}

scenario read_scenario(std::string_view text) {
    json::parse_options lenient;
    lenient.allow_comments = true;
    lenient.allow_trailing_commas = true;
    boost::system::error_code failure;
    scenario read = ordinary_scenario();
    read.document = json::parse(json::string_view(text.data(), text.size()), failure, {}, lenient);
    if (failure)
        throw scenario_error("not JSON: " + failure.message());
    scenario_reader in(read.document, "scenario");
    if (const auto* vendor = in.take("staso"))
        read_staso(scenario_reader(*vendor, "scenario.staso"), read.staso);
    if (const auto* vendor = in.take("gradient"))
        read_gradient(scenario_reader(*vendor, "scenario.gradient"), read.gradient);
    in.finish();
    return read;
}

} // namespace evalbridge::sandbox
