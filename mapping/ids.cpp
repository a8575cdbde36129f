// Ids that are put together of parts, so that parts can't run into one another.

#include "mapping/run.hpp"
#include "mapping/verdict.hpp"

#include <algorithm>
#include <array>

namespace evalbridge {
namespace {

constexpr std::size_t longest_native_id = 512;

constexpr bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

constexpr auto unreserved = [] {
    std::array<bool, 256> table{};
    for (int c = 0; c < 128; ++c)
        table[static_cast<std::size_t>(c)] = is_unreserved(static_cast<char>(c));
    return table;
}();

void append_encoded(std::string& out, std::string_view part) {
    if (std::ranges::all_of(part, [](char c) { return unreserved[static_cast<unsigned char>(c)]; })) {
        out += part;
        return;
    }
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : part) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += hex[byte >> 4];
        out += hex[byte & 15];
    }
}

constexpr bool is_allowed_in_native_id(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && c != '/';
}

} // namespace

model_text make_verdict_id(std::string_view result_id, const metric_ref& metric, const std::optional<span_ref>& span,
                           unsigned repeat, text_source* texts) {
    thread_local std::string id;
    id.clear();
    append_encoded(id, result_id);
    id += ':';
    append_encoded(id, metric.native_id ? *metric.native_id : metric.native_name);
    if (span) {
        id += ':';
        id += std::to_string(span->index);
    }
    if (repeat > 1) {
        id += '#';
        id += std::to_string(repeat);
    }
    return texts ? texts->keep(id, true) : model_text(id);
}

std::string make_run_id(std::string_view provider, std::string_view native_id) {
    std::string id(provider);
    id += ':';
    id += native_id;
    return id;
}

std::optional<run_address> parse_run_id(std::string_view id) {
    const auto colon = id.find(':');
    if (colon == std::string_view::npos)
        return {};
    const auto native_id = id.substr(colon + 1);
    if (colon == 0 || native_id.empty() || native_id.size() > longest_native_id ||
        !std::ranges::all_of(native_id, is_allowed_in_native_id))
        return {};
    return run_address{std::string(id.substr(0, colon)), std::string(native_id)};
}

} // namespace evalbridge
