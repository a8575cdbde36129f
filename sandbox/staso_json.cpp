#include "sandbox/staso_json.hpp"

#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::optional<std::string>& text) {
    return text ? json::value(json::string(*text)) : json::value(nullptr);
}

json::value time_json(instant when, staso_time shape) {
    std::string text = to_iso(when); // 2026-05-01T08:12:33.120Z
    const auto since_epoch = when.time_since_epoch().count();
    switch (shape) {
    case staso_time::iso: break;
    case staso_time::offset: text.replace(text.size() - 1, 1, "000+00:00"); break;
    case staso_time::space:
        text[10] = ' ';
        text.pop_back();
        break;
    case staso_time::epoch: return static_cast<double>(since_epoch) / 1000;
    case staso_time::epoch_ms: return since_epoch;
    }
    return json::string(text);
}

json::value time_or_null(const std::optional<instant>& when, staso_time shape) {
    return when ? time_json(*when, shape) : json::value(nullptr);
}

json::array rule_list(const staso_run& run, bool custom) {
    json::array list;
    for (const auto* one : run.spec().rules)
        if (one->id.empty() != custom)
            list.push_back(json::string(custom ? one->id : one->name));
    return list;
}

/// Counts and sums over some verdicts.
struct tally {
    std::uint64_t total = 0;
    std::uint64_t passed = 0;
    double score = 0;
    double latency_ms = 0;

    void add(const judgement& one) {
        ++total;
        passed += one.passed ? 1u : 0u;
        score += one.score;
        latency_ms += one.latency_ms;
    }
    /// Null where there is nothing to average.
    json::value average(double sum) const {
        return total == 0 ? json::value(nullptr) : json::value(sum / static_cast<double>(total));
    }
    void put(json::object& out) const {
        out["passed"] = passed;
        out["failed"] = total - passed;
        out["total"] = total;
        out["pass_rate"] = total == 0 ? 0.0 : static_cast<double>(passed) / static_cast<double>(total);
        out["avg_score"] = average(score);
        out["avg_latency_ms"] = average(latency_ms);
    }
};

} // namespace

json::value to_json(const staso_run& run, instant now, const staso_scenario& shape) {
    const auto seen = run.at(now);
    const auto& spec = run.spec();
    return json::object{
        {shape.id_key, run.id()},
        {"name", spec.name},
        {"description", text_or_null(spec.description)},
        {"scope", spec.scope},
        {"rules", rule_list(run, true)},
        {"zero_configs", rule_list(run, false)},
        {"trigger", spec.trigger},
        {"agent_version", text_or_null(spec.agent_version)},
        {"compare_with", text_or_null(spec.compare_with)},
        {"status", seen.status},
        {"error_message", text_or_null(seen.error)},
        {"trace_count", run.item_count()},
        {"traces_done", seen.items_done},
        {"workspace_id", "ws-sandbox"},
        {"created_at", time_json(run.created_at(), shape.timestamps)},
        {"started_at", time_or_null(seen.started_at, shape.timestamps)},
        {"completed_at", time_or_null(seen.finished_at, shape.timestamps)},
    };
}

json::value verdict_json(staso_run& run, std::size_t verdict, const staso_scenario& shape) {
    const rule& by = run.rule_of(verdict);
    const item& what = run.item_of(verdict);
    const judgement& found = run.judgement_of(verdict);
    json::array steps;
    for (const auto& step : inspect(by, what))
        steps.push_back(json::object{{"turn", step.turn}, {"tool", step.tool}, {"target", step.target}});
    return json::object{
        {"run_id", run.id()},
        {"trace_id", what.trace_id},
        {"guard_rule_id", by.id},
        {"rule_name", by.name},
        {"runtime", by.runtime},
        {"passed", shape.passed_as_int ? json::value(found.passed ? 1 : 0) : json::value(found.passed)},
        {"score", found.score},
        {"reason", explain(by, what, found)},
        {"agent_version", what.body->agent_version},
        {"latency_ms", found.latency_ms},
        {"timestamp", time_json(run.judged_at(verdict), shape.timestamps)},
        {"inspected", std::move(steps)},
    };
}

json::value summary_json(staso_run& run, instant now) {
    const auto& rules = run.spec().rules;
    tally all;
    std::vector<tally> by_rule(rules.size());
    const std::size_t done = run.verdicts_done(run.at(now));
    for (std::size_t i = 0; i < done; ++i) {
        const judgement& one = run.judgement_of(i);
        all.add(one);
        by_rule[i % rules.size()].add(one);
    }
    json::array rows;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        json::object row = {
            {"rule_name", rules[i]->name}, {"guard_rule_id", rules[i]->id}, {"runtime", rules[i]->runtime}};
        by_rule[i].put(row);
        rows.push_back(std::move(row));
    }
    json::object out = {{"run_id", run.id()}};
    all.put(out);
    out["by_rule"] = std::move(rows);
    return out;
}

json::value wrap_list(json::array items, std::size_t total, const staso_scenario& shape) {
    if (shape.envelope == "bare")
        return items;
    const std::size_t on_page = items.size();
    json::object out;
    if (shape.envelope == "nested")
        out["data"] = json::object{{"verdicts", std::move(items)}};
    else
        out[shape.envelope] = std::move(items);
    if (shape.total == "page_count")
        out["count"] = on_page;
    else if (shape.total != "absent")
        out[shape.total] = total;
    return out;
}

json::value wrap_run(json::value run, const staso_scenario& shape) {
    if (shape.run_envelope == "bare")
        return run;
    return json::object{{shape.run_envelope, std::move(run)}};
}

} // namespace evalbridge::sandbox
