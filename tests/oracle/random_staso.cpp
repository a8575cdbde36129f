#include "tests/oracle/random_staso.hpp"

namespace evalbridge::oracle::staso {
namespace {

std::string random_scope(random_json& any) {
    random_json::object out(any);
    switch (any.from().below(6)) {
    case 0: out.needed("trace_id", any.text()); break;
    case 1: out.needed("session_id", any.text()); break;
    case 2: out.needed("dataset_id", any.text()); break;
    case 3: out.needed("agent_id", any.text()).maybe("sample_pct", any.count()); break;
    case 4: out.needed("start", any.time()).needed("end", any.time()).maybe("sample_pct", any.count()); break;
    default: {
        random_json::object range(any);
        range.needed("start", any.time()).needed("end", any.time());
        out.needed("time_range", range.done()).maybe("sample_pct", any.number());
    }
    }
    return out.done();
}

std::string random_runtime(random_json& any) {
    return any.in_quotes(
        std::string(any.from().of({"programmatic", "llm_judge", "agentic", "prompt", "LLM_Judge", "wasm", ""})));
}

std::string random_rule(random_json& any) {
    if (any.from().one_in(2))
        return any.word();
    random_json::object out(any);
    out.needed(any.from().of({"id", "guard_rule_id", "rule_id"}), any.word());
    out.maybe("rule_name", any.text()).maybe("runtime", random_runtime(any));
    return out.done();
}

std::string random_built_in(random_json& any) {
    const auto name = any.in_quotes(
        std::string(any.from().of({"task_completion_rate", "latency_p95", "hallucination", "a rule of tomorrow"})));
    if (!any.from().one_in(3))
        return name;
    random_json::object out(any);
    out.needed("name", name);
    return out.done();
}

std::string random_moment(random_json& any) {
    if (!any.from().one_in(3))
        return any.time();
    return std::string(any.from().of({"1767225600", "1767225600.25", "1767225600123", "1767225600123456",
                                      "1767225600123456789", "\"1767225600\"", "0", "-5", "1e30"}));
}

std::string wrapped(random_json& any, std::string inner, std::initializer_list<std::string_view> envelopes) {
    for (int depth = 0; depth < 3 && any.from().one_in(3); ++depth) {
        if (any.tame() && depth == 2)
            break;
        inner = "{\"" + std::string(any.from().of(envelopes)) + "\":" + inner + "}";
    }
    return inner;
}

std::string random_score(random_json& any) { return any.from().one_in(2) ? any.score() : any.number(); }

} // namespace

std::string random_run(random_json& any, const std::string& id, const std::string& status) {
    any.camels = !any.tame() || any.from().one_in(3);
    random_json::object out(any);
    out.exactly(any.from().of({"id", "run_id"}), id).needed("status", status);
    out.maybe("name", any.text()).maybe("description", any.text()).maybe("trigger", any.text());
    out.maybe(any.from().of({"error_message", "error"}), any.text());
    out.maybe("scope", random_scope(any));
    out.maybe("zero_configs", any.array(any.from().below(4), [&](std::size_t) { return random_built_in(any); }));
    out.maybe(any.from().of({"rules", "rule_ids", "guard_rule_ids"}),
              any.array(any.from().below(4), [&](std::size_t) { return random_rule(any); }));
    out.maybe("agent_id", any.text()).maybe("agent_name", any.text()).maybe("agent_version", any.text());
    out.maybe("compare_with", any.word());
    random_json::object counters(any);
    counters.maybe("done", any.number()).maybe("total_traces", any.count());
    out.maybe("progress", any.from().one_in(2) ? counters.done() : any.anything(1));
    out.maybe("processed", any.count()).maybe("total", any.number());
    out.maybe("created_at", random_moment(any)).maybe("started_at", random_moment(any));
    out.maybe(any.from().of({"completed_at", "finished_at", "ended_at"}), random_moment(any));
    out.maybe("workspace_id", any.anything());
    return wrapped(any, out.done(), {"run", "eval_run", "data", "evalRun"});
}

std::string random_verdict(random_json& any, const std::string& trace, const std::string& rule) {
    random_json::object out(any);
    out.maybe("run_id", any.text()).needed("trace_id", trace);
    out.exactly("guard_rule_id", any.from().one_in(2) ? "\"\"" : rule);
    out.exactly("rule_name", rule);
    out.maybe("runtime", random_runtime(any)).maybe("passed", any.boolean()).maybe("score", random_score(any));
    out.maybe("reason", any.text()).maybe("agent_version", any.text()).maybe("latency_ms", any.number());
    out.maybe("timestamp", random_moment(any));
    out.maybe("inspected", any.array(any.from().below(3), [&](std::size_t) {
        random_json::object step(any);
        step.maybe("turn", any.count()).maybe("tool", any.text()).maybe("target", any.text());
        return step.done();
    }));
    return out.done();
}

std::string random_list(random_json& any, const std::vector<std::string>& rows, std::optional<std::size_t> total) {
    const auto list = any.array(rows.size(), [&](std::size_t i) { return rows[i]; });
    if (!total && any.from().one_in(4))
        return list;
    random_json::object out(any);
    out.exactly(any.from().of({"verdicts", "items", "data", "results"}), list);
    if (total)
        out.exactly(any.from().of({"total", "total_count"}), std::to_string(*total));
    if (!any.tame())
        out.maybe("count", any.count()).maybe("total", any.number());
    const auto page = out.done();
    return any.from().one_in(4) && page.find("\"data\"") == page.npos ? "{\"data\":" + page + "}" : page;
}

std::string random_verdicts(random_json& any) {
    any.camels = any.from().one_in(2);
    std::vector<std::string> rows;
    for (auto n = any.from().below(6); n > 0; --n)
        rows.push_back(random_verdict(any, any.text(), any.word()));
    const auto total = any.from().one_in(2) ? std::optional<std::size_t>(any.from().below(10)) : std::nullopt;
    return random_list(any, rows, total);
}

std::string random_summary(random_json& any) {
    any.camels = any.from().one_in(2);
    const auto counted = [&](random_json::object& out) {
        const auto passed = any.from().below(50);
        const auto failed = any.from().below(50);
        const auto undecided = any.from().one_in(2) ? 0 : any.from().below(5);
        out.needed(any.from().of({"passed", "passed_count"}), std::to_string(passed));
        out.needed(any.from().of({"total", "total_count"}), std::to_string(passed + failed + undecided));
        out.maybe(any.from().of({"failed", "failed_count"}), std::to_string(failed));
        out.maybe("pass_rate", any.score());
        out.maybe(any.from().of({"avg_score", "average_score"}), random_score(any));
        out.maybe(any.from().of({"avg_latency_ms", "average_latency_ms"}), any.number());
    };
    random_json::object out(any);
    counted(out);
    std::string rules;
    const bool as_map = any.from().one_in(3);
    const auto many = any.from().below(4);
    for (std::size_t i = 0; i < many; ++i) {
        random_json::object rule(any);
        counted(rule);
        if (!as_map || any.from().one_in(2))
            rule.needed("rule_name", any.from().one_in(3) ? "\"latency_p95\"" : any.word());
        rule.maybe("guard_rule_id", any.word()).maybe("runtime", random_runtime(any));
        rules += (i > 0 ? "," : "") + (as_map ? "\"rule " + std::to_string(i) + "\":" : "") + rule.done();
    }
    out.maybe(any.from().of({"by_rule", "per_rule"}), as_map ? "{" + rules + "}" : "[" + rules + "]");
    return wrapped(any, out.done(), {"summary", "data", "run", "eval_run"});
}

} // namespace evalbridge::oracle::staso
