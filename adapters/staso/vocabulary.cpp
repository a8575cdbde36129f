#include "adapters/staso/vocabulary.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>

namespace evalbridge::staso {
namespace {

struct status_row {
    std::string_view native;
    run_status status;
};

// docs/eval/runs, "Polling": pending -> running -> completed | failed | cancelled.
constexpr status_row status_rows[] = {
    {"pending", run_status::pending}, {"running", run_status::running},     {"completed", run_status::completed},
    {"failed", run_status::failed},   {"cancelled", run_status::cancelled},
};

struct runtime_row {
    std::string_view native;
    metric_kind kind;
};

// docs/eval/verdicts, "Verdict shape".
constexpr runtime_row runtime_rows[] = {
    {"programmatic", metric_kind::programmatic},
    {"llm_judge", metric_kind::llm_judge},
    {"agentic", metric_kind::agentic},
    {"prompt", metric_kind::prompt},
};

// docs/eval/runs, "Triggers".
constexpr std::string_view triggers[] = {"on_demand", "sampled_async", "backfill"};

// docs/eval/overview (names, runtimes) and docs/eval/verdicts (what passes, for four of them).
constexpr zero_config catalogue[] = {
    {"task_completion_rate", metric_kind::programmatic, score_direction::unknown,
     "Passes when the trace ended with status ok."},
    {"error_rate", metric_kind::programmatic, score_direction::unknown,
     "Errors within the trace. What passes and how it is scored is not documented."},
    {"latency_p95", metric_kind::programmatic, score_direction::lower_is_better,
     "Passes when the trace took at most 30 s. The score is its duration divided by 30 s."},
    {"cost_per_task", metric_kind::programmatic, score_direction::lower_is_better,
     "Passes when the trace used at most 50,000 tokens. The score rises with cost."},
    {"tool_sequence_anomaly", metric_kind::programmatic, score_direction::unknown,
     "Unusual sequences of tool calls. What passes and how it is scored is not documented."},
    {"hallucination", metric_kind::llm_judge, score_direction::unknown,
     "A judge model decides. The score is the judge's confidence in its decision, not a quality."},
    {"false_completion", metric_kind::llm_judge, score_direction::unknown,
     "A judge model decides whether the agent claimed a completion that was none."},
    {"sentiment", metric_kind::llm_judge, score_direction::unknown, "A judge model decides on the user's sentiment."},
    {"escalation", metric_kind::llm_judge, score_direction::unknown,
     "A judge model decides on the conversation's escalation."},
};

} // namespace

run_status status_of(std::string_view native) {
    for (const auto& row : status_rows)
        if (equal_folded(row.native, native))
            return row.status;
    return run_status::unknown;
}

metric_kind kind_of_runtime(std::string_view native) {
    for (const auto& row : runtime_rows)
        if (equal_folded(row.native, native))
            return row.kind;
    return metric_kind::unknown;
}

bool is_trigger(std::string_view text) { return std::ranges::find(triggers, text) != std::end(triggers); }

std::span<const zero_config> zero_configs() { return catalogue; }

const zero_config* find_zero_config(std::string_view name) {
    for (const auto& each : catalogue)
        if (each.name == name)
            return &each;
    return nullptr;
}

} // namespace evalbridge::staso
