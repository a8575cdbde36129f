#pragma once
// Randomness comes in through here, so that tests own it. For spreading load, never for secrets.

#include <functional>

namespace evalbridge {

/// A number in [0, 1). For use on one thread.
using random_source = std::function<double()>;

/// Seeded from the system.
random_source make_random_source();

} // namespace evalbridge
