#pragma once
// Percent-encoding where a URL is put together by hand.

#include <string>
#include <string_view>

namespace evalbridge {

/// `text` as one path segment: everything but RFC 3986 unreserved characters and ':' is encoded, '/' included. "." and
/// ".." come out with their dots encoded, since as segments they would walk the path.
std::string encode_path_segment(std::string_view text);
/// `text` as a query name or value: everything but unreserved characters is encoded.
std::string encode_query(std::string_view text);

} // namespace evalbridge
