#pragma once
// The small words of HTTP and URI grammar that several judges of bytes share.

#include <string_view>

namespace evalbridge {

/// A token of RFC 9110 section 5.6.2; empty is none.
bool is_http_token(std::string_view text);

/// `uri-host [":" port]` as a Host field or an authority without userinfo may hold it. Narrower than RFC 3986: a name
/// is letters, digits, "-", ".", "_" and "~", since a comma or "=" in a Host is two hosts to somebody.
bool is_valid_host(std::string_view text);

/// Only what RFC 3986 lets stand in a path and query, with every "%" followed by two hexadecimal digits.
bool is_uri_text(std::string_view text);

/// Without the optional whitespace (RFC 9110 section 5.6.3) around it.
std::string_view trim_whitespace(std::string_view text);

} // namespace evalbridge
