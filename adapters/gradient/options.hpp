#pragma once
// This vendor's own keys of a provider block.

#include "adapters/provider.hpp"

#include <chrono>
#include <cstdint>

namespace evalbridge::gradient {

/// The generic API's bound on per_page; the evaluation routes document none of their own.
inline constexpr std::uint32_t max_page_size = 200;

struct options final : vendor_options {
    secret access_token;                     ///< a personal or OAuth token, without "Bearer"
    std::uint32_t page_size = max_page_size; ///< prompts a page that we ask the vendor for, at most
    std::uint64_t max_scan = 20'000;         ///< prompts that one answer of ours may read
    std::uint32_t max_spans = 1'000;         ///< a prompt
    std::uint32_t max_span_depth = 64;       ///< a top-level span has depth 1
    std::chrono::milliseconds catalogue_ttl = std::chrono::minutes(10); ///< of metrics and test cases

    std::vector<credential> credentials() const override;
};

std::shared_ptr<const vendor_options> read_vendor_options(const config::node& block);

} // namespace evalbridge::gradient
