#include "adapters/gradient/vendor.hpp"

#include "adapters/gradient/options.hpp"
#include "adapters/gradient/provider.hpp"
#include "adapters/gradient/vocabulary.hpp"

namespace evalbridge::gradient {

constinit const vendor_entry vendor = {
    vendor_name,
    "https://api.digitalocean.com",
    read_vendor_options,
    make_provider,
};

} // namespace evalbridge::gradient
