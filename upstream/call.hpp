#pragma once
// What travels with a request through the layers: its deadline, what may be done to it, whom it is for, and how large
// an answer may be.

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

/// Who goes first where a provider's rate budget is short.
enum class urgency {
    interactive, ///< a client waits for it
    watch,       ///< a poll of a run that clients wait for
    archive,     ///< reading a finished run for our own store
};
inline constexpr std::size_t urgency_count = 3;

struct call {
    std::string request_id;
    std::string client;  ///< the API key's name; whoever shares a provider's connections gets a fair share by it
    time_point deadline; ///< absolute, covers everything, retries and waiting included
    /// Its first byte leaves before this, or never: what was recorded of a create holds until then.
    time_point send_before = time_point::max();
    replay may_replay = replay::replayable;
    /// Once it was sent its answer is waited for past the deadline, as long as one exchange may take: that of a create
    /// alone tells what became of it.
    bool heard_out = false;
    evalbridge::urgency urgency = urgency::interactive;
    /// Whether the run that is read was known to have ended before the call: its answers won't change any more.
    bool run_has_ended = false;
    bool read_once = false; ///< a run is read from end to end: to keep its answers would push out what others ask for
    bool probes = false;    ///< the circuit breaker's one try: nothing below may hold it up for long
    std::string_view operation = "unnamed";  ///< a literal, e.g. "get_run"; for logs and metrics
    std::size_t max_body = 64 * 1024 * 1024; ///< bytes of a decoded answer
    /// Where the time spent waiting for the provider is added up; may be null. Outlives the call.
    duration* waited = nullptr;

    /// The same call for one operation of it.
    call named(std::string_view op) const {
        call copy = *this;
        copy.operation = op;
        return copy;
    }
};

} // namespace evalbridge
