#pragma once
// How a provider does, for people who look why something is slow or refused.

#include "base/clock.hpp"
#include "mapping/json_writer.hpp"
#include "upstream/provider_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace evalbridge {

/// All of it as it was at one moment.
struct provider_report {
    circuit_breaker::view breaker;
    rate_budget::view budget;
    std::optional<recent_latency::view> latency;
    std::optional<last_failure::record> failure;
    std::int64_t in_flight = 0;
    std::int64_t queued = 0;
    std::size_t watches = 0;
};

provider_report report_on(const provider_state& state, std::size_t watches, time_point now);
/// The `state` member of a provider. Times to come are whole seconds, rounded up; null where there is none.
void write(json_writer& out, const provider_report& report);

} // namespace evalbridge
