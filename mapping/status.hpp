#pragma once
// How a run went (status) and whether it passed (outcome): two different things, never derived from one another.

#include <cstdint>
#include <optional>
#include <string_view>

namespace evalbridge {

enum class run_status { pending, running, cancelling, completed, partial, failed, cancelled, unknown };
enum class run_outcome { passed, failed };

std::string_view name_of(run_status);
std::string_view name_of(run_outcome);
std::optional<run_status> parse_run_status(std::string_view);
/// completed, partial, failed and cancelled: nothing follows.
bool is_terminal(run_status);

/// The status to show, given the last one shown (if any) and the one just read. A terminal status is frozen.
/// `cancelling`, shown since our own cancel, stands until the vendor says more than pending, running or something we
/// don't know. `contradicted` becomes whether a terminal status was met by a different one.
run_status next_status(std::optional<run_status> shown, run_status read, bool& contradicted);

} // namespace evalbridge
