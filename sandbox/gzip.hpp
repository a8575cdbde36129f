#pragma once
// Packing as an HTTP answer may be packed (RFC 1952).

#include <string>
#include <string_view>

namespace evalbridge::sandbox {

/// One gzip member.
std::string to_gzip(std::string_view plain);

} // namespace evalbridge::sandbox
