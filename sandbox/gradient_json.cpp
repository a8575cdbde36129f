#include "sandbox/gradient_json.hpp"

#include <cmath>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

/// Above 2^63, so that neither a double nor a signed 64-bit integer holds it.
constexpr std::uint64_t creator_id = 18'446'744'073'709'551'557u;
constexpr std::string_view creator_email = "evals@sandbox.example";

std::string_view state_name(measured::state state) {
    switch (state) {
    case measured::state::completed: return "EVALUATION_METRIC_RESULT_STATUS_COMPLETED";
    case measured::state::failed: return "EVALUATION_METRIC_RESULT_STATUS_FAILED";
    case measured::state::skipped: return "EVALUATION_METRIC_RESULT_STATUS_SKIPPED";
    }
    return "EVALUATION_METRIC_RESULT_STATUS_UNSPECIFIED";
}

void put_if(json::object& out, std::string_view name, const std::string& text) {
    if (!text.empty())
        out[name] = text;
}

void put_if(json::object& out, std::string_view name, const std::optional<instant>& when) {
    if (when)
        out[name] = to_iso(*when);
}

} // namespace

json::value gradient_shape::unsigned_64(std::uint64_t number) const {
    return asked.uint64_as_number ? json::value(number) : json::value(json::string(std::to_string(number)));
}

json::value gradient_shape::signed_64(std::int64_t number) const {
    return asked.int64_as_string ? json::value(json::string(std::to_string(number))) : json::value(number);
}

json::object metric_json(const gradient_metric& metric, std::size_t rank, const gradient_shape& shape) {
    json::object out = {
        {"metric_uuid", metric.uuid},
        {"metric_name", metric.name},
        {"description", metric.description},
        {"metric_type", "METRIC_TYPE_" + metric.type},
        {"metric_value_type", "METRIC_VALUE_TYPE_" + metric.value_type},
    };
    if (metric.range_max > 0) {
        out["range_min"] = 0.0;
        out["range_max"] = metric.range_max;
    }
    if (metric.inverted)
        out["inverted"] = true;
    if (shape.asked.vintage != gradient_vintage::oldest) {
        out["category"] = "METRIC_CATEGORY_" + metric.category;
        out["metric_rank"] = shape.signed_64(static_cast<std::int64_t>(rank));
        if (metric.is_goal)
            out["is_metric_goal"] = true;
    }
    if (shape.is_newest()) {
        out["evaluation_scope"] = "EVALUATION_SCOPE_AGENT";
        out["source"] = "EVALUATION_METRIC_SOURCE_BUILTIN";
    }
    return out;
}

json::object measured_json(const measured& result, const gradient_shape& shape) {
    const auto& metric = *result.metric;
    json::object out = {{"metric_name", metric.name}};
    // A yes or no on a prompt is a text, whatever the metric is on a run.
    out["metric_value_type"] = "METRIC_VALUE_TYPE_" + (result.text ? "STRING" : metric.value_type);
    if (result.number)
        out["number_value"] = *result.number;
    if (result.text)
        out["string_value"] = *result.text;
    put_if(out, "reasoning", result.reasoning);
    put_if(out, "error_description", result.error);
    if (shape.is_newest()) {
        out["metric_uuid"] = metric.uuid;
        out["status"] = state_name(result.status);
    }
    return out;
}

