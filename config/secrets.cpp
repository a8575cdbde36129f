// Where secrets come from. Nothing here may put a secret, or a literal that somebody wrote in its place, in a message.

#include "base/utf8.hpp"
#include "config/file.hpp"
#include "config/tree.hpp"

#include <algorithm>

namespace evalbridge::config {
namespace {

constexpr std::size_t max_secret_bytes = 16 * 1024;
constexpr std::string_view how = "write env:NAME for an environment variable or file:PATH for a file";

bool is_variable_name(std::string_view name) {
    const auto word = [](char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return !name.empty() && word(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return word(c) || (c >= '0' && c <= '9'); });
}

void cut_newline(std::string& text) {
    if (text.ends_with('\n'))
        text.pop_back();
    if (text.ends_with('\r'))
        text.pop_back();
}

/// Why the text can't be a credential; it becomes part of a header field. Empty when it can.
std::string_view unusable(std::string_view text) {
    if (text.empty())
        return "is empty";
    if (text.size() > max_secret_bytes)
        return "is too long for a credential";
    if (text.front() == ' ' || text.back() == ' ')
        return "begins or ends with a space";
    for (const unsigned char c : text)
        if (c < 0x20 || c == 0x7F)
            return "holds a line break or another control character";
    return {};
}

} // namespace

secret node::read_secret() const {
    const auto* found = scalar("a secret");
    if (!found)
        return {};
    const std::string_view source = *found;
    std::string value;
    std::string origin;
    if (source.starts_with("env:") && is_variable_name(source.substr(4))) {
        const std::string name(source.substr(4));
        origin = "the environment variable " + name;
        auto set = tree_->lookup(name);
        if (!set) {
            fail(where() + ": " + origin + " isn't set");
            return {};
        }
        value = std::move(*set);
    } else if (source.starts_with("file:") && source.size() > 5 && is_printable(source)) {
        const auto file = tree_->folder / source.substr(5);
        origin = "the file " + file.string();
        if (const auto reason = read_file(file, max_secret_bytes, value); !reason.empty()) {
            fail(where() + ": " + origin + ' ' + reason);
            return {};
        }
        cut_newline(value);
    } else {
        fail(where() + ": a secret isn't written here itself; " + std::string(how));
        return {};
    }
    if (const auto reason = unusable(value); !reason.empty()) {
        fail(where() + ": " + origin + ' ' + std::string(reason));
        return {};
    }
    return secret(std::move(value));
}

} // namespace evalbridge::config
