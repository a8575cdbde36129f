#include "cli/raw_json.hpp"

#include "mapping/json_reader.hpp"

#include <algorithm>

namespace evalbridge::cli {
namespace {

/// A line break in valid JSON stands between tokens only, where a space means the same.
std::string raw_line(json_reader in) {
    auto bytes = in.raw();
    std::replace_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return bytes;
}

} // namespace

result<std::vector<std::string>> elements_of(std::string body, std::string_view key) {
    json_document document(body);
    auto root = document.root();
    std::vector<std::string> out;
    auto list = root[key];
    list.each([&](json_reader& element) { out.push_back(raw_line(element)); });
    if (auto read = document.finish(); !read)
        return read.error();
    return out;
}

std::optional<std::string> member_of(std::string_view body, std::string_view key) {
    json_document document(body);
    auto root = document.root();
    if (!root.is_object())
        return {};
    auto member = root[key];
    if (!member.present())
        return {};
    auto line = raw_line(member);
    return document.finish() ? std::optional(std::move(line)) : std::nullopt;
}

std::string_view trimmed(std::string_view body) {
    while (body.ends_with('\n') || body.ends_with('\r') || body.ends_with(' '))
        body.remove_suffix(1);
    return body;
}

} // namespace evalbridge::cli
