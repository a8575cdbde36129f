#pragma once
// A create that somebody waits for.

#include "runs/creates.hpp"

namespace evalbridge {

/// Shared by the task that sends it and the request that waits for it, whichever ends first.
struct run_creator::flight {
    explicit flight(std::unique_ptr<alarm> a) : bell(std::move(a)) {}
    std::unique_ptr<alarm> bell;
    std::optional<create_outcome> outcome;
    bool recording = false; ///< the provider's part is over
};

} // namespace evalbridge
