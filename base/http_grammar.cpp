#include "base/http_grammar.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace evalbridge {
namespace {

class character_set {
  public:
    constexpr explicit character_set(std::string_view punctuation) {
        for (const char c : punctuation)
            in_[static_cast<unsigned char>(c)] = true;
        for (int c = 0; c < 256; ++c)
            if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
                in_[static_cast<std::size_t>(c)] = true;
    }
    constexpr bool has(char c) const { return in_[static_cast<unsigned char>(c)]; }
    constexpr bool has_all(std::string_view text) const {
        return std::ranges::all_of(text, [this](char c) { return has(c); });
    }

  private:
    std::array<bool, 256> in_{};
};

constexpr character_set token_characters("!#$%&'*+-.^_`|~");
// RFC 3986: pchar, '/' and '?'. '%' is looked at apart. Brackets are for IPv6 hosts alone.
constexpr character_set target_characters("-._~!$&'()*+,;=:@/?%");
constexpr character_set host_characters("-._~");

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

} // namespace

bool is_http_token(std::string_view text) { return !text.empty() && token_characters.has_all(text); }

bool is_valid_host(std::string_view text) {
    std::string_view host = text;
    std::string_view port;
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        if (end == std::string_view::npos || end < 3)
            return false;
        port = host.substr(end + 1);
        if (!std::ranges::all_of(host.substr(1, end - 1), [](char c) { return is_hex(c) || c == ':' || c == '.'; }))
            return false;
    } else {
        const auto end = std::min(host.find(':'), host.size());
        port = host.substr(end);
        if (end == 0 || !host_characters.has_all(host.substr(0, end)))
            return false;
    }
    return port.empty() || (port.front() == ':' && port.size() <= 6 && std::ranges::all_of(port.substr(1), is_digit));
}

bool is_uri_text(std::string_view text) {
    if (!target_characters.has_all(text))
        return false;
    for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
        if (text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2]))
            return false;
    return true;
}

std::string_view trim_whitespace(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

} // namespace evalbridge
