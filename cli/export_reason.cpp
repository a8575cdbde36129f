#include "cli/export_reason.hpp"

#include <utility>

namespace evalbridge::cli {
namespace {

constexpr std::size_t longest_comment = 16 * 1024;
constexpr std::string_view comment_begin = "<!-- the export broke off: ";
constexpr std::string_view comment_end = " -->";

constexpr std::pair<std::string_view, char> escapes[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#10;", '\n'}, {"&#13;", '\r'}, {"&#9;", '\t'},
};

std::string without_escapes(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t size = 1;
        out += text.front();
        for (const auto& [escape, character] : escapes)
            if (text.starts_with(escape)) {
                out.back() = character;
                size = escape.size();
            }
        text.remove_prefix(size);
    }
    return out;
}

} // namespace

void reason_at_end::take(std::string_view bytes) {
    end_ += bytes;
    if (end_.size() > 2 * longest_comment)
        end_.erase(0, end_.size() - longest_comment);
}

std::string reason_at_end::told() const {
    const auto at = end_.rfind(comment_begin);
    if (at == std::string::npos)
        return {};
    const auto text = std::string_view(end_).substr(at + comment_begin.size());
    return without_escapes(text.substr(0, text.find(comment_end)));
}

} // namespace evalbridge::cli
