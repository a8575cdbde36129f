#pragma once
// How the store counts time.

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>

namespace evalbridge {

/// Microseconds since 1970, of the wall clock.
using store_time = std::int64_t;

inline store_time stored(std::chrono::system_clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}
inline store_time store_now(const clock& time) { return stored(time.wall_now()); }

} // namespace evalbridge
