#pragma once
// Which of a run's verdicts a command is about, as flags and as the API's parameters.

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace evalbridge::cli {

struct verdict_filter_flags {
    std::string passed, metric, trace, level;

    bool any() const { return !(passed.empty() && metric.empty() && trace.empty() && level.empty()); }
};

void add_verdict_filter(CLI::App& command, verdict_filter_flags& flags);

/// Adds `name=value`, encoded, to a query or to a target that has one; nothing where the value is empty.
void add_parameter(std::string& query, std::string_view name, std::string_view value);
void add_parameters(std::string& query, const verdict_filter_flags& flags);

} // namespace evalbridge::cli
