#include "mapping/json_scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace evalbridge {
namespace {

constexpr char32_t replacement = 0xFFFD;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Past the digits at `at`; `at` itself where there are none.
std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

/// Whether a number that from_chars finds out of a double's range is too small rather than too large: by the decimal
/// exponent of its first digit that isn't zero.
bool underflows(std::string_view token) {
    const auto e = token.find_first_of("eE");
    const auto mantissa = token.substr(0, e);
    constexpr long long far = 1'000'000'000'000; // beyond the length of any token, so that the sum below can't overflow
    long long exponent = 0;
    if (e != std::string_view::npos) {
        const bool negative = token[e + 1] == '-';
        const auto digits = token.substr(e + (negative || token[e + 1] == '+' ? 2 : 1));
        if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc{})
            return negative;
        exponent = std::min(exponent, far);
        exponent = negative ? -exponent : exponent;
    }
    const auto first = mantissa.find_first_of("123456789");
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    if (first == std::string_view::npos)
        return true;
    return exponent + static_cast<long long>(point) - static_cast<long long>(first) < 0;
}

std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
    if (text.size() - at < 4)
        return {};
    unsigned value = 0;
    const auto [end, ec] = std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
    if (ec != std::errc{} || end != text.data() + at + 4)
        return {};
    return value;
}

char simple_escape(char c) {
    switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

/// The character of `\uXXXX` whose first digit is at `at`; takes a second half along and moves `at` past what it read.
std::optional<char32_t> unicode_escape(std::string_view text, std::size_t& at) {
    const auto unit = hex4(text, at);
    if (!unit)
        return {};
    at += 4;
    if (*unit < 0xD800 || *unit > 0xDFFF)
        return *unit;
    if (*unit > 0xDBFF || text.substr(at, 2) != "\\u")
        return replacement;
    const auto low = hex4(text, at + 2);
    if (!low || *low < 0xDC00 || *low > 0xDFFF)
        return replacement; // the second escape is read, or refused, on its own
    at += 6;
    return 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
}

} // namespace

bool is_json_number(std::string_view token) {
    std::size_t at = token.starts_with('-') ? 1 : 0;
    const auto whole = skip_digits(token, at);
    if (whole == at || (token[at] == '0' && whole - at > 1))
        return false;
    at = whole;
    if (at < token.size() && token[at] == '.') {
        const auto end = skip_digits(token, at + 1);
        if (end == at + 1)
            return false;
        at = end;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        ++at;
        if (at < token.size() && (token[at] == '+' || token[at] == '-'))
            ++at;
        const auto end = skip_digits(token, at);
        if (end == at)
            return false;
        at = end;
    }
    return at == token.size();
}

std::optional<double> json_number_value(std::string_view token) {
    double value = 0;
    const auto [end, ec] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (ec == std::errc::result_out_of_range)
        return underflows(token) ? std::optional(token[0] == '-' ? -0.0 : 0.0) : std::nullopt;
    if (ec != std::errc{} || end != token.data() + token.size() || !std::isfinite(value))
        return {};
    return value;
}

template <class I> std::optional<I> json_integer_value(std::string_view token) {
    I value = 0;
    const auto [end, ec] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (ec == std::errc{} && end == token.data() + token.size())
        return value;
    if (token.find_first_of(".eE") == std::string_view::npos)
        return token == "-0" ? std::optional<I>(0) : std::nullopt;
    // Written as a real number: exact up to 2^53.
    constexpr double exact = 9007199254740992.0;
    const auto real = json_number_value(token);
    if (!real || std::trunc(*real) != *real || std::abs(*real) > exact || (std::is_unsigned_v<I> && *real < 0))
        return {};
    return static_cast<I>(*real);
}
template std::optional<std::int64_t> json_integer_value(std::string_view);
template std::optional<std::uint64_t> json_integer_value(std::string_view);

void append_utf8(std::string& out, char32_t code) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

bool append_unescaped(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto escape = text.find('\\', at);
        out.append(text.substr(at, escape - at));
        if (escape == std::string_view::npos)
            break;
        if (escape + 1 == text.size())
            return false;
        at = escape + 2;
        if (const char plain = simple_escape(text[escape + 1])) {
            out += plain;
            continue;
        }
        if (text[escape + 1] != 'u')
            return false;
        const auto code = unicode_escape(text, at);
        if (!code)
            return false;
        append_utf8(out, *code);
    }
    return true;
}

bool has_valid_escapes(std::string_view token) {
    const auto text = token.substr(1, token.size() - 2);
    for (auto at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
        if (at + 1 == text.size())
            return false;
        if (text[at + 1] == 'u') {
            if (!hex4(text, at + 2))
                return false;
            at += 6;
        } else if (simple_escape(text[at + 1])) {
            at += 2;
        } else {
            return false;
        }
    }
    return true;
}

} // namespace evalbridge
