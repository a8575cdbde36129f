#pragma once
// Instants in UTC, microsecond resolution. Vendors write them in many ways; we write RFC 3339 with a Z.

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads ISO 8601 / RFC 3339 tolerantly: `T` or a space, `Z`, an offset or nothing (taken as UTC), 0 to 9 fraction
/// digits (digits past the sixth are cut), case-insensitive. Years 1 to 9999. Empty for anything else.
std::optional<timestamp> parse_timestamp(std::string_view text);
/// Client input: RFC 3339 only, with `T` and a zone.
std::optional<timestamp> parse_strict_timestamp(std::string_view text);
/// Seconds since 1970, or milliseconds, microseconds or nanoseconds where the magnitude says so.
std::optional<timestamp> timestamp_from_epoch(double number);
/// `2026-05-10T08:00:00Z`, with as many fraction digits as are not zero (3 or 6).
class timestamp_text {
  public:
    explicit timestamp_text(timestamp at);
    std::string_view view() const { return {text_.data(), size_}; }

  private:
    std::array<char, 32> text_;
    std::size_t size_;
};
std::string format_timestamp(timestamp at);

} // namespace evalbridge
