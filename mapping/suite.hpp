#pragma once
// A named evaluation that the platform team maps to each provider: what `{"suite": "nightly"}` starts, and where.

#include "mapping/run_spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace evalbridge {

struct suite {
    std::string name;
    std::optional<std::string> description;
    std::map<std::string, run_spec> on; ///< by provider: the whole spec, with `provider` and `suite` set
    std::string primary;                ///< a key of `on`
    std::vector<std::string> shadows;   ///< further keys of `on`, in order; none is the primary
};

/// The suites of a configuration, by name.
using suite_map = std::map<std::string, suite, std::less<>>;

} // namespace evalbridge
