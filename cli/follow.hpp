#pragma once
// Waiting for runs to end.

#include "cli/console.hpp"
#include "cli/gateway.hpp"
#include "cli/view.hpp"

namespace evalbridge::cli {

struct follow_options {
    duration poll = std::chrono::seconds(2);
    std::optional<duration> give_up; ///< after this long altogether
};

struct followed {
    enum class end { all_ended, interrupted, gave_up, refused } how = end::all_ended;
    std::vector<run_view> runs;
    std::vector<std::string> bodies; ///< of the runs, as the gateway sent them
};

/// Reads the runs until each is terminal. Says on `err` what changes: on a terminal a line that is drawn over,
/// elsewhere a line for each change of status. Failures that may pass are told and waited out, up to five minutes in a
/// row.
followed follow(gateway& from, const console& to, std::vector<run_view> runs, const follow_options& options);

/// `running (evaluating) 12/40, 0:34`, or for several runs `3 runs: 1 completed, 2 running, 0:34`.
std::string progress_line(const std::vector<run_view>& runs, long long seconds);
/// `running (evaluating) 12/40`
std::string state_of(const run_view& run);
/// Path of a run in the API.
std::string run_target(std::string_view id);

} // namespace evalbridge::cli
