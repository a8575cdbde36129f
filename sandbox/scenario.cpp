#include "sandbox/scenario.hpp"

#include "sandbox/json_text.hpp"
#include "sandbox/scenario_reader.hpp"

#include <boost/json/parse.hpp>

#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

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

constexpr named<certificate_kind> certificate_kinds[] = {
    {"valid", certificate_kind::valid},
    {"expired", certificate_kind::expired},
    {"self_signed", certificate_kind::self_signed},
    {"wrong_host", certificate_kind::wrong_host},
    {"cn_only", certificate_kind::cn_only},
    {"unknown_ca", certificate_kind::unknown_ca},
};

/// `phases` are the vendor's words for where a run can be stuck.
void read_common(scenario_reader& in, std::initializer_list<std::string_view> phases, vendor_scenario& out) {
    in.each("faults", [&](scenario_reader item) { out.faults.push_back(read_fault(std::move(item))); });
    in.each("runs", [&](scenario_reader item) { out.runs.push_back(read_run_plan(std::move(item), phases)); });
    in.take("max_page", out.max_page);
    if (out.max_page && *out.max_page == 0)
        in.fail("max_page", "expected at least 1");
    in.take("down_ms", out.down);
    if (const auto* tls = in.take("tls")) {
        scenario_reader members(*tls, in.path() + ".tls");
        members.take("certificate", certificate_kinds, out.certificate.emplace(certificate_kind::valid));
        members.finish();
    }
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
