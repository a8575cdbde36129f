#pragma once
// What travels with a request through the layers: its deadline, what may be done to it, and how large an answer may be.

#include "base/clock.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace evalbridge {

/// Whether a request may be sent again after a failure.
enum class replay {
    replayable,     ///< reads, and writes that are safe to repeat
    only_if_unsent, ///< creating a run: only when not a byte can have reached the vendor
};

struct call {
    std::string request_id;
    time_point deadline; ///< absolute, covers everything
    replay may_replay = replay::replayable;
    std::string_view operation = "unnamed";  ///< a literal, e.g. "get_run"; for logs and metrics
    std::size_t max_body = 64 * 1024 * 1024; ///< bytes of a decoded answer

    /// The same call for one operation of it.
    call named(std::string_view op) const {
        call copy = *this;
        copy.operation = op;
        return copy;
    }
};

} // namespace evalbridge
