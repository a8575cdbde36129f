#pragma once
// A run spec from command line flags, a file, or a file with flags laid over it. What a provider can do is the
// gateway's to judge; here only what could not have been meant is refused.

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace evalbridge::cli {

struct run_flags {
    std::optional<std::string> suite; ///< in place of a provider and what it is to judge
    std::optional<std::string> provider;
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::string> agent_version;
    std::optional<std::string> baseline;

    std::optional<std::string> trace;
    std::optional<std::string> session;
    std::optional<std::string> dataset;
    std::optional<std::string> agent;
    std::optional<std::string> start;
    std::optional<std::string> end;
    std::optional<int> sample;
    std::optional<std::string> test_case;
    std::vector<std::string> agents;
    std::vector<std::string> deployments;

    std::vector<std::string> metrics; ///< names, or `id:<the vendor's id>`
    std::vector<std::string> labels;  ///< `key=value`
    std::vector<std::string> options; ///< JSON objects for `provider_options`
};

/// The body of POST /v1/runs, or what was wrong with the command line, a line each. `file` is a spec's JSON text: flags
/// win over it, a scope given by flags replaces its own, labels and options are added to it.
std::variant<boost::json::object, std::vector<std::string>> build_spec(const run_flags& flags,
                                                                       const std::optional<std::string>& file);

} // namespace evalbridge::cli
