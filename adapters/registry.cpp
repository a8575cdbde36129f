#include "adapters/registry.hpp"

#include "adapters/gradient/vendor.hpp"
#include "adapters/staso/vendor.hpp"

namespace evalbridge {
namespace {

constexpr const vendor_entry* entries[] = {
    &staso::vendor,
    &gradient::vendor,
};

} // namespace

vendor_list vendors() { return entries; }

const vendor_entry* find_vendor(vendor_list list, std::string_view name) {
    for (const auto* each : list)
        if (each->name == name)
            return each;
    return nullptr;
}

} // namespace evalbridge
