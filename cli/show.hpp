#pragma once
// Runs, summaries and verdicts for people.

#include "cli/console.hpp"
#include "cli/view.hpp"

namespace evalbridge::cli {

/// `prod:1f2e  completed, passed  weekly checkout eval`
std::string headline_of(const run_view& run);
/// A table with a row for the whole run and one for each metric.
void show_summary(const console& to, const summary_view& summary);
/// Everything the API says of a run, a line each.
void show_run(const console& to, const boost::json::value& run);
/// One row a verdict; a column for spans where one has a span.
void show_verdicts(const console& to, const std::vector<verdict_view>& verdicts);

/// One row a run; a column for suites where one is of a suite.
void show_runs(const console& to, const std::vector<run_view>& runs);

/// What `runs` ends its table with.
std::string runs_footer(std::size_t shown, const page_view& last, bool filtered);
/// What `verdicts` ends its table with: how many were shown of how many, and how to see more.
std::string verdicts_footer(std::size_t shown, const page_view& last, bool filtered);

} // namespace evalbridge::cli
