#pragma once
// Comparing names and words without regard to the case of ASCII letters, whatever the locale; other bytes stand for
// themselves.

#include <algorithm>
#include <string_view>

namespace evalbridge {

constexpr char fold_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool equal_folded(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, fold_ascii, fold_ascii);
}

} // namespace evalbridge