json::object run_json(const gradient_run& run, instant now, const gradient_shape& shape) {
    const auto& who = run.who();
    const auto seen = run.at(now);
    json::object out = {
        {"evaluation_run_uuid", who.uuid},
        {"test_case_uuid", who.of->uuid},
        {"test_case_name", who.of->name},
        {"test_case_description", who.of->description},
        {"test_case_version", shape.signed_64(who.test_case_version)},
        {"evaluation_test_case_workspace_uuid", shape.catalog.workspace_uuid()},
        {"agent_uuid", who.agent->uuid},
        {"agent_name", who.agent->name},
        {"agent_version_hash", who.agent->version_hash},
        {"agent_workspace_uuid", shape.catalog.workspace_uuid()},
        {"run_name", who.name},
        {"status", seen.status},
        {"created_by_user_id", shape.unsigned_64(creator_id)},
        {"created_by_user_email", creator_email},
        {"queued_at", to_iso(run.queued_at())},
    };
    if (shape.has_spans())
        put_if(out, "agent_deployment_name", who.deployment);
    put_if(out, "started_at", seen.started_at);
    put_if(out, "finished_at", seen.finished_at);
    put_if(out, "error_description", seen.error.value_or(""));
    if (!seen.terminal || seen.evaluated == 0)
        return out;
    json::array results;
    for (const auto& one : run.run_level(seen.evaluated))
        results.push_back(measured_json(one, shape));
    out["run_level_metric_results"] = std::move(results);
    out["star_metric_result"] = measured_json(run.star_result(seen.evaluated), shape);
    if (const auto passes = run.passes(seen.evaluated); passes && seen.evaluated == who.of->prompts.size())
        out["pass_status"] = *passes;
    return out;
}

json::object prompt_json(const gradient_run& run, std::size_t prompt, bool evaluated, const gradient_shape& shape) {
    const item& what = run.who().of->prompts[prompt];
    json::object out = {
        {"prompt_id", shape.signed_64(run.who().of->prompt_id(prompt))},
        {"input", what.body->input},
        {"output", what.body->output},
        {"input_tokens", shape.unsigned_64(static_cast<std::uint64_t>(what.body->input_tokens))},
        {"output_tokens", shape.unsigned_64(static_cast<std::uint64_t>(what.body->output_tokens))},
        {"trace_id", what.trace_id},
    };
    put_if(out, "ground_truth", what.body->expected);
    if (auto chunks = chunks_json(what, shape); !chunks.empty())
        out["prompt_chunks"] = std::move(chunks);
    if (shape.has_spans())
        out["evaluation_trace_spans"] = spans_json(run, prompt, shape);
    if (!evaluated)
        return out;
    json::array results;
    for (const auto* metric : run.who().of->metrics) {
        const auto result = run.measure(*metric, prompt);
        // Before results had a status, a metric that doesn't apply was simply not there.
        if (result.status != measured::state::skipped || shape.is_newest())
            results.push_back(measured_json(result, shape));
    }
    out["prompt_level_metric_results"] = std::move(results);
    return out;
}

json::object test_case_json(const test_case& what, std::int64_t version, std::size_t runs,
                            const gradient_shape& shape) {
    json::array metrics;
    for (std::size_t i = 0; i < what.metrics.size(); ++i)
        metrics.push_back(metric_json(*what.metrics[i], i + 1, shape));
    json::object star = {{"metric_uuid", what.star->uuid}, {"name", what.star->name}};
    if (const auto& threshold = what.thresholds[static_cast<std::size_t>(version - 1)]) {
        if (shape.asked.vintage != gradient_vintage::newest)
            star["success_threshold_pct"] = std::lround(100 * double{*threshold} / what.star->range_max);
        if (shape.asked.vintage != gradient_vintage::oldest)
            star["success_threshold"] = double{*threshold}; // a 32-bit float, and it shows: 0.6000000238418579
    }
    return {
        {"test_case_uuid", what.uuid},
        {"name", what.name},
        {"description", what.description},
        {"version", shape.signed_64(version)},
        {"metrics", std::move(metrics)},
        {"star_metric", std::move(star)},
        {"dataset",
         {{"dataset_uuid", what.uuid},
          {"dataset_name", what.name + ".csv"},
          {"row_count", shape.signed_64(static_cast<std::int64_t>(what.prompts.size()))},
          {"has_ground_truth", true},
          {"file_size", shape.unsigned_64(what.prompts.size() * 120)},
          {"created_at", "2026-04-30T09:00:00Z"}}},
        {"total_runs", runs},
        {"created_by_user_id", shape.unsigned_64(creator_id)},
        {"created_by_user_email", creator_email},
        {"created_at", "2026-04-30T09:00:00Z"},
        {"updated_at", "2026-04-30T09:00:00Z"},
    };
}

} // namespace evalbridge::sandbox
