#include "cli/conclude.hpp"

#include "cli/console.hpp"
#include "cli/text.hpp"

namespace evalbridge::cli {

conclusion conclude(const std::vector<run_view>& runs) {
    conclusion out;
    if (runs.empty())
        return {exit_failed, {"no run was started"}};
    for (const auto& each : runs) {
        const auto id = on_one_line(each.id);
        const auto why = each.error ? ": " + on_one_line(*each.error) : std::string();
        if (each.status != "completed") {
            out.exit = exit_failed;
            out.reasons.push_back(id + " didn't complete: its status is " + on_one_line(each.status) + why);
        }
        if (each.outcome == "failed") {
            out.exit = exit_failed;
            out.reasons.push_back(id + " failed: its outcome at the provider is failed");
        } else if (each.status == "completed" && !each.outcome) {
            out.reasons.push_back(
                id + " has no outcome: its provider passes or fails no run, so only its status counts here");
        }
    }
    return out;
}

} // namespace evalbridge::cli
