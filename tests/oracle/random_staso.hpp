#pragma once
// Staso's answers at random, in the shapes that adapters/staso/README.md allows.

#include "tests/oracle/random_json.hpp"

#include <optional>

namespace evalbridge::oracle::staso {

/// A run row, bare or in an envelope. Tame: of this id and status.
std::string random_run(random_json& any, const std::string& id, const std::string& status);
/// One verdict of this trace and rule; `row` counts from 0.
std::string random_verdict(random_json& any, const std::string& trace, const std::string& rule);
/// These rows as the vendor may list them. `total`: of the whole list, where the answer is to tell it.
std::string random_list(random_json& any, const std::vector<std::string>& rows, std::optional<std::size_t> total);
std::string random_verdicts(random_json& any);
std::string random_summary(random_json& any);

} // namespace evalbridge::oracle::staso
