#include "base/request_id.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <array>

namespace evalbridge {

std::string make_request_id() {
    std::array<unsigned char, 16> bytes;
    fill_random(bytes);
    return to_hex(bytes);
}

bool is_acceptable_request_id(std::string_view id) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
               c == ':' || c == '-';
    };
    return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed);
}

} // namespace evalbridge
