#include "adapters/staso/decode.hpp"

#include "adapters/staso/reading.hpp"
#include "adapters/staso/vocabulary.hpp"

namespace evalbridge::staso {
namespace {

constexpr auto lossy = note_kind::lossy;
constexpr auto derived = note_kind::derived;

json_reader run_in(json_reader in) {
    return unwrapped(in, {"id", "run_id", "runId"}, {"run", "eval_run", "data", "evalRun"});
}

std::optional<int> decode_sample(json_reader in, mapping_notes& notes) {
    if (!in.present())
        return {};
    if (const auto percent = count_if_any(in); percent && *percent >= 1 && *percent <= 100)
        return static_cast<int>(*percent);
    notes.push_back({lossy, "scope.sample_pct", "not a whole number from 1 to 100"});
    return {};
}

// docs/eval/runs, "Scopes": five shapes, of which a time range may also be flat.
std::optional<scope> decode_scope(json_reader in, mapping_notes& notes) {
    if (!in.present())
        return {};
    if (in.is_object()) {
        if (auto id = first_of(in, {"trace_id", "traceId"}).nonempty_string())
            return trace_scope{std::move(*id)};
        if (auto id = first_of(in, {"session_id", "sessionId"}).nonempty_string())
            return session_scope{std::move(*id)};
        if (auto id = first_of(in, {"dataset_id", "datasetId"}).nonempty_string())
            return dataset_scope{std::move(*id)};
        const auto sample = first_of(in, {"sample_pct", "samplePct"});
        if (auto id = first_of(in, {"agent_id", "agentId"}).nonempty_string())
            return agent_scope{std::move(*id), decode_sample(sample, notes)};
        auto range = first_of(in, {"time_range", "timeRange"});
        if (!range.is_object())
            range = in;
        auto start = range["start"].nonempty_string();
        auto end = range["end"].nonempty_string();
        if (start && end)
            return time_range_scope{std::move(*start), std::move(*end), decode_sample(sample, notes)};
    }
    notes.push_back({lossy, "scope", "not one of the documented shapes"});
    return {};
}

void add_built_in(json_reader in, const decode_context& context, std::vector<metric_ref>& metrics) {
    const auto name = in.is_object() ? first_of(in, {"name", "rule_name"}).string() : in.string();
    const auto* known = find_zero_config(name);
    metrics.push_back(
        make_metric(context.dictionary.find(vendor_name, name), name, {}, known ? known->kind : metric_kind::unknown));
}

void add_custom(json_reader in, const decode_context& context, run& r) {
    std::string id;
    std::optional<std::string> name;
    auto kind = metric_kind::unknown;
    if (in.is_object()) {
        id = first_of(in, {"id", "guard_rule_id", "rule_id", "guardRuleId", "ruleId"}).string();
        name = first_of(in, {"rule_name", "name", "ruleName"}).nonempty_string();
        kind = kind_of_runtime(in["runtime"].optional_string().value_or(""));
    } else {
        id = in.string();
    }
    if (!name) {
        name = id;
        if (r.mapping.empty() || r.mapping.back().member != "metrics")
            r.mapping.push_back(
                {derived, "metrics", "the run tells custom rules by id; their names come with verdicts"});
    }
    const auto* definition = context.dictionary.find(vendor_name, *name, id);
    r.metrics.push_back(make_metric(definition, *name, id, kind));
}

void decode_metrics(json_reader& in, const decode_context& context, run& r) {
    first_of(in, {"zero_configs", "zeroConfigs"}).each([&](json_reader& each) {
        add_built_in(each, context, r.metrics);
    });
    first_of(in, {"rules", "rule_ids", "guard_rule_ids", "ruleIds", "guardRuleIds"}).each([&](json_reader& each) {
        add_custom(each, context, r);
    });
}

// The row's counters aren't documented; these are the names such rows use. Counts of passed verdicts aren't progress.
void decode_progress(json_reader& in, run& r) {
    auto counters = in["progress"];
    if (!counters.is_object())
        counters = in;
    run_progress progress;
    progress.done = count_if_any(first_of(counters, {"done", "processed", "evaluated", "completed_traces",
                                                     "evaluated_traces", "processed_traces", "completedTraces"}));
    progress.total = count_if_any(
        first_of(counters, {"total", "total_traces", "trace_count", "total_count", "totalTraces", "traceCount"}));
    if (!progress.done && !progress.total)
        return;
    r.progress = progress;
    r.mapping.push_back({derived, "progress", "the run's counters"});
}

void decode_agent(json_reader& in, run& r) {
    r.agent.id = first_of(in, {"agent_id", "agentId"}).nonempty_string();
    r.agent.name = first_of(in, {"agent_name", "agentName"}).nonempty_string();
    r.agent.version = first_of(in, {"agent_version", "agentVersion"}).nonempty_string();
    if (r.agent.id || !r.scope)
        return;
    if (const auto* scoped = std::get_if<agent_scope>(&*r.scope)) {
        r.agent.id = scoped->agent_id;
        r.mapping.push_back({derived, "agent.id", "the scope's agent"});
    }
}

// What a row without a status says of itself; empty where it must have one.
void decode_status(json_reader& in, std::string_view if_missing, run& r) {
    auto status = in["status"];
    if (!status.present() && !if_missing.empty()) {
        r.mapping.push_back({note_kind::defaulted, "status", if_missing});
        return;
    }
    r.native_status = status.string();
    r.status = status_of(*r.native_status);
}

std::optional<std::string> decode_message(json_reader& in) {
    if (auto message = first_of(in, {"error_message", "errorMessage"}).nonempty_string())
        return message;
    auto error = in["error"];
    return error.type() == json_reader::kind::string ? error.nonempty_string() : std::nullopt;
}

run decode_row(json_reader& in, const decode_context& context, std::string_view if_no_status) {
    run r;
    r.provider = context.provider;
    r.vendor = vendor_name;
    auto id = in["id"];
    if (auto alias = first_of(in, {"run_id", "runId"}); !id.present() && alias.present())
        id = alias;
    r.native_id = id.string();
    if (r.native_id.empty())
        id.fail("a run must have an id");
    r.id = make_run_id(context.provider, r.native_id);
    decode_status(in, if_no_status, r);
    r.name = in["name"].nonempty_string();
    r.description = in["description"].nonempty_string();
    r.error = decode_message(in);
    r.trigger = in["trigger"].nonempty_string();
    r.scope = decode_scope(in["scope"], r.mapping);
    decode_agent(in, r);
    decode_metrics(in, context, r);
    if (const auto baseline =
            first_of(in, {"compare_with", "compare_with_run_id", "compareWith", "compareWithRunId"}).nonempty_string())
        r.baseline_run_id = make_run_id(context.provider, *baseline);
    decode_progress(in, r);
    r.created_at = read_time(first_of(in, {"created_at", "createdAt"}), "created_at", r.mapping);
    r.started_at = read_time(first_of(in, {"started_at", "startedAt"}), "started_at", r.mapping);
    r.finished_at =
        read_time(first_of(in, {"completed_at", "finished_at", "ended_at", "completedAt", "finishedAt", "endedAt"}),
                  "finished_at", r.mapping);
    if (context.raw)
        r.raw = in.raw();
    return r;
}

} // namespace

metric_ref make_metric(const metric_definition* definition, std::string_view native_name,
                       std::optional<std::string_view> native_id, metric_kind runtime) {
    metric_ref metric;
    metric.name = definition ? std::string_view(definition->name) : native_name;
    metric.native_name = native_name;
    metric.native_id = native_id;
    metric.kind = runtime;
    if (runtime == metric_kind::unknown && definition && definition->kind)
        metric.kind = *definition->kind;
    return metric;
}

result<run> decode_run(std::string_view body, const decode_context& context, bool just_created) {
    json_document document(body);
    auto row = run_in(document.root());
    auto r = decode_row(row, context, just_created ? "the answer to the create tells none" : "");
    if (auto read = document.finish(); !read)
        return read.error();
    return r;
}

result<std::vector<run>> decode_run_list(std::string_view body, const decode_context& context) {
    json_document document(body);
    auto list = find_list(document.root(), {"runs", "items", "data", "results"}).list;
    if (!list.is_array())
        list.fail("expected a list of runs");
    std::vector<run> rows;
    list.each([&](json_reader& each) {
        auto row = run_in(each);
        rows.push_back(decode_row(row, context, "the list of runs tells none"));
    });
    if (auto read = document.finish(); !read)
        return read.error();
    return rows;
}

std::optional<std::string> decode_run_id(std::string_view body) {
    json_document document(body);
    auto in = run_in(document.root());
    if (!in.is_object())
        return {};
    for (const auto* name : {"id", "run_id", "runId"}) {
        auto held = in[name];
        if (const auto type = held.type(); type != json_reader::kind::string && type != json_reader::kind::number)
            continue;
        if (auto id = held.string(); !id.empty() && !document.failed())
            return id;
    }
    return {};
}

} // namespace evalbridge::staso
