#pragma once
// Compressed text for a TEXT column: what both engines hold alike.

#include <string>
#include <string_view>

namespace evalbridge {

/// Deflated and base64url, behind a letter that tells the form; small or dense texts are kept as they are. The same
/// text always gives the same bytes.
std::string pack(std::string_view text);
/// Throws std::runtime_error for what `pack` can't have made: the store was changed by somebody else.
std::string unpack(std::string_view packed);

} // namespace evalbridge
