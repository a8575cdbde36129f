#include "mapping/json_writer.hpp"

#include "base/plain_ascii.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstring>

namespace evalbridge {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// ASCII that stands in a JSON string as it is.
constexpr auto plain = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c < 0x80; ++c)
        table[c] = c != '"' && c != '\\';
    return table;
}();

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

struct sequence {
    std::size_t size; ///< bytes to go on by: the whole character, or the maximal subpart of one (Unicode 3.9)
    bool valid;
};

/// The UTF-8 sequence that begins at `at`, whose byte is not ASCII.
sequence sequence_at(std::string_view text, std::size_t at) {
    const auto lead = byte_at(text, at);
    const std::size_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 1;
    if (size == 1)
        return {1, false};
    // The second byte's range keeps out overlong forms, surrogates and what is beyond U+10FFFF.
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < size; ++i) {
        if (at + i == text.size() || byte_at(text, at + i) < low || byte_at(text, at + i) > high)
            return {i, false};
        low = 0x80;
        high = 0xBF;
    }
    return {size, true};
}

void append_escape(std::string& out, unsigned char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
    }
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.reserve(out.size() + text.size() + 2);
    out += '"';
    std::size_t written = 0; // what is before stands in `out`
    std::size_t at = 0;
    const auto flush = [&] { out.append(text, written, at - written); };
    while (at < text.size()) {
        at += plain_ascii_run(text, at);
        if (at == text.size())
            break;
        const auto c = byte_at(text, at);
        if (plain[c]) {
            ++at;
        } else if (c < 0x80) {
            flush();
            append_escape(out, c);
            written = ++at;
        } else if (const auto next = sequence_at(text, at); next.valid) {
            at += next.size;
        } else {
            flush();
            out += replacement;
            written = at += next.size;
        }
    }
    flush();
    out += '"';
}

void json_writer::flush() {
    out_.append(block_.data(), used_);
    used_ = 0;
}

void json_writer::put_long(std::string_view bytes) {
    flush();
    if (bytes.size() <= block_.size())
        put(bytes);
    else
        out_.append(bytes);
}

json_writer& json_writer::escaped_key(std::string_view name) {
    separate();
    flush();
    append_json_string(out_, name);
    put(':');
    first_ = true;
    return *this;
}

json_writer& json_writer::string(std::string_view text) {
    const auto rest = text.substr(plain_ascii_run(text, 0));
    if (std::ranges::all_of(rest, [](char c) { return plain[static_cast<unsigned char>(c)]; }))
        return plain_string(text);
    separate();
    flush();
    append_json_string(out_, text);
    return *this;
}

template <class N> void json_writer::put_integer(N number) {
    constexpr std::size_t longest = 20;
    make_room(longest);
    char* to = block_.data() + used_;
    const auto [end, ec] = std::to_chars(to, to + longest, number);
    assert(ec == std::errc{});
    used_ = static_cast<std::size_t>(end - block_.data());
}

json_writer& json_writer::integer(std::int64_t number) {
    separate();
    put_integer(number);
    return done();
}

json_writer& json_writer::unsigned_integer(std::uint64_t number) {
    separate();
    put_integer(number);
    return done();
}

json_writer& json_writer::number(double number) {
    if (!std::isfinite(number))
        return null();
    separate();
    if (last_number_.empty() || std::memcmp(&number, &last_value_, sizeof number) != 0) {
        // People read 0.0001 and 100000 more easily than the shortest forms, 1e-04 and 1e+05.
        const auto magnitude = std::abs(number);
        const bool fixed = magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e15);
        char* const end = digits_.data() + digits_.size();
        const auto written = fixed ? std::to_chars(digits_.data(), end, number, std::chars_format::fixed)
                                   : std::to_chars(digits_.data(), end, number);
        assert(written.ec == std::errc{});
        last_number_ = {digits_.data(), written.ptr};
        last_value_ = number;
    }
    put(last_number_);
    return done();
}

} // namespace evalbridge
