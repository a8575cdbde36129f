#pragma once
// One id a request, from the client's header or made here; returned, logged and sent to the vendor's side of a log
// line.

#include <string>
#include <string_view>

namespace evalbridge {

/// 32 hexadecimal digits of randomness.
std::string make_request_id();
/// Whether a client's own id may be used as it is: 1 to 128 of [A-Za-z0-9._:-]. Anything else could forge log lines.
bool is_acceptable_request_id(std::string_view id);

} // namespace evalbridge
