#include "store/run_text.hpp"

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "mapping/write.hpp"

#include <algorithm>
#include <span>

namespace evalbridge {
namespace {

constexpr std::size_t longest_searched = 4096;
constexpr std::size_t sorted_bytes = 64;
constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

// Capital letters that differ from their small ones by a constant (Unicode, CaseFolding.txt).
struct capitals {
    char32_t first, last;
    char32_t distance;
};
constexpr capitals ranges[] = {
    {U'A', U'Z', 32},     {0x00C0, 0x00D6, 32}, {0x00D8, 0x00DE, 32}, {0x0391, 0x03A1, 32},
    {0x03A3, 0x03AB, 32}, {0x0400, 0x040F, 80}, {0x0410, 0x042F, 32},
};
// And those where each capital comes right before its small letter: from an even number, or from an odd one.
struct pairs {
    char32_t first, last;
};
constexpr pairs neighbours[] = {{0x0100, 0x012F}, {0x0132, 0x0137}, {0x0139, 0x0148},
                                {0x014A, 0x0177}, {0x0179, 0x017E}, {0x0460, 0x0481}};

char32_t small_letter(char32_t code) {
    for (const auto& each : ranges)
        if (code >= each.first && code <= each.last)
            return code + each.distance;
    for (const auto& each : neighbours)
        if (code >= each.first && code <= each.last && (code - each.first) % 2 == 0)
            return code + 1;
    return code;
}

// Of the characters above, none takes more than two bytes.
void append(std::string& out, char32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
}

template <class F> std::string each_character(std::string_view text, F write) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        if (!next.valid)
            out += replacement;
        else if (next.code != 0)
            write(out, next.code, text.substr(at, next.size));
        at += next.size;
    }
    return out;
}

bool has_raw(const run& r) {
    const auto is_there = [](const measurement& m) { return m.raw.has_value(); };
    return r.raw || std::ranges::any_of(r.run_metrics, is_there) || (r.star && r.star->result && r.star->result->raw);
}

} // namespace

run without_raw(run r) {
    r.raw.reset();
    for (auto& each : r.run_metrics)
        each.raw.reset();
    if (r.star && r.star->result)
        r.star->result->raw.reset();
    return r;
}

std::string document_of(const run& r) {
    if (has_raw(r))
        return document_of(without_raw(r));
    std::string out;
    json_writer json(out);
    write(json, r);
    return out;
}

std::string etag_of_document(std::string_view document) {
    const auto digest = sha256(document);
    return to_hex(std::span(digest).first(8));
}

std::string folded(std::string_view text) {
    return each_character(text, [](std::string& out, char32_t code, std::string_view bytes) {
        const auto small = bytes.size() <= 2 ? small_letter(code) : code;
        if (small != code)
            append(out, small);
        else
            out += bytes;
    });
}

std::string search_text_of(const run& r) {
    std::string out = folded(r.native_id);
    for (const auto* each :
         {&r.name, &r.description, &r.agent.id, &r.agent.name, &r.agent.version, &r.agent.deployment}) {
        if (*each)
            out.append("\n").append(folded(std::string_view(**each).substr(0, longest_searched)));
    }
    return out;
}

std::optional<std::string> name_key_of(const run& r) {
    if (!r.name)
        return {};
    const auto name = folded(*r.name).substr(0, sorted_bytes);
    return to_hex(std::span(reinterpret_cast<const unsigned char*>(name.data()), name.size()));
}

std::string storable(std::string_view text) {
    return each_character(text, [](std::string& out, char32_t, std::string_view bytes) { out += bytes; });
}

std::optional<std::string> storable_or_nothing(const std::optional<std::string>& text) {
    return text ? std::optional(storable(*text)) : std::nullopt;
}

} // namespace evalbridge
