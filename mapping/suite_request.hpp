#pragma once
// The other form of the body of POST /v1/runs: a suite by its name, in place of a spec on one provider.

#include "mapping/suite.hpp"

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>

namespace evalbridge {

/// Whether the body is of this form: it names a suite, whatever else it has.
bool is_suite_request(const boost::json::value& body);

struct suite_request {
    const suite* of = nullptr; ///< of the map it was looked up in
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::string> agent_version;
    std::map<std::string, std::string> labels;
};

/// Reads `{"suite", "name"?, "description"?, "agent_version"?, "labels"?}` as strictly as a spec. What a suite fixes on
/// each provider, such as `provider`, `scope` and `metrics`, is refused by name. Errors: invalid_request, a fault for
/// each member.
result<suite_request> read_suite_request(const boost::json::value& body, const suite_map& known);

/// What is started on that provider, one of the suite's: its spec with what the request says of the run. Of labels with
/// the same key the request's counts.
run_spec spec_on(const suite_request& request, const std::string& provider);

} // namespace evalbridge
