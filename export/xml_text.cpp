#include "export/xml_text.hpp"

#include "base/utf8.hpp"

namespace evalbridge {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// What stands for a character; empty: itself.
std::string_view escape_of(char32_t c, bool in_attribute) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return in_attribute ? "&quot;" : "";
    case '\r': return "&#13;"; // as it is it would be read as a line feed
    case '\n': return in_attribute ? "&#10;" : "";
    case '\t': return in_attribute ? "&#9;" : "";
    default: break;
    }
    return c < 0x20 || c == 0xFFFE || c == 0xFFFF ? replacement : "";
}

void append_escaped(std::string& out, std::string_view text, bool in_attribute) {
    std::size_t written = 0; // what is before stands in `out`
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        const auto instead = next.valid ? escape_of(next.code, in_attribute) : replacement;
        if (!instead.empty()) {
            out.append(text, written, at - written).append(instead);
            written = at + next.size;
        }
        at += next.size;
    }
    out.append(text, written);
}

} // namespace

void append_xml_text(std::string& out, std::string_view text) { append_escaped(out, text, false); }

void append_xml_attribute(std::string& out, std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    append_escaped(out, value, true);
    out += '"';
}

void append_xml_comment(std::string& out, std::string_view text) {
    std::string allowed;
    append_escaped(allowed, text, true);
    out += "<!-- ";
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        if (allowed[i] == '-' && i > 0 && allowed[i - 1] == '-')
            out += ' ';
        out += allowed[i];
    }
    out += " -->\n";
}

} // namespace evalbridge
