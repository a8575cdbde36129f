#include "sandbox/rules.hpp"

#include "sandbox/ids.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace evalbridge::sandbox {
namespace {

constexpr double longest_ms = 30'000;  // staso.ai/docs/eval/verdicts
constexpr double most_tokens = 50'000; // the same page
constexpr double most_errors = 0.1;    // ours: Staso doesn't say where error_rate draws the line
constexpr int most_repeats = 2;        // ours: a tool called three times in a row is a loop
constexpr std::size_t longest_answer = 80;

double error_share(const trace& t) {
    const auto errors = std::count_if(t.spans.begin(), t.spans.end(), [](const span& s) { return s.status != "ok"; });
    return t.spans.empty() ? 0 : static_cast<double>(errors) / static_cast<double>(t.spans.size());
}

/// How often the same tool is called without another call between.
int longest_repeat(const trace& t) {
    int longest = 0;
    int current = 0;
    std::string_view last;
    for (const auto& s : t.spans) {
        if (s.kind != "tool")
            continue;
        current = s.name == last ? current + 1 : 1;
        last = s.name;
        longest = std::max(longest, current);
    }
    return longest;
}

struct measure {
    std::string_view name;
    bool (*passed)(const trace&);
    double (*score)(const trace&);
    std::string (*reason)(const trace&);
};

std::string fmt(const char* format, double a, double b) {
    char text[160];
    std::snprintf(text, sizeof text, format, a, b);
    return text;
}

constexpr measure measures[] = {
    {"task_completion_rate", [](const trace& t) { return t.status == "ok"; },
     [](const trace& t) { return t.status == "ok" ? 1.0 : 0.0; },
     [](const trace& t) { return "trace.status is " + t.status; }},
    {"error_rate", [](const trace& t) { return error_share(t) <= most_errors; }, error_share,
     [](const trace& t) {
         return fmt("%.0f%% of the spans failed (limit %.0f%%)", error_share(t) * 100, most_errors * 100);
     }},
    {"latency_p95", [](const trace& t) { return t.duration_ms <= longest_ms; },
     [](const trace& t) { return static_cast<double>(t.duration_ms) / longest_ms; },
     [](const trace& t) {
         return fmt("took %.0f ms (limit %.0f ms)", static_cast<double>(t.duration_ms), longest_ms);
     }},
    {"cost_per_task", [](const trace& t) { return t.total_tokens() <= most_tokens; },
     [](const trace& t) { return static_cast<double>(t.total_tokens()) / most_tokens; },
     [](const trace& t) {
         return fmt("used %.0f tokens (limit %.0f)", static_cast<double>(t.total_tokens()), most_tokens);
     }},
    {"tool_sequence_anomaly", [](const trace& t) { return longest_repeat(t) <= most_repeats; },
     [](const trace& t) { return static_cast<double>(longest_repeat(t)) / most_repeats; },
     [](const trace& t) {
         return fmt("the same tool was called %.0f times in a row (limit %.0f)", longest_repeat(t), most_repeats);
     }},
    {"Short answers", [](const trace& t) { return t.output.size() <= longest_answer; },
     [](const trace& t) { return static_cast<double>(t.output.size()) / longest_answer; },
     [](const trace& t) {
         return fmt("the answer has %.0f characters (limit %.0f)", static_cast<double>(t.output.size()),
                    longest_answer);
     }},
};

const measure* find_measure(const rule& by) {
    if (by.runtime != "programmatic")
        return nullptr;
    const auto* found =
        std::find_if(std::begin(measures), std::end(measures), [&](auto& m) { return m.name == by.name; });
    return found == std::end(measures) ? nullptr : found;
}

/// How often the stand-in lets a trace pass.
struct leniency {
    std::string_view rule;
    double share;
};
constexpr leniency leniencies[] = {
    {"hallucination", 0.9}, {"false_completion", 0.92}, {"sentiment", 0.8}, {"escalation", 0.88}};

double leniency_of(const rule& by) {
    const auto* found =
        std::find_if(std::begin(leniencies), std::end(leniencies), [&](auto& l) { return l.rule == by.name; });
    return found == std::end(leniencies) ? 0.75 : found->share;
}

/// The deterministic check before an agentic judge starts: without files there is nothing to inspect.
bool precheck_fails(const rule& by, const item& what) { return by.runtime == "agentic" && what.body->files.empty(); }

const std::vector<rule>& built_in() {
    static const std::vector<rule> rules = {
        {"", "task_completion_rate", "programmatic"},
        {"", "error_rate", "programmatic"},
        {"", "latency_p95", "programmatic"},
        {"", "cost_per_task", "programmatic"},
        {"", "tool_sequence_anomaly", "programmatic"},
        {"", "hallucination", "llm_judge"},
        {"", "false_completion", "llm_judge"},
        {"", "sentiment", "llm_judge"},
        {"", "escalation", "llm_judge"},
    };
    return rules;
}

} // namespace

const std::vector<rule>& zero_configs() { return built_in(); }

const std::vector<rule>& custom_rules() {
    static const std::vector<rule> rules = {
        {"7c9a1f52-6f0e-4b1d-9a35-0d6f2f8a1c01", "Follows the refund policy", "prompt"},
        {"f33b8e10-2d47-4c7a-8e59-5b1c9a7d4e02", "Leaves the tests alone", "agentic"},
        {"1d5e6c77-90ab-4f3e-b6c8-3a2e4f5d6b03", "Short answers", "programmatic"},
        {"b8a4d2c9-5e61-4d0f-a7f3-6c8b9e0a1f04", "Follows the refund policy", "llm_judge"},
    };
    return rules;
}

const rule* find_zero_config(std::string_view name) {
    const auto& rules = built_in();
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const rule& r) { return r.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

const rule* find_custom_rule(std::string_view id) {
    const auto& rules = custom_rules();
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const rule& r) { return r.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

judgement judge(const rule& by, const item& what, std::uint64_t seed, std::string_view agent_version) {
    if (const auto* measured = find_measure(by))
        return {measured->passed(*what.body), measured->score(*what.body), 1};
    if (precheck_fails(by, what))
        return {false, 0, 2};
    const std::string_view subject = by.id.empty() ? by.name : by.id;
    const double verdict = fraction(seed, {subject, what.trace_id, agent_version});
    const double confidence = fraction(seed, {subject, what.trace_id, agent_version, "confidence"});
    const double latency = fraction(seed, {subject, what.trace_id, "latency"});
    return {verdict < leniency_of(by), (50 + std::floor(confidence * 50)) / 100,
            400 + static_cast<int>(latency * 2600)};
}

std::string explain(const rule& by, const item& what, const judgement& found) {
    if (const auto* measured = find_measure(by))
        return measured->reason(*what.body);
    if (precheck_fails(by, what))
        return "precheck failed: the trace has no agent-run files";
    return "sandbox judge stand-in: " + by.name + (found.passed ? " holds" : " does not hold") +
           fmt(", confidence %.2f (decided by a hash of the seed, not by a model)", found.score, 0);
}

std::vector<inspected_step> inspect(const rule& by, const item& what) {
    std::vector<inspected_step> steps;
    if (by.runtime != "agentic" || what.body->files.empty())
        return steps;
    steps.push_back({1, "get_files", "**/*"});
    int turn = 2;
    for (const auto& file : what.body->files) {
        steps.push_back({turn, "read_file", file});
        turn += file.starts_with("tests/") ? 0 : 1; // tests are read in the same turn as what follows
    }
    steps.push_back({turn, "bash", "git diff --stat -- tests/"});
    return steps;
}

} // namespace evalbridge::sandbox
