#include "base/foreign_text.hpp"

#include "base/utf8.hpp"

namespace evalbridge {
namespace {

/// Bytes that are searched for credentials; far more than are shown.
constexpr std::size_t most_looked_at = 64 * 1024;

bool is_credential_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/// Without what can't be shown, which could split a credential. It does end a word, though.
struct stripped_text {
    std::string text;
    std::string edges; ///< for every byte of the text, 1 where something was left out before it

    explicit stripped_text(std::string_view from) {
        char edge = 0;
        for (std::size_t at = 0; at < from.size();) {
            const auto next = decode_utf8(from, at);
            const auto bytes = from.substr(at, next.size);
            at += next.size;
            if (!next.valid || is_control(next.code)) {
                edge = 1;
                continue;
            }
            text += bytes;
            edges.append(bytes.size(), 0);
            edges[edges.size() - bytes.size()] = edge;
            edge = 0;
        }
    }
    bool starts_word(std::size_t at) const { return at == 0 || edges[at] != 0 || !is_credential_byte(text[at - 1]); }
    void replace(std::size_t at, std::size_t size, std::string_view with) {
        text.replace(at, size, with);
        edges.replace(at, size, with.size(), 0);
    }
};

void hide_text(stripped_text& in, std::string_view what, std::string_view instead) {
    if (what.empty())
        return;
    for (auto at = in.text.find(what); at != std::string::npos; at = in.text.find(what, at + instead.size()))
        in.replace(at, what.size(), instead);
}

void hide_shape(stripped_text& in, const credential_shape& shape, std::string_view instead) {
    const auto& text = in.text;
    for (auto at = text.find(shape.prefix); at != std::string::npos; at = text.find(shape.prefix, at)) {
        auto end = at + shape.prefix.size();
        if (!shape.inside_words && !in.starts_word(at)) {
            at = end;
            continue;
        }
        while (end < text.size() && is_credential_byte(text[end]))
            ++end;
        if (end - at < shape.least) {
            at = end;
            continue;
        }
        in.replace(at, end - at, instead);
        at += instead.size();
    }
}

void cut(std::string& text, std::size_t limit) {
    if (text.size() <= limit)
        return;
    auto end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    text.resize(end);
}

} // namespace

std::optional<std::string> shown(std::string_view text, const hidden_text& hide, std::size_t limit) {
    // Hidden before the cut, which could leave half a credential.
    stripped_text stripped(text.substr(0, most_looked_at));
    hide_text(stripped, hide.in_use.reveal(), hide.instead);
    for (const auto& shape : hide.shapes)
        hide_shape(stripped, shape, hide.instead);
    cut(stripped.text, limit);
    return stripped.text.empty() ? std::nullopt : std::optional(std::move(stripped.text));
}

} // namespace evalbridge
