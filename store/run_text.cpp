#include "store/run_text.hpp"

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "mapping/json_scalar.hpp"
#include "mapping/write.hpp"
#include "store/letters.hpp"

#include <algorithm>
#include <span>

namespace evalbridge {
namespace {

/// Of a text of the vendor's, which may be of any length; all that a client may send, 4,096 characters.
constexpr std::size_t longest_searched = 4 * 4096;
constexpr std::size_t sorted_bytes = 64;
constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

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
        const auto small = small_letter(code);
        if (small != code)
            append_utf8(out, small);
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
