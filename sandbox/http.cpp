#include "sandbox/http.hpp"

#include "sandbox/json_text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace evalbridge::sandbox {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

struct status_text {
    int status;
    std::string_view text;
};
constexpr status_text status_texts[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {302, "Found"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Payload Too Large"},
    {422, "Unprocessable Entity"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

std::string_view reason_phrase(int status) {
    const auto* found =
        std::find_if(std::begin(status_texts), std::end(status_texts), [&](auto& s) { return s.status == status; });
    return found == std::end(status_texts) ? std::string_view("Sandbox") : found->text;
}

void append_chunk(std::string& out, std::string_view piece) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    out.append(size).append(piece).append("\r\n");
}

int base64_digit(char c) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = alphabet.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

std::string_view request::header(std::string_view name) const {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](const field& f) { return equal_ignoring_case(f.name, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::optional<std::string> request::query_value(std::string_view name) const {
    const auto found = std::find_if(query.rbegin(), query.rend(), [&](const field& f) { return f.name == name; });
    if (found == query.rend())
        return std::nullopt;
    return found->value;
}

reply json_reply(int status, const boost::json::value& body) { return {status, to_text(body), "application/json", {}}; }

bool read_target(std::string_view target, request& out) {
    const auto parsed = boost::urls::parse_origin_form({target.data(), target.size()});
    if (!parsed)
        return false;
    for (const auto& segment : parsed->segments())
        out.segments.emplace_back(segment);
    for (const auto& parameter : parsed->params())
        out.query.push_back({std::string(parameter.key), std::string(parameter.value)});
    return true;
}

std::string head_to_wire(const reply& what, const std::vector<field>& framed_by, bool close) {
    std::string out = "HTTP/1.1 " + std::to_string(what.status) + " ";
    out.append(reason_phrase(what.status)).append("\r\nserver: evalbridge-sandbox\r\n");
    const auto add = [&](const field& one) { out.append(one.name).append(": ").append(one.value).append("\r\n"); };
    if (!what.content_type.empty())
        add({"content-type", what.content_type});
    for (const auto& header : what.headers)
        add(header);
    for (const auto& header : framed_by)
        add(header);
    if (close)
        out += "connection: close\r\n";
    return out += "\r\n";
}

std::string to_wire(const reply& what, framing frame, bool close, bool with_body) {
    std::vector<field> framed_by;
    if (frame == framing::chunked)
        framed_by.push_back({"transfer-encoding", "chunked"});
    else if (frame == framing::content_length && what.status != 204)
        framed_by.push_back({"content-length", std::to_string(what.body.size())});
    auto out = head_to_wire(what, framed_by, close || frame == framing::until_close);
    if (!with_body || what.status == 204)
        return out;
    if (frame != framing::chunked)
        return out += what.body;
    constexpr std::size_t piece = 1000;
    for (std::size_t at = 0; at < what.body.size(); at += piece)
        append_chunk(out, std::string_view(what.body).substr(at, piece));
    return out += "0\r\n\r\n";
}

bool from_base64(std::string_view text, std::string& out) {
    out.clear();
    if (text.size() % 4 != 0)
        return false;
    for (; !text.empty(); text.remove_prefix(4)) {
        const bool last = text.size() == 4;
        const std::size_t padding = last && text.substr(2) == "==" ? 2 : last && text[3] == '=' ? 1 : 0;
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const int digit = i >= 4 - padding ? 0 : base64_digit(text[i]);
            if (digit < 0)
                return false;
            bits = bits << 6 | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t i = 0; i < 3 - padding; ++i)
            out += static_cast<char>(bits >> (16 - 8 * i) & 0xff);
    }
    return true;
}

} // namespace evalbridge::sandbox
