#include "mapping/json_writer.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

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

template <class N, class... Format> void append_chars(std::string& out, N number, Format... format) {
    std::array<char, 32> digits;
    const auto [end, ec] = std::to_chars(digits.data(), digits.data() + digits.size(), number, format...);
    assert(ec == std::errc{});
    out.append(digits.data(), end);
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.reserve(out.size() + text.size() + 2);
    out += '"';
    std::size_t written = 0; // what is before stands in `out`
    std::size_t at = 0;
    const auto flush = [&] { out.append(text, written, at - written); };
    while (at < text.size()) {
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

void json_writer::separate() {
    if (!first_)
        out_ += ',';
    first_ = false;
}

json_writer& json_writer::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

json_writer& json_writer::close(char bracket) {
    assert(out_.empty() || out_.back() != ':'); // a member without a value
    out_ += bracket;
    first_ = false;
    return *this;
}

json_writer& json_writer::key(std::string_view literal) {
    separate();
    out_ += '"';
    out_ += literal;
    out_ += "\":";
    first_ = true;
    return *this;
}

json_writer& json_writer::escaped_key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
}

json_writer& json_writer::string(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return *this;
}

json_writer& json_writer::integer(std::int64_t number) {
    separate();
    append_chars(out_, number);
    return *this;
}

json_writer& json_writer::unsigned_integer(std::uint64_t number) {
    separate();
    append_chars(out_, number);
    return *this;
}

json_writer& json_writer::number(double number) {
    if (!std::isfinite(number))
        return null();
    separate();
    // People read 0.0001 and 100000 more easily than the shortest forms, 1e-04 and 1e+05.
    const auto magnitude = std::abs(number);
    if (magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e15))
        append_chars(out_, number, std::chars_format::fixed);
    else
        append_chars(out_, number);
    return *this;
}

json_writer& json_writer::boolean(bool value) { return raw(value ? "true" : "false"); }
json_writer& json_writer::null() { return raw("null"); }

json_writer& json_writer::raw(std::string_view json) {
    assert(!json.empty());
    separate();
    out_ += json;
    return *this;
}

} // namespace evalbridge
