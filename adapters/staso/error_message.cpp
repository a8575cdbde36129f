#include "adapters/staso/error_message.hpp"

#include "base/foreign_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace evalbridge::staso {
namespace {

namespace json = boost::json;

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
            if (one.empty() || all.size() > longest_shown)
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

// Keys begin with ak_ (docs/platform/api-keys); so do words.
constexpr credential_shape key_shapes[] = {{"ak_", 8}};

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
    return {fit_to_show(code_of(read), api_key), fit_to_show(message, api_key)};
}

bool is_json(std::string_view body) {
    const auto value = parse(body);
    return value.is_object() || value.is_array();
}

std::optional<std::string> fit_to_show(std::string_view text, const secret& api_key) {
    return shown(text, {api_key, key_shapes});
}

} // namespace evalbridge::staso
