#include "runs/archive/contents.hpp"

#include <algorithm>
#include <cstddef>

namespace evalbridge {
namespace {

constexpr std::string_view space = " \t\r\n";

/// Past the string whose opening quote is at `at`.
std::size_t end_of_string(std::string_view json, std::size_t at) {
    for (++at; at < json.size(); ++at) {
        if (json[at] == '\\')
            ++at;
        else if (json[at] == '"')
            return at + 1;
    }
    return json.size();
}

std::size_t skip_space(std::string_view json, std::size_t at) {
    return std::min(json.find_first_not_of(space, at), json.size());
}

/// Past the value that begins at `at`.
std::size_t end_of_value(std::string_view json, std::size_t at) {
    std::size_t depth = 0;
    while (at < json.size()) {
        const char c = json[at];
        if (c == '"') {
            at = end_of_string(json, at);
            if (depth == 0)
                return at;
            continue;
        }
        if (c == '{' || c == '[')
            ++depth;
        else if ((c == '}' || c == ']') && depth > 0 && --depth == 0)
            return at + 1;
        else if (depth == 0 && (c == ',' || c == '}' || c == ']' || space.find(c) != std::string_view::npos))
            return at;
        ++at;
    }
    return at;
}

} // namespace

std::string without_members(std::string_view json, std::span<const std::string_view> names) {
    std::string out;
    out.reserve(json.size());
    std::size_t at = 0;
    while (at < json.size()) {
        if (json[at] != '"') {
            out += json[at++];
            continue;
        }
        const auto end = end_of_string(json, at);
        const auto text = json.substr(at, end - at);
        out += text;
        at = end;
        const auto colon = skip_space(json, end);
        const bool is_name = colon < json.size() && json[colon] == ':';
        if (!is_name || text.size() < 2 || std::ranges::find(names, text.substr(1, text.size() - 2)) == names.end())
            continue;
        const auto value = skip_space(json, colon + 1);
        out += json.substr(end, value - end);
        out += "null";
        at = end_of_value(json, value);
    }
    return out;
}

} // namespace evalbridge
