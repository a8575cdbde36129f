#pragma once
// The command line: one program, one subcommand for each thing to do.

namespace evalbridge::cli {

/// Does what the arguments say. Gives the process's exit status: 0 done, 1 failed, 2 the arguments were wrong, 130
/// interrupted.
int run_program(int argc, const char* const* argv);

} // namespace evalbridge::cli
