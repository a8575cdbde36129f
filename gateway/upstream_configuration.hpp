#pragma once
// The part of a provider's configuration block that is the same for every vendor: the way there, and how carefully it
// is gone.

#include "adapters/registry.hpp"
#include "config/node.hpp"
#include "upstream/options.hpp"

namespace evalbridge {

/// Faults go to the block. `vendor` gives what is told by default: the base URL and the rate limits.
upstream_options read_upstream(const config::node& block, const vendor_entry& vendor);

} // namespace evalbridge
