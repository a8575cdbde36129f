#pragma once
// Reading a run's export from the gateway to its end: what breaks off is asked for again behind the last row that came.

#include "cli/console.hpp"
#include "cli/export_progress.hpp"
#include "cli/export_rows.hpp"
#include "cli/gateway.hpp"

#include <functional>

namespace evalbridge::cli {

struct export_wish {
    std::string target; ///< path and query, without `offset`
    row_form form = row_form::lines;
    bool header = false; ///< whether a header row comes first
    /// Rows that are there already.
    std::uint64_t had = 0;
    std::optional<std::uint64_t> total;
    duration timeout = std::chrono::seconds(30); ///< for each page of the gateway's
    bool shows_progress = false;                 ///< on `err`, which is a terminal
};

/// Where it goes. Each gives the empty text, or why it couldn't be done.
struct export_sink {
    std::function<std::string(std::string_view bytes)> write; ///< whole rows
    std::function<std::string()> begin_anew;                  ///< none: what was written can't be taken back
};

struct exported {
    enum class end {
        whole,
        interrupted,
        refused,
        unwritten,
        overlong, ///< there are more rows already than the run has
    } how = end::whole;
    std::uint64_t rows = 0; ///< those that were there before included
    bool begun = false;     ///< something was written
    answer failed;          ///< with `refused`
    std::string why;        ///< with `unwritten`
    std::optional<bool> run_terminal;
    duration took{};
};

/// Failures that may pass are told on `err` and waited out, up to five minutes without a new row, once something has
/// come. An answer that breaks off at the same place three times in a row will do so again, and ends it.
exported read_export(gateway& from, const console& to, const export_wish& wish, const export_sink& sink);

} // namespace evalbridge::cli
