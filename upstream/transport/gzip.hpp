#pragma once
// Unpacking of gzip answers (RFC 1952), bounded: a few bytes can claim to be gigabytes.

#include <cstddef>
#include <string>
#include <string_view>

namespace evalbridge {

/// Spare bytes that every body has behind its end, for parsers that read in wide words.
inline constexpr std::size_t body_padding = 64;

enum class gunzip_outcome { ok, malformed, truncated, too_large };

/// Unpacks one or more gzip members into `out`, which gets `body_padding` spare bytes.
gunzip_outcome gunzip(std::string_view packed, std::size_t max_size, std::string& out);

} // namespace evalbridge
