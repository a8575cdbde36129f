#pragma once
// Texts into values: each gives nothing for a text that isn't exactly such a value.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge::config {

/// Decimal digits with an optional sign; no leading zeros, which YAML 1.1 reads as octal.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// A finite decimal number, e.g. `0.8`, `-1e3`.
std::optional<double> parse_number(std::string_view text);
/// A number with `ms`, `s`, `m` or `h` behind it (`1.5s`), or a number of seconds. Whole milliseconds only.
std::optional<std::chrono::milliseconds> parse_interval(std::string_view text);
/// A whole number with `B`, `KiB`, `MiB` or `GiB` behind it, or a number of bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// The largest unit that gives a whole number: `30s`, `1MiB`. Reads back as the same.
std::string format_interval(std::chrono::milliseconds value);
std::string format_size(std::uint64_t bytes);

} // namespace evalbridge::config
