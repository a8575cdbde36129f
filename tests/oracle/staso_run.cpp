#include "tests/oracle/staso.hpp"
#include "tests/oracle/staso_parts.hpp"

#include <map>

namespace evalbridge::oracle::staso {
namespace {

std::optional<std::int64_t> sample(told in, making& notes) {
    if (!in.present())
        return {};
    const auto percent = in.count_if_any();
    if (percent && *percent > 0 && *percent < 101)
        return percent;
    notes.note("lossy", "scope.sample_pct", "not a whole number from 1 to 100");
    return {};
}

json::value with_sample(json::object scope, told in, making& notes) {
    if (const auto percent = sample(in, notes))
        scope["sample_pct"] = *percent;
    return scope;
}

/// Also the agent that it names, if it is an agent's.
json::value scope(told in, making& notes, std::optional<std::string>& agent) {
    if (!in.present())
        return nullptr;
    if (in.is_object()) {
        if (const auto id = in.any({"trace_id", "traceId"}).some_text())
            return {{"trace_id", *id}};
        if (const auto id = in.any({"session_id", "sessionId"}).some_text())
            return {{"session_id", *id}};
        if (const auto id = in.any({"dataset_id", "datasetId"}).some_text())
            return {{"dataset_id", *id}};
        const auto percent = in.any({"sample_pct", "samplePct"});
        agent = in.any({"agent_id", "agentId"}).some_text();
        if (agent)
            return with_sample({{"agent_id", *agent}}, percent, notes);
        const auto nested = in.any({"time_range", "timeRange"});
        const auto range = nested.is_object() ? nested : in;
        const auto start = range["start"].some_text();
        const auto end = range["end"].some_text();
        if (start && end)
            return with_sample({{"time_range", {{"start", *start}, {"end", *end}}}}, percent, notes);
    }
    notes.note("lossy", "scope", "not one of the documented shapes");
    return nullptr;
}

json::value built_in(told in, const reading& how) {
    const auto name = in.is_object() ? in.any({"name", "rule_name"}).text() : in.text();
    const auto* defined = look_up(how.words, "staso", name, {});
    auto kind = built_in_kind(name);
    if (kind == "unknown" && defined && defined->kind)
        kind = word(*defined->kind);
    return metric(defined ? defined->name : name, name, {}, kind);
}

json::value custom(told in, const reading& how, making& notes) {
    std::string id;
    std::optional<std::string> name;
    std::string kind = "unknown";
    if (in.is_object()) {
        id = in.any({"id", "guard_rule_id", "rule_id", "guardRuleId", "ruleId"}).text();
        name = in.any({"rule_name", "name", "ruleName"}).some_text();
        kind = runtime_kind(in["runtime"].maybe_text().value_or(""));
    } else {
        id = in.text();
    }
    if (!name)
        notes.note("derived", "metrics", "the run tells custom rules by id; their names come with verdicts");
    const auto native = name.value_or(id);
    const auto* defined = look_up(how.words, "staso", native, id);
    if (kind == "unknown" && defined && defined->kind)
        kind = word(*defined->kind);
    return metric(defined ? defined->name : native, native, id, kind);
}

json::value progress(told in, making& notes) {
    const auto inner = in["progress"];
    const auto from = inner.is_object() ? inner : in;
    const auto done = from.any({"done", "processed", "evaluated", "completed_traces", "evaluated_traces",
                                "processed_traces", "completedTraces"})
                          .count_if_any();
    const auto total =
        from.any({"total", "total_traces", "trace_count", "total_count", "totalTraces", "traceCount"}).count_if_any();
    if (!done && !total)
        return nullptr;
    notes.note("derived", "progress", "the run's counters");
    return {{"done", or_null(done)}, {"total", or_null(total)}};
}

json::value agent(told in, const std::optional<std::string>& of_scope, making& notes) {
    auto id = in.any({"agent_id", "agentId"}).some_text();
    if (!id && of_scope) {
        id = of_scope;
        notes.note("derived", "agent.id", "the scope's agent");
    }
    return {{"id", or_null(id)},
            {"name", or_null(in.any({"agent_name", "agentName"}).some_text())},
            {"version", or_null(in.any({"agent_version", "agentVersion"}).some_text())},
            {"deployment", nullptr}};
}

std::string status_word(const std::string& native) {
    for (const auto* known : {"pending", "running", "completed", "failed", "cancelled"})
        if (folded(native) == known)
            return known;
    return "unknown";
}

std::string id_of(told in) {
    const auto id = in["id"].present() ? in["id"] : in.any({"run_id", "runId"});
    const auto text = id.text();
    if (text.empty())
        throw refused("a run without an id");
    return text;
}

std::optional<std::string> message(told in) {
    if (const auto text = in.any({"error_message", "errorMessage"}).some_text())
        return text;
    return in["error"].is_string() ? in["error"].some_text() : std::nullopt;
}

} // namespace

json::value run(const json::value& answer, const reading& how, bool just_created) {
    const auto in = unwrapped(told(&answer), {"id", "run_id", "runId"}, {"run", "eval_run", "data", "evalRun"});
    making notes;
    json::object out;
    const auto id = id_of(in);
    out["id"] = how.provider + ":" + id;
    out["provider"] = how.provider;
    out["vendor"] = "staso";
    out["native_id"] = id;
    std::string status = "unknown";
    out["native_status"] = nullptr;
    if (!in["status"].present() && just_created) {
        notes.note("defaulted", "status", "the answer to the create tells none");
    } else {
        const auto native = in["status"].text();
        out["native_status"] = native;
        status = status_word(native);
    }
    out["status"] = status;
    out["terminal"] = status == "completed" || status == "failed" || status == "cancelled";
    for (const auto* member : {"name", "description", "trigger"})
        out[member] = or_null(in[member].some_text());
    for (const auto* member : {"suite", "phase", "outcome", "outcome_source", "star_metric"})
        out[member] = nullptr;
    out["error"] = or_null(message(in));
    std::optional<std::string> of_scope;
    out["scope"] = scope(in["scope"], notes, of_scope);
    out["agent"] = agent(in, of_scope, notes);
    json::array metrics;
    in.any({"zero_configs", "zeroConfigs"}).each([&](told each) { metrics.push_back(built_in(each, how)); });
    in.any({"rules", "rule_ids", "guard_rule_ids", "ruleIds", "guardRuleIds"}).each([&](told each) {
        metrics.push_back(custom(each, how, notes));
    });
    out["metrics"] = std::move(metrics);
    const auto baseline =
        in.any({"compare_with", "compare_with_run_id", "compareWith", "compareWithRunId"}).some_text();
    out["baseline_run_id"] = baseline ? json::value(how.provider + ":" + *baseline) : json::value(nullptr);
    out["progress"] = progress(in, notes);
    out["created_at"] = time(in.any({"created_at", "createdAt"}), "created_at", notes);
    out["started_at"] = time(in.any({"started_at", "startedAt"}), "started_at", notes);
    out["finished_at"] =
        time(in.any({"completed_at", "finished_at", "ended_at", "completedAt", "finishedAt", "endedAt"}), "finished_at",
             notes);
    out["labels"] = json::object();
    out["run_metrics"] = json::array();
    out["mapping"] = notes.told();
    if (how.raw)
        out["raw"] = in.raw();
    return out;
}

} // namespace evalbridge::oracle::staso
