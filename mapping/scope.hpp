#pragma once
// What a run judges.

#include "mapping/timestamp.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace evalbridge {

struct trace_scope {
    std::string trace_id;
};
struct session_scope {
    std::string session_id;
};
struct dataset_scope {
    std::string dataset_id;
};
struct agent_scope {
    std::string agent_id;
    std::optional<int> sample_pct; ///< 1..100
};
struct time_range_scope {
    std::string start; ///< RFC 3339, as the client or vendor wrote it
    std::string end;
    std::optional<int> sample_pct; ///< 1..100
};
/// A stored test case, which fixes the metrics, against each of these agents: one run an agent or deployment.
struct test_case_scope {
    std::string test_case_id;
    std::vector<std::string> agents;
    std::vector<std::string> deployments;
    std::optional<std::int64_t> version; ///< read side only
};

using scope = std::variant<trace_scope, session_scope, dataset_scope, agent_scope, time_range_scope, test_case_scope>;

} // namespace evalbridge
