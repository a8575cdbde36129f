#pragma once
// Staso's objects as JSON, in whichever of the plausible shapes the scenario asks for.

#include "sandbox/staso_runs.hpp"

#include <boost/json/array.hpp>

namespace evalbridge::sandbox {

boost::json::value to_json(const staso_run& run, instant now, const staso_scenario& shape);
boost::json::value verdict_json(staso_run& run, std::size_t verdict, const staso_scenario& shape);
boost::json::value summary_json(staso_run& run, instant now);

/// A page of `items` as `shape.envelope` wraps lists; `total` counts the items of all pages.
boost::json::value wrap_list(boost::json::array items, std::size_t total, const staso_scenario& shape);
/// One run as `shape.run_envelope` wraps it.
boost::json::value wrap_run(boost::json::value run, const staso_scenario& shape);

} // namespace evalbridge::sandbox
