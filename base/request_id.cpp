#include "base/request_id.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace evalbridge {

std::string make_request_id() {
    // Many at once: the generator's price is by the call.
    constexpr std::size_t size = 16;
    constexpr std::size_t at_once = 64;
    thread_local std::array<unsigned char, size * at_once> stock;
    thread_local std::size_t left = 0;
    if (left == 0) {
        fill_random(stock);
        left = at_once;
    }
    return to_hex(std::span(stock).subspan(--left * size, size));
}

bool is_acceptable_request_id(std::string_view id) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
               c == ':' || c == '-';
    };
    return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed);
}

} // namespace evalbridge
