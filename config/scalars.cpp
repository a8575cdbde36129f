#include "config/scalars.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <ranges>

namespace evalbridge::config {
namespace {

template <class Value> struct unit {
    std::string_view name;
    Value factor;
};

constexpr unit<std::int64_t> interval_units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr unit<std::uint64_t> size_units[] = {{"B", 1}, {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}};

/// Splits `30s` into its number and its unit.
std::pair<std::string_view, std::string_view> split_unit(std::string_view text) {
    const auto first_letter = std::min(text.find_first_not_of("0123456789.+-"), text.size());
    return {text.substr(0, first_letter), text.substr(first_letter)};
}

template <class Value, std::size_t N>
std::optional<Value> factor_of(std::string_view name, const unit<Value> (&units)[N], std::string_view when_absent) {
    for (const auto& each : units)
        if (each.name == (name.empty() ? when_absent : name))
            return each.factor;
    return {};
}

template <class Value, std::size_t N> std::string format(Value value, const unit<Value> (&units)[N]) {
    for (const auto& each : std::views::reverse(units))
        if (value != 0 && value % each.factor == 0 && (each.name != "d" || value > each.factor)) // 24h, but 2d
            return std::to_string(value / each.factor) + std::string(each.name);
    return "0" + std::string(units[0].name);
}

} // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
    const auto digits = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return {};
    if (digits.size() > 1 && digits.front() == '0')
        return {};
    const auto number = text.starts_with('+') ? digits : text;
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (fault != std::errc() || end != number.data() + number.size())
        return {};
    return value;
}

std::optional<double> parse_number(std::string_view text) {
    // from_chars also reads "inf" and "nan", which no setting here means.
    if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string_view::npos)
        return {};
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return {};
    return value;
}

std::optional<std::chrono::milliseconds> parse_interval(std::string_view text) {
    const auto [digits, name] = split_unit(text);
    const auto number = parse_number(digits);
    const auto factor = factor_of(name, interval_units, "s");
    if (!number || !factor || *number < 0)
        return {};
    const double exact = *number * static_cast<double>(*factor);
    const double millis = std::round(exact);
    if (millis > 1e12 || std::abs(exact - millis) > 1e-6) // 1.001 * 1000 isn't quite 1001
        return {};
    return std::chrono::milliseconds(static_cast<std::int64_t>(millis));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const auto [digits, name] = split_unit(text);
    const auto number = parse_integer(digits);
    const auto factor = factor_of(name, size_units, "B");
    if (!number || !factor || *number < 0)
        return {};
    const auto count = static_cast<std::uint64_t>(*number);
    if (count > std::numeric_limits<std::uint64_t>::max() / *factor)
        return {};
    return count * *factor;
}

std::string format_interval(std::chrono::milliseconds value) {
    return format(static_cast<std::int64_t>(value.count()), interval_units);
}

std::string format_size(std::uint64_t bytes) { return format(bytes, size_units); }

} // namespace evalbridge::config
