#pragma once
// What following runs ends with: their summaries, and the exit code.

#include "cli/follow.hpp"

#include <string>
#include <vector>

namespace evalbridge::cli {

enum class output {
    text,
    object, ///< one JSON object, {"runs": [...], "summaries": [...]}
    lines,  ///< what the gateway told, a line each, as it came; here only what it didn't tell by itself
};

/// Follows the runs and shows what they came to. Gives the exit code. `bodies`: the runs' JSON as it is known before,
/// to be printed where nothing newer is told.
int follow_to_the_end(gateway& from, const console& to, const std::vector<run_view>& runs,
                      const follow_options& options, output form, const std::vector<std::string>& bodies = {});
/// `{"runs":[...],"summaries":[...]}` of JSON texts.
void print_object(const console& to, const std::vector<std::string>& runs, const std::vector<std::string>& summaries);

} // namespace evalbridge::cli
