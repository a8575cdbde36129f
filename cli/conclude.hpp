#pragma once
// What `run --wait` ends with. An exit code that a pipeline gates on may not lie: it is 0 only for runs that ended
// whole, and that no gate of the provider failed.

#include "cli/view.hpp"

namespace evalbridge::cli {

struct conclusion {
    int exit = 0;
    std::vector<std::string> reasons; ///< a line for every run that makes it not 0, or that nothing gated
};

/// For runs that have ended.
conclusion conclude(const std::vector<run_view>& runs);

} // namespace evalbridge::cli
