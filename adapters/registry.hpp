#pragma once
// Which vendors there are: one line each in registry.cpp.

#include "adapters/provider.hpp"

#include <span>

namespace evalbridge {

using vendor_list = std::span<const vendor_entry* const>;

vendor_list vendors();
/// Null when the list has no such vendor.
const vendor_entry* find_vendor(vendor_list list, std::string_view name);

} // namespace evalbridge
