#include "cli/raw_json.hpp"

#include "mapping/json_reader.hpp"

#include <algorithm>

namespace evalbridge::cli {

result<std::vector<std::string>> elements_of(std::string body, std::string_view key) {
    json_document document(body);
    auto root = document.root();
    std::vector<std::string> out;
    auto list = root[key];
    list.each([&](json_reader& element) {
        auto bytes = element.raw();
        // A line break in valid JSON stands between tokens only, where a space means the same.
        std::replace_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        out.push_back(std::move(bytes));
    });
    if (auto read = document.finish(); !read)
        return read.error();
    return out;
}

std::string_view trimmed(std::string_view body) {
    while (body.ends_with('\n') || body.ends_with('\r') || body.ends_with(' '))
        body.remove_suffix(1);
    return body;
}

} // namespace evalbridge::cli
