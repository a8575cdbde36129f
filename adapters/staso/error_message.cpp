#include "adapters/staso/error_message.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace evalbridge::staso {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 200;       // bytes of a text that is shown
constexpr std::size_t longest_body = 64 * 1024; // an error longer than this is no message

json::value parse(std::string_view body) {
    if (body.size() > longest_body)
        return nullptr;
    json::error_code failed;
    auto value = json::parse({body.data(), body.size()}, failed);
    return failed ? json::value(nullptr) : value;
}

const json::value* member(const json::value& in, std::string_view name) {
    const auto* object = in.if_object();
    return object ? object->if_contains(name) : nullptr;
}

std::string text_of(const json::value* value) {
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string(*text) : std::string();
}

// {"loc": ["body", "scope", 0], "msg": "field required"} as "body.scope.0: field required".
std::string invalid_field(const json::value& entry) {
    std::string where;
    if (const auto* loc = member(entry, "loc"); loc && loc->is_array())
        for (const auto& step : loc->get_array()) {
            if (!where.empty())
                where += '.';
            where += step.is_string()  ? std::string(step.get_string())
                     : step.is_int64() ? std::to_string(step.get_int64())
                                       : "?";
        }
    auto why = text_of(member(entry, "msg"));
    if (why.empty())
        why = entry.is_string() ? std::string(entry.get_string()) : text_of(member(entry, "message"));
    return where.empty() || why.empty() ? why : where + ": " + why;
}

std::string message_of(const json::value& said) {
    if (said.is_string())
        return std::string(said.get_string());
    if (const auto* list = said.if_array()) {
        std::string all;
        for (const auto& entry : *list) {
            const auto one = invalid_field(entry);
            if (one.empty() || all.size() > longest_text)
                continue;
            all += all.empty() ? one : "; " + one;
        }
        return all;
    }
    for (const std::string_view name : {"message", "msg", "detail", "reason"})
        if (auto text = text_of(member(said, name)); !text.empty())
            return text;
    return {};
}

std::string code_of(const json::value& body) {
    for (const auto* holder : {member(body, "error"), member(body, "detail"), &body}) {
        if (!holder)
            continue;
        for (const std::string_view name : {"code", "type"})
            if (auto text = text_of(member(*holder, name)); !text.empty())
                return text;
    }
    return {};
}

bool is_key_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

// A vendor's text without its control characters, which could split a key. They do end a word, though.
struct stripped_text {
    std::string text;
    std::string edges; ///< for every byte of the text, 1 where a control character stood before it

    explicit stripped_text(std::string_view from) {
        char edge = 0;
        for (const char c : from) {
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                edge = 1;
                continue;
            }
            text += c;
            edges += edge;
            edge = 0;
        }
    }
    bool starts_word(std::size_t at) const { return at == 0 || edges[at] != 0 || !is_key_byte(text[at - 1]); }
    void replace(std::size_t at, std::size_t size, std::string_view with) {
        text.replace(at, size, with);
        edges.replace(at, size, with.size(), 0);
    }
};

// Cuts the key in use out, and whatever looks like another one: keys begin with ak_ (docs/platform/api-keys).
void hide_keys(stripped_text& in, const secret& api_key) {
    constexpr std::string_view hidden = "[key]";
    constexpr std::string_view prefix = "ak_";
    const auto& text = in.text;
    if (!api_key.empty())
        for (auto at = text.find(api_key.reveal()); at != std::string::npos;
             at = text.find(api_key.reveal(), at + hidden.size()))
            in.replace(at, api_key.reveal().size(), hidden);
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
        auto end = at + prefix.size();
        while (end < text.size() && is_key_byte(text[end]))
            ++end;
        if (!in.starts_word(at)) {
            at += prefix.size();
            continue;
        }
        if (end - at < 8) {
            at = end;
            continue;
        }
        in.replace(at, end - at, hidden);
        at += hidden.size();
    }
}

void cut(std::string& text) {
    if (text.size() <= longest_text)
        return;
    auto end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    text.resize(end);
}

} // namespace

error_body read_error_body(std::string_view body, const secret& api_key) {
    const auto read = parse(body);
    if (!read.is_object())
        return {};
    std::string message;
    for (const std::string_view name : {"detail", "error", "message"}) {
        if (const auto* said = member(read, name); said && message.empty())
            message = message_of(*said);
    }
    return {shown(code_of(read), api_key), shown(message, api_key)};
}

bool is_json(std::string_view body) {
    const auto value = parse(body);
    return value.is_object() || value.is_array();
}

std::optional<std::string> shown(std::string_view text, const secret& api_key) {
    stripped_text stripped(text);
    hide_keys(stripped, api_key);
    cut(stripped.text);
    return stripped.text.empty() ? std::nullopt : std::optional(std::move(stripped.text));
}

} // namespace evalbridge::staso
