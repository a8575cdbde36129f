#pragma once
// When a live run is looked at again. Pure.

#include "base/random.hpp"
#include "upstream/options.hpp"

#include "base/clock.hpp"

#include <cstddef>
#include <optional>

namespace evalbridge {

struct watch_pace {
    duration age{};                ///< since the run was created, as far as is known
    duration running{};            ///< since it was started, or created where that isn't known
    std::optional<duration> usual; ///< how long its like run
    std::size_t live = 1;          ///< watches of its provider, this one included
    double rate = 0;               ///< polls a second that they may use together; infinite where there is no limit
};

/// `first_interval` growing by `growth` of the age up to `max_interval`; shorter, down to a fortieth of the usual time
/// but not below the first interval, while it has been running for 4/5 to 3/2 of that time; never shorter than a fair
/// share of the rate (live / rate). Jittered: up to a tenth shorter or longer, only longer where the share decides.
duration next_interval(const watch_pace& pace, const watch_options& options, const random_source& chance);

/// How long without any progress is a stall.
duration stall_time(std::optional<duration> usual, const watch_options& options);

} // namespace evalbridge
