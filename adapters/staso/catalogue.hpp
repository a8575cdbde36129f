#pragma once
// The metric catalogue. The vendor has no route for it: these are the built-in rules of its documentation. Custom rules
// can't be listed.

#include "mapping/metric_dictionary.hpp"

#include <vector>

namespace evalbridge::staso {

std::vector<metric_info> built_in_metrics(std::string_view provider, const metric_dictionary& dictionary);

} // namespace evalbridge::staso
