#include "sandbox/spoilt_json.hpp"

#include "sandbox/json_text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t depth = 100'000;

/// The first colon of a JSON object follows its first key, so without it the text can't be JSON.
void lose_colon(std::string& body) {
    const auto colon = body.find(':');
    if (colon == std::string::npos)
        body += '}';
    else
        body[colon] = '=';
}

void put_first(const std::string& member, std::string& body) {
    const auto brace = body.find('{');
    if (brace == std::string::npos)
        return;
    const bool empty = body.find_first_not_of(" \r\n\t", brace + 1) == body.find('}', brace);
    body.insert(brace + 1, member + (empty ? "" : ","));
}

/// Repeats every top-level member with another value.
void repeat_members(std::string& body) {
    boost::system::error_code failure;
    const json::value read = json::parse(body, failure);
    if (failure || !read.is_object())
        return;
    std::string again;
    for (const auto& member : read.get_object())
        again += "," + to_text(json::string(member.key())) + R"(:"duplicate")";
    body.insert(body.rfind('}'), again);
}

std::size_t end_of_string(const std::string& body, std::size_t at) {
    for (++at; at < body.size() && body[at] != '"'; ++at)
        at += body[at] == '\\' ? 1 : 0;
    return std::min(at + 1, body.size());
}

bool is_key(const std::string& body, std::size_t end) {
    const auto next = body.find_first_not_of(" \r\n\t", end);
    return next != std::string::npos && body[next] == ':';
}

/// `change(token)` gives what stands in place of each string that isn't a key, and of each number.
template <class Change> void change_values(std::string& body, Change change) {
    std::string out;
    for (std::size_t at = 0; at < body.size();) {
        const bool string = body[at] == '"';
        const bool number = body[at] == '-' || (body[at] >= '0' && body[at] <= '9');
        if (!string && !number) {
            out += body[at++];
            continue;
        }
        const auto end =
            string ? end_of_string(body, at) : std::min(body.find_first_not_of("+-.0123456789eE", at), body.size());
        const auto token = body.substr(at, end - at);
        out += string && is_key(body, end) ? token : change(token);
        at = end;
    }
    body = std::move(out);
}

} // namespace

std::string nested_arrays() { return std::string(depth, '[') + std::string(depth, ']'); }

void spoil_json(fault_kind kind, std::string& body) {
    const auto is_text = [](const std::string& token) { return token.front() == '"'; };
    switch (kind) {
    case fault_kind::malformed: lose_colon(body); break;
    case fault_kind::truncated: body.resize(body.size() / 2); break;
    case fault_kind::deep_member: put_first("\"deep\":" + nested_arrays(), body); break;
    case fault_kind::duplicate_keys: repeat_members(body); break;
    case fault_kind::wrong_values: change_values(body, [](const std::string&) { return std::string("[]"); }); break;
    case fault_kind::huge_numbers:
        change_values(body, [&](const std::string& token) { return is_text(token) ? token : "1e400"; });
        break;
    case fault_kind::invalid_utf8:
        change_values(body, [&](const std::string& token) {
            return is_text(token) ? "\"\xff\xc0\x80" + token.substr(1) : token;
        });
        break;
    default: break;
    }
}

} // namespace evalbridge::sandbox
