#pragma once
// The subcommands of `runs`, a file each.

#include "cli/command.hpp"

namespace evalbridge::cli {

/// `runs` itself, which lists; where one of the others isn't named.
void add_runs_list(CLI::App& runs, action& chosen);
void add_runs_show(CLI::App& runs, action& chosen);
void add_runs_import(CLI::App& runs, action& chosen);

} // namespace evalbridge::cli
