#include "tests/oracle/gradient.hpp"
#include "tests/oracle/gradient_parts.hpp"
#include "tests/oracle/gradient_spans.hpp"

#include <map>

namespace evalbridge::oracle::gradient {
namespace {

struct judged_verdict {
    measured result;
    std::optional<std::size_t> span;
};

json::value chunks(told in) {
    json::array out;
    in.each([&](told each) { out.push_back(chunk(each)); });
    return out;
}

json::value read_prompt(told in, const which& one, const prompt_parts& parts, const judge* with,
                        const std::optional<std::string>& agent_version) {
    if (!in.is_object())
        throw refused("no prompt");
    making notes;
    std::vector<judged_verdict> verdicts;
    if (parts.item_verdicts)
        in["prompt_level_metric_results"].each([&](told each) {
            if (verdicts.size() == most_metric_results)
                throw refused("too many metric results");
            verdicts.push_back({measurement(each, parts.raw), {}});
        });
    span_list spans(parts);
    if (parts.spans || parts.span_verdicts)
        spans.read(in["evaluation_trace_spans"]);
    for (std::size_t i = 0; i < spans.size(); ++i)
        for (auto& each : spans.results(i))
            verdicts.push_back({std::move(each), i});

    const auto told_id = in["prompt_id"].maybe_integer();
    const auto id = std::to_string(told_id.value_or(0));
    if (!told_id)
        notes.note("defaulted", "prompt_id", "the vendor leaves out an id of 0");
    const auto trace = in["trace_id"].some_text();
    json::object out;
    out["id"] = id;
    out["prompt_id"] = id;
    out["run_id"] = one.provider + ":" + one.native_id;
    out["trace_id"] = or_null(trace);
    const told content = parts.content ? in : told();
    out["input"] = or_null(content["input"].maybe_text());
    out["output"] = or_null(content["output"].maybe_text());
    out["expected"] = or_null(content["ground_truth"].maybe_text());
    const auto count = [](std::optional<std::uint64_t> n) { return n ? json::value(*n) : json::value(nullptr); };
    out["tokens"] = {{"input", count(content["input_tokens"].maybe_unsigned())},
                     {"output", count(content["output_tokens"].maybe_unsigned())}};
    out["chunks"] = chunks(content["prompt_chunks"]);
    if (parts.spans)
        out["spans"] = spans.told();

    std::map<std::pair<std::optional<std::size_t>, std::string>, int> met;
    json::array told_verdicts;
    for (auto& each : verdicts) {
        const auto key = each.result.metric.id.value_or(each.result.metric.native_name);
        const auto repeat = ++met[{each.span, key}];
        auto verdict_id = encoded(id) + ":" + encoded(key);
        if (each.span)
            verdict_id += ":" + std::to_string(*each.span);
        if (repeat > 1)
            verdict_id += "#" + std::to_string(repeat);
        if (spans.left_out())
            each.result.notes.note("lossy", "spans", "spans beyond the cap are left out");
        if (with)
            with->complete(each.result);
        auto verdict = each.result.told();
        verdict["id"] = verdict_id;
        verdict["run_id"] = out["run_id"];
        verdict["result_id"] = id;
        verdict["trace_id"] = or_null(trace);
        verdict["level"] = each.span ? "span" : "item";
        verdict["span"] = each.span ? spans.reference(*each.span) : json::value(nullptr);
        verdict["agent_version"] = or_null(agent_version);
        verdict["latency_ms"] = nullptr;
        verdict["timestamp"] = nullptr;
        verdict["inspected"] = json::array();
        told_verdicts.push_back(std::move(verdict));
    }
    out["verdicts"] = std::move(told_verdicts);
    if (spans.left_out())
        notes.note("lossy", "spans", "spans beyond the cap are left out");
    out["mapping"] = notes.told();
    if (parts.raw)
        out["raw"] = in.raw();
    return out;
}

std::optional<std::uint64_t> count(told in) {
    const auto number = in.maybe_integer();
    return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

std::optional<bool> has_next(told links) {
    const auto pages = links.is_object() ? links["pages"] : told();
    if (!pages.is_object())
        return {};
    bool any = false;
    for (const auto* name : {"first", "last", "prev", "previous", "next"})
        any = any || (pages[name].is_string() && !pages[name].text().empty());
    if (!any)
        return {};
    return pages["next"].is_string() && !pages["next"].text().empty();
}

} // namespace

prompt_page prompts(const json::value& answer, const which& one, const prompt_parts& parts, const judge* with) {
    const told in(&answer);
    if (!in.is_object())
        throw refused("no page of results");
    const auto run = in["evaluation_run"];
    if (!run.is_object() && !in["meta"].is_object() && !in["prompts"].is_array())
        throw refused("no page of results");
    prompt_page out;
    std::optional<std::string> agent_version;
    if (run.is_object()) {
        agent_version = run["agent_version_hash"].some_text();
        out.run = {{"status", run["status"].maybe_text().value_or("")},
                   {"test_case", or_null(run["test_case_uuid"].some_text())},
                   {"version", or_null(run["test_case_version"].maybe_integer())}};
    }
    out.has_next = has_next(in["links"]);
    if (const auto meta = in["meta"]; meta.is_object()) {
        out.page = count(meta["page"]);
        out.pages = count(meta["pages"]);
        out.total = count(meta["total"]);
    }
    in["prompts"].each([&](told each) {
        if (out.prompts.size() == 10'000)
            throw refused("too many prompts");
        out.prompts.push_back(read_prompt(each, one, parts, with, agent_version));
    });
    return out;
}

json::value prompt(const json::value& answer, const which& one, std::int64_t id, const prompt_parts& parts,
                   const judge* with) {
    auto out = read_prompt(told(&answer)["prompt"], one, parts, with, {});
    if (out.at("id").as_string() != std::to_string(id))
        throw refused("another prompt");
    return out;
}

} // namespace evalbridge::oracle::gradient
