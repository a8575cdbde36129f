#pragma once
// When somebody who refuses says to come back.

#include <chrono>
#include <optional>
#include <string_view>

namespace evalbridge {

/// A day: a longer wait than any that is meant seriously.
inline constexpr std::chrono::milliseconds longest_retry_after = std::chrono::hours(24);

/// A Retry-After field's value (RFC 9110 section 10.2.3): whole seconds or an IMF-fixdate, from 0 (also for a date that
/// has passed) to `longest_retry_after`. Nothing for anything else.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::system_clock::time_point now);
/// Seconds since 1970 of an IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT". Nothing for any other form.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

} // namespace evalbridge
