#include "adapters/gradient/options.hpp"

#include <algorithm>

namespace evalbridge::gradient {
namespace {

/// What may stand in a header field after "Bearer ": anything else would end the field or be refused by the vendor with
/// an error that hides the cause.
bool is_token(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

secret read_token(const config::node& block) {
    const auto node = block.at("access_token");
    auto token = node.read_secret();
    if (!is_token(token.reveal()))
        node.fail("the access token has spaces, line breaks or bytes that are not ASCII");
    return token;
}

} // namespace

std::vector<credential> options::credentials() const {
    std::vector<credential> out;
    out.push_back({"Authorization", secret("Bearer " + access_token.reveal())});
    return out;
}

std::shared_ptr<const vendor_options> read_vendor_options(const config::node& block) {
    auto out = std::make_shared<options>();
    out->access_token = read_token(block);
    out->page_size = static_cast<std::uint32_t>(block.integer_or("page_size", out->page_size, 1, max_page_size));
    out->max_scan = static_cast<std::uint64_t>(
        block.integer_or("max_scan", static_cast<std::int64_t>(out->max_scan), 1, 10'000'000));
    out->max_spans = static_cast<std::uint32_t>(block.integer_or("max_spans", out->max_spans, 1, 100'000));
    out->max_span_depth = static_cast<std::uint32_t>(block.integer_or("max_span_depth", out->max_span_depth, 1, 128));
    out->catalogue_ttl =
        block.interval_or("catalogue_ttl", out->catalogue_ttl, std::chrono::milliseconds(0), std::chrono::hours(24));
    return out;
}

} // namespace evalbridge::gradient
