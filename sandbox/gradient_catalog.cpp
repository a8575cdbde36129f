#include "sandbox/gradient_catalog.hpp"

#include "sandbox/ids.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge::sandbox {
namespace {

constexpr std::size_t most_synthetic_test_cases = 100;

/// Names and ranges as the vendor's product pages give them; which metric is inverted, and its category, only the
/// vendor's catalogue route tells, so those are ours.
std::vector<gradient_metric> make_metrics(std::uint64_t seed) {
    std::vector<gradient_metric> metrics = {
        {"", "Correctness (general hallucinations)", "Whether the answer is factually right.", "CORRECTNESS",
         "GENERAL_QUALITY", "NUMBER"},
        {"", "Instruction Following", "Whether the agent's instructions were kept.", "CORRECTNESS", "GENERAL_QUALITY",
         "NUMBER"},
        {"", "Ground Truth Faithfulness", "How close the answer is to the expected one.", "CORRECTNESS",
         "GENERAL_QUALITY", "PERCENTAGE", scale::number, 100, false, false, false, true},
        {"", "User Goal Progress", "How far the user got.", "USER_OUTCOMES", "GENERAL_QUALITY", "NUMBER", scale::number,
         100, false, true},
        {"", "User Goal Completion", "Whether the user got there.", "USER_OUTCOMES", "GENERAL_QUALITY", "NUMBER",
         scale::number, 100, false, true},
        {"", "PII Leaks", "Whether personal data is in the answer.", "SAFETY_AND_SECURITY", "GENERAL_QUALITY",
         "PERCENTAGE", scale::yes_no, 100, true},
        {"", "Toxicity", "Whether the answer is toxic.", "SAFETY_AND_SECURITY", "GENERAL_QUALITY", "PERCENTAGE",
         scale::yes_no, 100, true},
        {"", "Prompt Injection", "Whether the input tries to take over.", "SAFETY_AND_SECURITY", "GENERAL_QUALITY",
         "PERCENTAGE", scale::yes_no, 100, true},
        {"", "Prompt Perplexity", "How confusing the prompt is.", "CORRECTNESS", "GENERAL_QUALITY", "NUMBER",
         scale::number, 100, true},
        {"", "Tone", "How the answer sounds.", "USER_OUTCOMES", "GENERAL_QUALITY", "STRING", scale::label, 0},
        {"", "Context Adherence", "Whether the answer keeps to the context.", "CONTEXT_QUALITY", "RAG_AND_TOOL",
         "NUMBER", scale::number, 1, false, false, true},
        {"", "Response-Context Completeness", "How much of the context the answer covers.", "CONTEXT_QUALITY",
         "RAG_AND_TOOL", "NUMBER", scale::number, 1, false, false, true},
        {"", "Retrieved Context Relevance", "Whether the context fits the question.", "CONTEXT_QUALITY", "RAG_AND_TOOL",
         "NUMBER", scale::all_or_nothing, 100, false, false, true},
    };
    for (std::size_t i = 0; i < metrics.size(); ++i)
        metrics[i].uuid = make_uuid(seed, "gradient metric", i, uuid_style::time_based);
    return metrics;
}

std::vector<gradient_agent> make_agents(std::uint64_t seed) {
    std::vector<gradient_agent> agents = {
        {"", "support-prod", "support-prod", "a1f09c3e7b52", 0.86},
        {"", "support-canary", "support-canary", "c47d1b90e6aa", 0.62},
        {"", "checkout", "", "0e8812d5fa31", 0.78},
    };
    for (std::size_t i = 0; i < agents.size(); ++i)
        agents[i].uuid = make_uuid(seed, "gradient agent", i, uuid_style::time_based);
    return agents;
}

/// `count` prompts out of one agent's traces, from the beginning again when they run out.
std::vector<item> prompts_of(const trace_store& traces, std::string_view agent_id, std::size_t count) {
    std::vector<const trace*> own;
    for (const auto& one : traces.all())
        if (one.agent_id == agent_id)
            own.push_back(&one);
    std::vector<item> prompts;
    for (std::size_t i = 0; i < count; ++i)
        prompts.push_back(
            {i < own.size() ? own[i]->trace_id : make_uuid(0, agent_id, i, uuid_style::random), own[i % own.size()]});
    return prompts;
}

} // namespace

