#include "tests/oracle/staso_parts.hpp"

#include <cmath>
#include <map>

namespace evalbridge::oracle::staso {

told unwrapped(told in, names marks, names envelopes, int depth) {
    if (!in.is_object())
        return in;
    for (const auto mark : marks)
        if (in[mark].present())
            return in;
    for (const auto envelope : envelopes)
        if (depth > 0 && in[envelope].is_object())
            return unwrapped(in[envelope], marks, envelopes, depth - 1);
    return in;
}

json::value time(told in, const std::string& member, making& notes) {
    if (!in.present())
        return nullptr;
    if (in.is_string()) {
        if (in.text().empty())
            return nullptr;
        if (const auto at = time_in(in.text()))
            return json::value(time_text(*at));
    }
    if (const auto number = in.number_if_any()) {
        const auto size = std::abs(*number);
        const double per_microsecond = size < 1e11 ? 1e6 : size < 1e14 ? 1e3 : size < 1e17 ? 1.0 : 1e-3;
        const auto micros = std::round(*number * per_microsecond);
        if (micros >= static_cast<double>(first_time) && micros < static_cast<double>(end_of_time))
            return json::value(time_text(static_cast<std::int64_t>(micros)));
    }
    notes.note("lossy", member, "the vendor's time can't be read");
    return nullptr;
}

std::string runtime_kind(const std::string& runtime) {
    for (const auto* known : {"programmatic", "llm_judge", "agentic", "prompt"})
        if (folded(runtime) == known)
            return known;
    return "unknown";
}

std::string built_in_kind(const std::string& name) {
    static const std::map<std::string, std::string> kinds = {
        {"task_completion_rate", "programmatic"},
        {"error_rate", "programmatic"},
        {"latency_p95", "programmatic"},
        {"cost_per_task", "programmatic"},
        {"tool_sequence_anomaly", "programmatic"},
        {"hallucination", "llm_judge"},
        {"false_completion", "llm_judge"},
        {"sentiment", "llm_judge"},
        {"escalation", "llm_judge"},
    };
    const auto at = kinds.find(name);
    return at == kinds.end() ? "unknown" : at->second;
}

} // namespace evalbridge::oracle::staso
