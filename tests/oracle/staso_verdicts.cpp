#include "tests/oracle/staso.hpp"
#include "tests/oracle/staso_parts.hpp"

#include <cmath>

namespace evalbridge::oracle::staso {
namespace {

json::value inspected(told in) {
    json::array steps;
    in.each([&](told each) {
        steps.push_back({{"turn", or_null(each["turn"].maybe_integer())},
                         {"tool", each["tool"].maybe_text().value_or("")},
                         {"target", each["target"].maybe_text().value_or("")}});
    });
    return steps;
}

std::optional<std::int64_t> latency(told in, making& notes) {
    const auto told = in.maybe_number();
    if (!told)
        return {};
    const auto whole = std::round(*told);
    const bool countable = std::abs(whole) <= 9007199254740992.0;
    if (whole != *told || !countable)
        notes.note("lossy", "latency_ms", "rounded to whole milliseconds");
    return countable ? std::optional(static_cast<std::int64_t>(whole)) : std::nullopt;
}

json::value verdict(told in, const std::string& run_id, const reading& how) {
    making notes;
    const auto trace = in.any({"trace_id", "traceId"}).text();
    const auto id = in.any({"guard_rule_id", "guardRuleId"}).some_text();
    const auto named = in.any({"rule_name", "ruleName"}).some_text();
    if (trace.empty() || (!id && !named))
        throw refused("a verdict without its trace or rule");
    const auto name = named.value_or(id.value_or(""));
    const auto* defined = look_up(how.words, "staso", name, id);
    const auto known = traits_of(defined);

    const auto runtime = in["runtime"].some_text();
    auto kind = runtime_kind(runtime.value_or(""));
    if (runtime && kind == "unknown")
        notes.note("lossy", "metric.kind", "a runtime that isn't documented");
    if (kind == "unknown" && defined && defined->kind)
        kind = word(*defined->kind);

    const auto passed = in["passed"].maybe_boolean();
    measured_value value;
    value.number = in["score"].maybe_number();
    if (value.number)
        value.type = "number";

    json::object out;
    out["id"] = encoded(trace) + ":" + encoded(id.value_or(name));
    out["run_id"] = run_id;
    out["result_id"] = trace;
    out["trace_id"] = trace;
    out["level"] = "item";
    out["span"] = nullptr;
    out["metric"] = metric(defined ? defined->name : name, name, id, kind);
    out["passed"] = or_null(passed);
    out["passed_source"] = passed ? "provider" : "none";
    out["score"] = or_null(scored(value, known, notes, "score"));
    out["value"] = value.told();
    out["direction"] = known.direction;
    out["reason"] = or_null(in["reason"].some_text());
    out["error"] = nullptr;
    out["agent_version"] = or_null(in.any({"agent_version", "agentVersion"}).some_text());
    out["latency_ms"] = or_null(latency(in.any({"latency_ms", "latencyMs"}), notes));
    out["timestamp"] = time(in["timestamp"], "timestamp", notes);
    out["inspected"] = inspected(in["inspected"]);
    out["mapping"] = notes.told();
    if (how.raw)
        out["raw"] = in.raw();
    return out;
}

/// Of the list that stands in this object beside `rows` of it.
std::optional<std::int64_t> total(told in, std::size_t rows) {
    if (!in.is_object())
        return {};
    if (const auto told = in.any({"total", "total_count", "totalCount"}).count_if_any())
        return told;
    const auto count = in["count"].count_if_any();
    return count && static_cast<std::size_t>(*count) > rows ? count : std::nullopt;
}

constexpr std::string_view lists[] = {"verdicts", "items", "data", "results"};

told list_in(told in) {
    for (const auto name : lists)
        if (in[name].is_array())
            return in[name];
    return {};
}

} // namespace

verdict_page verdicts(const json::value& answer, const std::string& native_run_id, const reading& how) {
    const told root(&answer);
    told list, holder = root;
    if (root.is_array()) {
        list = root;
    } else if (root.is_object()) {
        list = list_in(root);
        if (!list.occurs() && root["data"].is_object()) {
            list = list_in(root["data"]);
            holder = list.occurs() ? root["data"] : root;
        }
        // `null` under the first of the names that occurs is an empty list.
        if (!list.occurs() && !(root.any({lists[0], lists[1], lists[2], lists[3]}).occurs() &&
                                !root.any({lists[0], lists[1], lists[2], lists[3]}).present()))
            throw refused("no list of verdicts");
    } else {
        throw refused("no list of verdicts");
    }
    verdict_page page;
    list.each([&](told row) { page.rows.push_back(verdict(row, how.provider + ":" + native_run_id, how)); });
    page.total = total(holder, page.rows.size());
    if (!page.total)
        page.total = total(root, page.rows.size());
    return page;
}

} // namespace evalbridge::oracle::staso