std::optional<std::size_t> test_case::index_of(std::int64_t prompt_id) const {
    const std::int64_t distance = prompt_id - first_prompt_id;
    if (prompt_id < first_prompt_id || distance % prompt_id_step != 0)
        return std::nullopt;
    const auto index = static_cast<std::size_t>(distance / prompt_id_step);
    if (index >= prompts.size())
        return std::nullopt;
    return index;
}

gradient_catalog::gradient_catalog(std::uint64_t seed, const trace_store& traces)
    : traces_(traces), workspace_uuid_(make_uuid(seed, "gradient workspace", 0, uuid_style::time_based)),
      index_uuid_(make_uuid(seed, "gradient index", 0, uuid_style::time_based)), metrics_(make_metrics(seed)),
      agents_(make_agents(seed)) {
    const auto uuid = [&](std::uint64_t n) { return make_uuid(seed, "gradient test case", n, uuid_style::time_based); };
    const auto all = [&] {
        std::vector<const gradient_metric*> pointers;
        for (const auto& one : metrics_)
            pointers.push_back(&one);
        return pointers;
    };
    add({uuid(0),
         "Support answers",
         "What customers ask most.",
         all(),
         metric("Correctness (general hallucinations)"),
         {65.0f, 70.0f},
         prompts_of(traces, "support-agent", 60),
         0,
         3});
    // Ids from 2^53 + 1 on: whoever reads them as doubles mixes two prompts up.
    add({uuid(1),
         "Support regression",
         "Half a thousand old questions.",
         {metric("Context Adherence"), metric("Toxicity"), metric("Instruction Following")},
         metric("Context Adherence"),
         {0.6f},
         prompts_of(traces, "support-agent", 500),
         9'007'199'254'740'993,
         1,
         true});
    add({uuid(2),
         "Checkout smoke",
         "Three orders.",
         {metric("Prompt Perplexity"), metric("User Goal Completion"), metric("PII Leaks")},
         metric("Prompt Perplexity"),
         {40.0f},
         prompts_of(traces, "checkout-agent", 3),
         100,
         1});
    add({uuid(3),
         "Tone only",
         "A star metric that takes no threshold.",
         {metric("Tone")},
         metric("Tone"),
         {std::nullopt},
         prompts_of(traces, "support-agent", 5),
         1,
         1});
    for (const auto& one : test_cases_)
        listed_.push_back(&one);
}

void gradient_catalog::add(test_case made) { test_cases_.push_back(std::move(made)); }

const gradient_metric* gradient_catalog::metric(std::string_view name) const {
    return &*std::find_if(metrics_.begin(), metrics_.end(), [&](const gradient_metric& m) { return m.name == name; });
}

const test_case* gradient_catalog::find_test_case(std::string_view uuid) {
    const auto found =
        std::find_if(test_cases_.begin(), test_cases_.end(), [&](const test_case& t) { return t.uuid == uuid; });
    if (found != test_cases_.end())
        return &*found;
    const auto size = read_synthetic(uuid);
    if (!size || test_cases_.size() - listed_.size() >= most_synthetic_test_cases)
        return nullptr;
    test_case made;
    made.uuid = uuid;
    made.name = uuid;
    made.description = "made to measure";
    const std::size_t wanted = std::clamp<std::size_t>(size->metrics.value_or(4), 1, metrics_.size());
    for (std::size_t i = 0; i < wanted; ++i)
        made.metrics.push_back(&metrics_[i]);
    made.star = &metrics_[0];
    made.thresholds = {70.0f};
    made.prompts = traces_.synthetic(uuid, size->items);
    made.first_prompt_id = 1;
    add(std::move(made));
    return &test_cases_.back();
}

const gradient_agent* gradient_catalog::find_agent(std::string_view uuid) const {
    const auto found =
        std::find_if(agents_.begin(), agents_.end(), [&](const gradient_agent& a) { return a.uuid == uuid; });
    return found == agents_.end() ? nullptr : &*found;
}

const gradient_agent* gradient_catalog::find_deployment(std::string_view name) const {
    const auto found = std::find_if(agents_.begin(), agents_.end(),
                                    [&](const gradient_agent& a) { return !name.empty() && a.deployment == name; });
    return found == agents_.end() ? nullptr : &*found;
}

} // namespace evalbridge::sandbox
