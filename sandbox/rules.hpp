#pragma once
// What Staso judges a trace by: its nine built-in rules and the custom ones of the sandbox's workspace. The
// programmatic ones really measure the trace; what a model would judge is decided by a hash, and says so.

#include "sandbox/traces.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::sandbox {

struct rule {
    std::string id; ///< empty for a built-in one
    std::string name;
    std::string runtime; ///< programmatic, llm_judge, agentic, prompt
};

struct inspected_step {
    int turn = 1;
    std::string tool;
    std::string target;
};

struct judgement {
    bool passed = false;
    double score = 0;
    int latency_ms = 0;
};

/// The rule under this name among the built-in ones; null for an unknown name.
const rule* find_zero_config(std::string_view name);
const std::vector<rule>& zero_configs();
/// The workspace's custom rules; two of them share a name, as the vendor allows.
const std::vector<rule>& custom_rules();
const rule* find_custom_rule(std::string_view id);

/// `seed` and `agent_version` (the run's label) decide what the stand-in for a model says.
judgement judge(const rule& by, const item& what, std::uint64_t seed, std::string_view agent_version);
/// The rule's own words for what `judge` found.
std::string explain(const rule& by, const item& what, const judgement& found);
/// What an agentic judge looked at, in order; empty for every other runtime and where its precheck failed.
std::vector<inspected_step> inspect(const rule& by, const item& what);

} // namespace evalbridge::sandbox
