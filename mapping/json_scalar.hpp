#pragma once
// The scalars of RFC 8259, one at a time, from the bytes of their token.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

/// Exactly JSON's grammar: no leading zero, no plus sign, digits on both sides of a point.
bool is_json_number(std::string_view token);

/// A number's value; empty where it is beyond a double. Too small is zero. `token` is a JSON number.
std::optional<double> json_number_value(std::string_view token);

/// A number that is an integer, however written (3, 3.0, 3e2), and fits. `token` is a JSON number.
template <class I> std::optional<I> json_integer_value(std::string_view token);
extern template std::optional<std::int64_t> json_integer_value(std::string_view);
extern template std::optional<std::uint64_t> json_integer_value(std::string_view);

/// Appends the text of a string token (without its quotes), half a surrogate pair as U+FFFD. False for an unknown
/// escape. The bytes are valid UTF-8 without control characters.
bool append_unescaped(std::string& out, std::string_view text);

/// Whether every escape of a string token is one that JSON has.
bool has_valid_escapes(std::string_view token);

void append_utf8(std::string& out, char32_t code);

} // namespace evalbridge
