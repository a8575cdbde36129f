#include "adapters/gradient/vendor.hpp"

#include "adapters/gradient/options.hpp"
#include "adapters/gradient/provider.hpp"
#include "adapters/gradient/vocabulary.hpp"

namespace evalbridge::gradient {
namespace {

// Of a prompt and of its spans.
constexpr std::string_view contents[] = {
    "input",          "output",          "ground_truth", "prompt_chunks", "retriever_chunks",
    "redacted_input", "redacted_output", "metadata",     "tools",
};

} // namespace

// The rates are of each token (docs.digitalocean.com, API overview, "Rate limit").
constinit const vendor_entry vendor = {
    vendor_name,   "https://api.digitalocean.com",         read_vendor_options,
    make_provider, {.per_minute = 250, .per_hour = 5'000}, contents,
};

} // namespace evalbridge::gradient
