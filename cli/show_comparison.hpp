#pragma once
// A comparison for people: a row for each metric, then the items that one run passed and the other failed.

#include "cli/console.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace evalbridge::cli {

/// The `comparison` member of the gateway's answer.
void show_comparison(const console& to, const boost::json::value& comparison);
/// Elements of its `data`.
void show_flips(const console& to, const std::vector<boost::json::value>& flips);

/// Why a gate on regressions must not pass, a line each; none where it may. It passes on evidence alone: a run that
/// goes on, a metric that was asked for and isn't measured, and a comparison in which nothing could be tested, fail it
/// too.
std::vector<std::string> regressions_of(const boost::json::value& comparison);

} // namespace evalbridge::cli
