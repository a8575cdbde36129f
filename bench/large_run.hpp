#pragma once
// A vendor's run of any size, for programs that measure: its verdicts are made as they are asked for, so none is in
// memory.

#include "upstream/upstream.hpp"

#include <cstdint>
#include <cstdio>
#include <string>

namespace evalbridge::bench {

inline constexpr const char* rules[] = {"task_completion_rate", "hallucination", "latency_p95", "tone",    "safety",
                                        "tool_choice",          "grounding",     "refusal",     "brevity", "format"};
inline constexpr std::uint64_t rules_of_a_trace = std::size(rules);
inline constexpr const char* native_id = "3f0c8f52-97a1-4b1e-9a3c-0a1b2c3d4e5f";
inline constexpr const char* reason =
    "The assistant answered the customer's question about the order and offered the refund that the policy allows, but "
    "it named a delivery date that none of the tools returned.";

/// One run, whatever its id. Runs of another seed have other verdicts and scores on the same traces.
class large_run final : public upstream {
  public:
    explicit large_run(std::uint64_t verdicts, std::uint64_t seed = 0) : verdicts_(verdicts), seed_(seed) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call&) override {
        ++calls;
        http_response answer;
        answer.status = 200;
        answer.fields = {{"Content-Type", "application/json"}};
        const auto& target = request.target;
        if (target.find("/verdicts") != std::string::npos)
            answer.body = page(number(target, "offset="), number(target, "limit="), target);
        else if (target.find("/summary") != std::string::npos)
            answer.status = 404;
        else
            answer.body = std::string(R"({"id":")") + native_id + R"(","name":"large","status":"completed"})";
        co_return answer;
    }
    std::uint64_t calls = 0;

    bool passed(std::uint64_t row) const { return (row * 2654435761u + (row % 5 == 0 ? seed_ : 0)) % 7 != 0; }
    static std::string trace(std::uint64_t row) {
        char text[64];
        std::snprintf(text, sizeof text, "tr-%08llx-%012llu",
                      static_cast<unsigned long long>(row / rules_of_a_trace * 2654435761u & 0xffffffffu),
                      static_cast<unsigned long long>(row / rules_of_a_trace));
        return text;
    }

  private:
    static std::uint64_t number(const std::string& target, const std::string& name) {
        const auto at = target.find(name);
        return at == std::string::npos ? 0 : std::stoull(target.substr(at + name.size()));
    }
    std::string page(std::uint64_t offset, std::uint64_t limit, const std::string& target) const {
        const bool filtered = target.find("passed=") != std::string::npos;
        const bool wanted = target.find("passed=true") != std::string::npos;
        std::string body = R"({"verdicts":[)";
        std::uint64_t taken = 0;
        std::uint64_t met = 0;
        for (std::uint64_t row = filtered ? 0 : offset; row < verdicts_ && taken < limit; ++row) {
            if (filtered && (passed(row) != wanted || met++ < offset))
                continue;
            if (taken++ > 0)
                body += ',';
            append(body, row);
        }
        body += "],\"total\":" + std::to_string(verdicts_) + '}';
        return body;
    }
    void append(std::string& body, std::uint64_t row) const {
        body += R"({"trace_id":")" + trace(row) + R"(","rule_name":")" + rules[row % rules_of_a_trace] +
                R"(","passed":)" + (passed(row) ? "true" : "false") + R"(,"score":)" +
                std::to_string(0.001 * static_cast<double>((row * 37 + seed_ * (row % 3)) % 1000)) + R"(,"reason":")" +
                reason + R"(","runtime":"llm","agent_version":"v2","latency_ms":)" +
                std::to_string(100 + row * 13 % 900) + R"(,"timestamp":"2026-05-10T08:00:)" +
                std::to_string(10 + row % 50) + "Z\"}";
    }

    const std::uint64_t verdicts_;
    const std::uint64_t seed_;
};

} // namespace evalbridge::bench
