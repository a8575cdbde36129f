#pragma once
// Waiting for runs to end, by the events that the gateway sends of them.

#include "base/random.hpp"
#include "cli/console.hpp"
#include "cli/gateway.hpp"
#include "cli/view.hpp"

#include <functional>

namespace evalbridge::cli {

struct follow_options {
    duration poll = std::chrono::seconds(2); ///< how often to look, where the gateway sends no events
    std::optional<duration> give_up = {};    ///< after this long altogether
    random_source chance = {};               ///< spreads reconnections; none: they aren't spread
    /// What the gateway tells of the runs, as JSON, in the order it comes. May be empty.
    std::function<void(const std::string& data)> each = {};
};

struct followed {
    enum class end { all_ended, interrupted, gave_up, refused } how = end::all_ended;
    std::vector<run_view> runs;
    std::vector<std::string> bodies; ///< of the runs, as the gateway sent them last; empty where it hasn't
    std::vector<std::optional<std::string>> summaries; ///< where it sent them with the run's end
};

/// Follows the runs until each is terminal. Says on `err` what changes: on a terminal a line that is drawn over,
/// elsewhere a line for each change. Failures that may pass are told and waited out, up to five minutes in a row.
/// `runs` are drawn from the start where their status is known.
followed follow(gateway& from, const console& to, std::vector<run_view> runs, const follow_options& options);

/// Path of a run in the API.
std::string run_target(std::string_view id);

} // namespace evalbridge::cli
