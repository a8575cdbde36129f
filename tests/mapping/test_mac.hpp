#pragma once
// The digest that the gateway passes for cursors, with a key of our own.

#include "base/crypto.hpp"

#include <string>
#include <string_view>

namespace evalbridge {

inline std::string test_mac(std::string_view text) {
    const auto digest = hmac_sha256("a key for tests", text);
    return {reinterpret_cast<const char*>(digest.data()), 16};
}

inline std::string foreign_mac(std::string_view text) {
    const auto digest = hmac_sha256("somebody else's key", text);
    return {reinterpret_cast<const char*>(digest.data()), 16};
}

} // namespace evalbridge
