#include "tests/oracle/random_gradient.hpp"

namespace evalbridge::oracle::gradient {
namespace {

using object = random_json::object;

/// Few, so that results meet their catalogue entries and one another.
std::string metric_word(random_json& any) {
    return any.in_quotes(std::string(any.from().of({"a1", "A1", "b2", "b5", "b6", "Latency4", "rule1", "RULE3", "m"})));
}

std::string value_type(random_json& any) {
    return any.in_quotes("METRIC_VALUE_TYPE_" + std::string(any.from().of({"NUMBER", "NUMBER", "STRING", "PERCENTAGE",
                                                                           "UNSPECIFIED", "OF_TOMORROW"})));
}

std::string random_metric_result(random_json& any) {
    object out(any);
    out.maybe("metric_name", metric_word(any)).maybe("metric_uuid", any.from().one_in(2) ? metric_word(any) : "\"\"");
    out.maybe("metric_value_type", value_type(any));
    out.maybe("number_value", any.from().one_in(2) ? any.score() : any.number());
    out.maybe("string_value",
              any.from().one_in(3) ? any.in_quotes(std::string(any.from().of({"YES", "good", "bad"}))) : any.text());
    out.maybe("reasoning", any.text());
    if (any.from().one_in(5))
        out.maybe("error_description", any.text());
    if (any.from().one_in(4))
        out.maybe("status", any.in_quotes("EVALUATION_METRIC_RESULT_STATUS_" +
                                          std::string(any.from().of({"FAILED", "SKIPPED", "COMPLETED", "NEW"}))));
    return out.done();
}

std::string metric_results(random_json& any, std::uint64_t most) {
    return any.array(any.from().below(most + 1), [&](std::size_t) { return random_metric_result(any); });
}

std::string random_chunks(random_json& any) {
    return any.array(any.from().below(3), [&](std::size_t) {
        object out(any);
        out.maybe("text", any.text()).maybe("source_name", any.text()).maybe("index_uuid", any.word());
        out.maybe("chunk_used", any.boolean()).maybe("chunk_usage_pct", any.number());
        return out.done();
    });
}

std::string random_spans(random_json& any, int depth) {
    return any.array(any.from().below(depth > 0 ? 4 : 2), [&](std::size_t) {
        object out(any);
        out.maybe("name", any.text()).maybe("created_at", any.time());
        out.maybe("type", any.in_quotes("TRACE_SPAN_TYPE_" + std::string(any.from().of({"LLM", "TOOL", "UNKNOWN",
                                                                                        "AGENT", "WORKFLOW", "NEW"}))));
        out.maybe("input", any.anything()).maybe("output", any.anything());
        out.maybe("retriever_chunks", random_chunks(any)).maybe("span_level_metric_results", metric_results(any, 2));
        out.maybe(any.from().of({"llm", "tool", "retriever", "something_else"}), any.anything());
        for (const auto* holder : {"agent", "workflow"})
            if (any.from().one_in(3)) {
                object held(any);
                held.maybe("agent_type", any.text());
                if (depth > 0 && any.from().one_in(2))
                    held.maybe("spans", random_spans(any, depth - 1));
                out.maybe(holder, any.from().one_in(6) ? any.anything() : held.done());
            }
        if (depth > 0 && any.from().one_in(3))
            out.maybe("spans", random_spans(any, depth - 1));
        return out.done();
    });
}

std::string quoted_or_not(random_json& any, std::uint64_t number) {
    const auto text = std::to_string(number);
    return any.from().one_in(2) ? any.in_quotes(text) : text;
}

} // namespace

std::string random_status(random_json& any) {
    return any.in_quotes("EVALUATION_RUN_" +
                         std::string(any.from().of({"QUEUED", "RUNNING_DATASET", "EVALUATING_RESULTS", "CANCELLING",
                                                    "CANCELLED", "SUCCESSFUL", "PARTIALLY_SUCCESSFUL", "FAILED",
                                                    "STATUS_UNSPECIFIED", "RUNNING", "COMPLETED", "OF_TOMORROW"})));
}

std::string random_run(random_json& any, const std::string& id, const std::string& status) {
    object out(any);
    out.needed("evaluation_run_uuid", id).needed("status", status);
    out.maybe("pass_status", any.boolean()).maybe("run_name", any.text()).maybe("test_case_description", any.text());
    out.maybe("test_case_uuid", any.word()).maybe("test_case_version", any.count());
    out.maybe("agent_uuid", any.word()).maybe("agent_name", any.text()).maybe("agent_version_hash", any.text());
    out.maybe("agent_deployment_name", any.text()).maybe("error_description", any.text());
    out.maybe("queued_at", any.time()).maybe("started_at", any.time()).maybe("finished_at", any.time());
    out.maybe("run_level_metric_results", metric_results(any, 3));
    out.maybe("star_metric_result", random_metric_result(any));
    out.maybe("created_by_user_email", any.text()).maybe("agent_deleted", any.boolean());
    return out.done();
}

std::string random_prompt(random_json& any, std::uint64_t id) {
    object out(any);
    if (id > 0 || any.from().one_in(2))
        out.exactly("prompt_id", quoted_or_not(any, id));
    out.maybe("input", any.text()).maybe("output", any.text()).maybe("ground_truth", any.text());
    const auto tokens = any.from().one_in(5) ? UINT64_MAX - any.from().below(3) : any.from().below(5000);
    out.maybe("input_tokens", quoted_or_not(any, tokens)).maybe("output_tokens", any.count());
    out.maybe("trace_id", any.text()).maybe("prompt_chunks", random_chunks(any));
    out.maybe("prompt_level_metric_results", metric_results(any, 4));
    out.maybe("evaluation_trace_spans", random_spans(any, 3));
    return out.done();
}

std::string random_catalogue(random_json& any) {
    return any.array(any.from().below(6), [&](std::size_t) {
        object out(any);
        out.maybe("metric_uuid", metric_word(any)).maybe("metric_name", metric_word(any));
        out.maybe("description", any.text()).maybe("metric_value_type", value_type(any));
        out.maybe("inverted", any.boolean()).maybe("range_min", any.score()).maybe("range_max", any.score());
        out.maybe("category", any.in_quotes("METRIC_CATEGORY_" + std::string(any.from().of({"CORRECTNESS", "MODEL_FIT",
                                                                                            "UNSPECIFIED", "NEW"}))));
        out.maybe("metric_rank", any.count());
        return out.done();
    });
}

std::string random_test_case(random_json& any) {
    object star(any);
    star.maybe("metric_uuid", metric_word(any)).maybe("name", metric_word(any));
    star.maybe("success_threshold", any.score()).maybe("success_threshold_pct", any.count());
    object out(any);
    out.maybe("test_case_uuid", any.word()).maybe("star_metric", star.done()).maybe("metrics", random_catalogue(any));
    return out.done();
}

std::string random_answer(random_json& any) {
    object out(any);
    const auto id = any.in_quotes(std::string(any.from().of({"run-1", "RUN-1", "run-1", "run-2"})));
    out.maybe("evaluation_run", random_run(any, any.from().one_in(3) ? id : "\"run-1\"", random_status(any)));
    out.maybe("prompts", any.array(any.from().below(4), [&](std::size_t i) { return random_prompt(any, i); }));
    out.maybe("prompt", random_prompt(any, 0));
    if (!any.from().one_in(4))
        out.maybe("metrics", random_catalogue(any));
    if (!any.from().one_in(4))
        out.maybe("evaluation_test_case", random_test_case(any));
    object meta(any);
    meta.maybe("page", any.count()).maybe("pages", any.count()).maybe("total", any.count());
    out.maybe("meta", meta.done());
    object pages(any);
    for (const auto* name : {"first", "last", "prev", "previous", "next"})
        if (any.from().one_in(2))
            pages.maybe(name, any.text());
    out.maybe("links", any.from().one_in(4) ? "{}" : "{\"pages\":" + pages.done() + "}");
    return out.done();
}

} // namespace evalbridge::oracle::gradient
