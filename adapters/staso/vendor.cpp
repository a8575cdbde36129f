#include "adapters/staso/vendor.hpp"

#include "adapters/staso/provider.hpp"
#include "adapters/staso/vocabulary.hpp"

namespace evalbridge::staso {
namespace {

std::unique_ptr<provider> make(provider_context context, std::shared_ptr<const vendor_options> read) {
    return std::make_unique<staso_provider>(std::move(context),
                                            std::static_pointer_cast<const options>(std::move(read)));
}

} // namespace

// The address is from docs/reference/env-vars. No rate is documented.
constinit const vendor_entry vendor = {vendor_name, "https://api.staso.ai", &read_block, &make, rate_options{}};

} // namespace evalbridge::staso
