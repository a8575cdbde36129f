#pragma once
// The few primitives we need of OpenSSL, as plain functions of bytes.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace evalbridge {

using sha256_digest = std::array<unsigned char, 32>;

sha256_digest sha256(std::string_view bytes);
sha256_digest hmac_sha256(std::string_view key, std::string_view bytes);
/// Takes the same time wherever the first difference is.
bool equal_in_constant_time(std::span<const unsigned char> a, std::span<const unsigned char> b);
/// Lower-case, two digits a byte.
std::string to_hex(std::span<const unsigned char> bytes);
/// URL-safe alphabet, no padding (RFC 4648 section 5).
std::string to_base64url(std::string_view bytes);
/// False (and `out` unspecified) for anything `to_base64url` can't have made.
bool from_base64url(std::string_view text, std::string& out);
/// From the system's generator; throws std::runtime_error where it fails.
void fill_random(std::span<unsigned char> out);

} // namespace evalbridge
