#include "cli/text.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <utility>

namespace evalbridge::cli {
namespace {

struct range {
    char32_t first;
    char32_t last;
};

// From Unicode's EastAsianWidth (W and F) and general categories (Mn, Me, Cf), in blocks: good enough to align a table.
constexpr range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};
constexpr range without_width[] = {
    {0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};
constexpr range turning[] = {{0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};

template <std::size_t N> bool is_in(char32_t code, const range (&ranges)[N]) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [&](const range& r) { return code >= r.first && code <= r.last; });
}

std::size_t width_of(char32_t code) { return is_in(code, without_width) ? 0 : is_in(code, wide) ? 2 : 1; }

} // namespace

std::size_t width_of(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        columns += next.valid ? width_of(next.code) : 1;
        at += next.size;
    }
    return columns;
}

std::string on_one_line(std::string_view text) {
    std::string out;
    bool space = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        const auto bytes = text.substr(at, next.size);
        at += next.size;
        if (next.valid && (next.code == ' ' || is_control(next.code))) {
            space = !out.empty();
            continue;
        }
        if (next.valid && is_in(next.code, turning))
            continue;
        if (std::exchange(space, false))
            out += ' ';
        out += next.valid ? bytes : std::string_view("\xEF\xBF\xBD");
    }
    return out;
}

std::string cut(std::string_view text, std::size_t columns) {
    if (width_of(text) <= columns)
        return std::string(text);
    std::string out;
    std::size_t used = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        const auto wider = next.valid ? width_of(next.code) : 1;
        if (used + wider + 1 > columns)
            break;
        out += text.substr(at, next.size);
        used += wider;
        at += next.size;
    }
    return columns == 0 ? std::string() : out + "\xE2\x80\xA6";
}

std::string with_separators(long long number) {
    auto digits = std::to_string(number);
    const auto first = digits.front() == '-' ? 1 : 0;
    for (auto at = static_cast<long long>(digits.size()) - 3; at > first; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string short_number(double number) {
    std::array<char, 32> text;
    const auto size = std::snprintf(text.data(), text.size(), "%.4g", number);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string percentage(double share) {
    std::array<char, 48> text;
    const auto size = std::snprintf(text.data(), text.size(), "%.1f%%", std::clamp(share, -1e9, 1e9) * 100);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string clock_time(long long seconds) {
    std::array<char, 48> text;
    const auto size = seconds < 3600
                          ? std::snprintf(text.data(), text.size(), "%lld:%02lld", seconds / 60, seconds % 60)
                          : std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", seconds / 3600,
                                          seconds / 60 % 60, seconds % 60);
    return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace evalbridge::cli
