#pragma once
// Text that stands in a JSON string as it is, found eight bytes at a time: nearly all text is.

#include <cstdint>
#include <cstring>
#include <string_view>

namespace evalbridge {

/// How many bytes from `at` on are printable ASCII but quotes and backslashes. May stop up to seven bytes early.
inline std::size_t plain_ascii_run(std::string_view text, std::size_t at) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    constexpr std::uint64_t tops = 0x80 * ones;
    const auto begin = at;
    for (; text.size() - at >= 8; at += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, text.data() + at, 8);
        const auto quote = eight ^ ('"' * ones);
        const auto backslash = eight ^ ('\\' * ones);
        const auto erase = eight ^ (0x7F * ones);
        // A top bit stays where a byte is below 0x20, one of these three, or has it itself.
        const auto special = (eight - 0x20 * ones) | (quote - ones) | (backslash - ones) | (erase - ones) | eight;
        if (special & tops)
            break;
    }
    return at - begin;
}

} // namespace evalbridge
