// The trace behind a prompt. Inputs and outputs are of any JSON type at the vendor, so here they are too.

#include "sandbox/gradient_json.hpp"
#include "sandbox/ids.hpp"

#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

constexpr std::int64_t nanoseconds_a_ms = 1'000'000;

json::object message(std::string_view role, std::string_view content) {
    return {{"role", json::string(role)}, {"content", json::string(content)}};
}

json::object span_json(std::string_view name, std::string_view type, const trace& of, json::value input,
                       json::value output) {
    return {{"name", json::string(name)},
            {"type", "TRACE_SPAN_TYPE_" + std::string(type)},
            {"created_at", to_iso(of.started_at)},
            {"input", std::move(input)},
            {"output", std::move(output)}};
}

/// A tool's input or output: every JSON type in turn.
json::value any_typed(const span& call, std::size_t turn) {
    switch (turn % 5) {
    case 0: return json::object{{"tool", call.name}, {"arguments", {{"query", "demo"}, {"limit", 5}}}};
    case 1: return json::string(call.name + " " + call.status);
    case 2: return json::array{call.name, 12345678901234567, 0.25, true};
    case 3: return 9'007'199'254'740'993;
    default: return call.status == "ok";
    }
}

json::object common_json(const trace& of, std::size_t turn, const gradient_shape& shape) {
    const auto duration = (of.duration_ms / 10 + static_cast<long>(turn)) * nanoseconds_a_ms;
    return {{"created_at", to_iso(of.started_at)},
            {"duration_ns", shape.unsigned_64(static_cast<std::uint64_t>(duration))},
            {"metadata", {{"session", of.session_id}}},
            {"status_code", 200},
            {"tags", json::array{"sandbox"}}};
}

/// A tool call as a child span, in the newest vintage.
json::object tool_span(const trace& of, const span& call, std::size_t turn, const gradient_shape& shape) {
    auto out = span_json(call.name, "TOOL", of, any_typed(call, turn), any_typed(call, turn + 1));
    out["tool"] = {{"tool_call_id", "call_" + std::to_string(turn)}, {"common", common_json(of, turn, shape)}};
    return out;
}

/// The tool calls, under an agent that a workflow runs: children hang under `agent` and `workflow`.
json::object agent_span(const trace& of, const gradient_shape& shape) {
    json::array calls;
    for (std::size_t turn = 0; turn < of.spans.size(); ++turn)
        if (of.spans[turn].kind == "tool")
            calls.push_back(tool_span(of, of.spans[turn], turn, shape));
    auto worker = span_json("worker", "AGENT", of, json::string(of.input), json::string(of.output));
    worker["agent"] = {{"agent_type", "tool_caller"}, {"common", common_json(of, 0, shape)}};
    if (!calls.empty())
        worker["agent"].get_object()["spans"] = std::move(calls);
    auto workflow = span_json("plan and act", "WORKFLOW", of, json::array{message("user", of.input)},
                              message("assistant", of.output));
    workflow["workflow"] = {{"common", common_json(of, 1, shape)}, {"spans", json::array{std::move(worker)}}};
    auto top =
        span_json(of.agent_id, "AGENT", of, json::array{message("user", of.input)}, message("assistant", of.output));
    top["spans"] = json::array{std::move(workflow)};
    return top;
}

json::object model_span(const trace& of, const span& call, const gradient_shape& shape) {
    json::array input = {message("system", "You are a helpful agent of the sandbox."), message("user", of.input)};
    if (shape.asked.span_kb > 0)
        input.push_back(message("user", std::string(shape.asked.span_kb * 1024, 'x')));
    return span_json(call.name, "LLM", of, std::move(input), message("assistant", of.output));
}

json::object retriever_span(const gradient_run& run, std::size_t prompt, const span& call,
                            const gradient_shape& shape) {
    const item& what = run.who().of->prompts[prompt];
    auto chunks = chunks_json(what, shape);
    auto out = span_json(call.name, "RETRIEVER", *what.body, json::string(what.body->input), chunks.size());
    out["retriever_chunks"] = std::move(chunks);
    json::array results;
    for (const auto& metric : shape.catalog.metrics())
        if (metric.values == scale::all_or_nothing)
            results.push_back(measured_json(run.measure(metric, prompt), shape));
    out["span_level_metric_results"] = std::move(results);
    return out;
}

} // namespace

json::array chunks_json(const item& what, const gradient_shape& shape) {
    json::array chunks;
    const auto& documents = what.body->documents;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const auto& found = shape.traces.documents().at(documents[i]);
        json::object chunk = {{"index_uuid", shape.catalog.index_uuid()},
                              {"source_name", found.source},
                              {"text", found.text},
                              {"chunk_usage_pct", i == 0 ? 62.5 : 0.0}};
        if (i == 0)
            chunk["chunk_used"] = true;
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

json::array spans_json(const gradient_run& run, std::size_t prompt, const gradient_shape& shape) {
    const trace& of = *run.who().of->prompts[prompt].body;
    json::array spans;
    for (std::size_t turn = 0; turn < of.spans.size(); ++turn) {
        const span& call = of.spans[turn];
        if (call.kind == "llm")
            spans.push_back(model_span(of, call, shape));
        else if (call.kind == "retriever")
            spans.push_back(retriever_span(run, prompt, call, shape));
        else if (!shape.is_newest())
            spans.push_back(span_json(call.name, "TOOL", of, any_typed(call, turn), any_typed(call, turn + 1)));
    }
    if (shape.is_newest())
        spans.push_back(agent_span(of, shape));
    return spans;
}

} // namespace evalbridge::sandbox
