#pragma once
// UTF-8 taken apart, one character at a time. Strict: overlong forms, surrogates and what lies beyond U+10FFFF are
// invalid (RFC 3629).

#include <cstddef>
#include <string_view>

namespace evalbridge {

struct utf8_character {
    char32_t code = 0;
    std::size_t size = 1; ///< bytes to go on by; 1 where invalid
    bool valid = false;
};

/// The character at `at`, which is inside the text.
constexpr utf8_character decode_utf8(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80)
        return {lead, 1, true};
    const std::size_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : (lead & 0xF0) == 0xE0        ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
    if (size == 0 || text.size() - at < size)
        return {};
    char32_t code = lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80)
            return {};
        code = (code << 6) | (byte(at + i) & 0x3Fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return {};
    return {code, size, true};
}

constexpr bool is_valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        if (!next.valid)
            return false;
        at += next.size;
    }
    return true;
}

/// C0, DEL and C1.
constexpr bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

/// Valid, and without control characters: fit for one line on a terminal.
constexpr bool is_printable(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        if (!next.valid || is_control(next.code))
            return false;
        at += next.size;
    }
    return true;
}

} // namespace evalbridge
