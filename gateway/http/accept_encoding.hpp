#pragma once
// Which coding of an answer's body a client wants (RFC 9110, section 12.5.3).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

/// Whether to send gzip: the client takes it, and likes it at least as much as the plain body. A field that can't be
/// read asks for nothing. Names are in lower case; several fields of the name are one list.
bool wants_gzip(const std::vector<std::pair<std::string, std::string>>& fields);

} // namespace evalbridge
