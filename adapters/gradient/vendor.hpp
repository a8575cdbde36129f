#pragma once
// This vendor's line in the registry.

#include "adapters/provider.hpp"

namespace evalbridge::gradient {

extern const vendor_entry vendor;

} // namespace evalbridge::gradient
