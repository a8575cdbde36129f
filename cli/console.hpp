#pragma once
// Where a command writes: results on `out`, everything about them on `err`.

#include <cstddef>
#include <iosfwd>

namespace evalbridge::cli {

/// What the program ends with.
enum exit_code { exit_done = 0, exit_failed = 1, exit_usage = 2, exit_interrupted = 130 };

struct console {
    std::ostream& out;
    std::ostream& err;
    bool live_err = false; ///< `err` is a terminal, where a line can be drawn over
    bool colours = false;  ///< on `out`
    std::size_t width = 0; ///< columns of `out`; 0: not a terminal, so nothing is cut
};

/// The process's own streams. Colours only on a terminal, and not where NO_COLOR is set (no-color.org).
console process_console();

} // namespace evalbridge::cli
