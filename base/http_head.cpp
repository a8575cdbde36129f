#include "base/http_head.hpp"

#include "base/http_grammar.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace evalbridge {
namespace {

using fault = std::optional<head_fault>;

constexpr std::string_view known_methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
constexpr std::size_t longest_method = 32; ///< of any method in IANA's registry, with room

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// Control bytes but HTAB; CR and LF are among them.
constexpr bool is_control_byte(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

bool same_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool has_prefix_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && same_ignoring_case(text.substr(0, prefix.size()), prefix);
}

/// Takes the next line off the front of `rest`, without its CRLF. The caller knows that there is one.
std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    return line;
}

bool is_version(std::string_view text) {
    return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
}

fault check_target_characters(std::string_view target) {
    return is_uri_text(target) ? fault() : head_fault{400, "the request target holds what a URI may not"};
}

/// `authority` is set for the absolute form, whose authority is held against Host.
fault check_target(std::string_view method, std::string_view target, std::string_view& authority) {
    if (target == "*")
        return method == "OPTIONS" ? fault() : head_fault{400, "the asterisk form is for OPTIONS only"};
    if (target.starts_with('/'))
        return check_target_characters(target);
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!has_prefix_ignoring_case(target, scheme))
            continue;
        const auto after = target.substr(scheme.size());
        const auto end = std::min(after.find_first_of("/?"), after.size());
        authority = after.substr(0, end);
        if (!is_valid_host(authority)) // userinfo included: '@' is no host character
            return head_fault{400, "the request target has no valid host"};
        return check_target_characters(after.substr(end));
    }
    return head_fault{400, "the request target is neither a path nor an http URI"};
}

struct start_line {
    std::string_view method;
    std::string_view target;
    std::string_view authority; ///< of an absolute-form target
    bool http_1_0 = false;
};

fault check_request_line(std::string_view line, const head_limits& limits, start_line& out) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return head_fault{400, "the request line is not a method, a target and a version"};
    out.method = line.substr(0, first);
    out.target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (out.method.size() > longest_method || !is_http_token(out.method))
        return head_fault{400, "the method is not a token"};
    if (!is_version(version))
        return head_fault{400, "the request line does not end with an HTTP version"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return head_fault{505, "HTTP/1.1 and HTTP/1.0 are the versions spoken here"};
    out.http_1_0 = version == "HTTP/1.0";
    if (std::ranges::find(known_methods, out.method) == std::end(known_methods))
        return head_fault{501, "the method is not known"};
    if (out.target.size() > limits.target)
        return head_fault{414, "the request target is too long"};
    return check_target(out.method, out.target, out.authority);
}

/// What the fields say that matters to where a message ends and whom it is for.
struct field_summary {
    int hosts = 0;
    std::string_view host;
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
};

fault read_content_length(std::string_view text, std::optional<std::uint64_t>& out) {
    if (out)
        return head_fault{400, "there are several Content-Length fields"};
    // A leading zero is octal to somebody: nobody who means well sends one.
    if (text.empty() || !std::ranges::all_of(text, is_digit) || (text.size() > 1 && text.front() == '0'))
        return head_fault{400, "Content-Length is not a decimal number"};
    std::uint64_t length = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), length).ec != std::errc())
        return head_fault{400, "Content-Length is too large to be one"};
    out = length;
    return {};
}

fault check_fields(std::string_view rest, const head_limits& limits, field_summary& out) {
    for (std::size_t count = 1;; ++count) {
        const auto line = take_line(rest);
        if (line.empty())
            return rest.empty() ? fault() : head_fault{400, "there are bytes after the empty line"};
        if (count > limits.fields)
            return head_fault{431, "there are too many header fields"};
        field_line field;
        if (auto bad = split_field_line(line, field))
            return bad;
        if (same_ignoring_case(field.name, "host")) {
            ++out.hosts;
            out.host = field.value;
        } else if (same_ignoring_case(field.name, "content-length")) {
            if (auto bad = read_content_length(field.value, out.content_length))
                return bad;
        } else if (same_ignoring_case(field.name, "transfer-encoding")) {
            if (out.chunked || !same_ignoring_case(field.value, "chunked"))
                return head_fault{400, "Transfer-Encoding is not exactly `chunked`"};
            out.chunked = true;
        } else if (same_ignoring_case(field.name, "transfer_encoding") ||
                   same_ignoring_case(field.name, "content_length")) {
            return head_fault{400, "a header field's name looks like one that delimits the body"}; // and to CGI is one
        }
    }
}

fault check_framing(const field_summary& fields, bool http_1_0, body_framing& framing) {
    if (fields.chunked && fields.content_length)
        return head_fault{400, "there are both Transfer-Encoding and Content-Length"};
    if (fields.chunked && http_1_0)
        return head_fault{400, "HTTP/1.0 has no Transfer-Encoding"};
    framing = {fields.chunked, fields.content_length};
    return {};
}

fault check_host(const field_summary& fields, const start_line& start) {
    if (fields.hosts == 0 && start.http_1_0) // which has no such field (RFC 9112 section 3.2)
        return {};
    if (fields.hosts != 1)
        return head_fault{400, fields.hosts == 0 ? "there is no Host field" : "there are several Host fields"};
    if (!is_valid_host(fields.host))
        return head_fault{400, "Host is not a host and port"};
    if (!start.authority.empty() && !same_ignoring_case(start.authority, fields.host))
        return head_fault{400, "the request target names another host than Host"};
    return {};
}

/// Which part made a block too long.
head_fault judge_oversize(std::string_view bytes, const head_limits& limits) {
    const auto line = bytes.substr(0, bytes.find("\r\n"));
    const auto space = line.find(' ');
    if (space == std::string_view::npos || space > longest_method)
        return {400, "the request line is not a method, a target and a version"};
    if (std::min(line.find(' ', space + 1), line.size()) - space - 1 > limits.target)
        return {414, "the request target is too long"};
    return {431, "the header block is too long"};
}

/// Line ends are CRLF, control bytes are nowhere, the empty line is at the end.
fault check_block(std::string_view block) {
    if (auto bad = check_incomplete_head(block, 0))
        return bad;
    if (!block.ends_with("\r\n\r\n"))
        return head_fault{400, "the header block is not complete"};
    return {};
}

} // namespace

std::optional<head_fault> split_field_line(std::string_view line, field_line& out) {
    if (!line.empty() && is_blank(line.front()))
        return head_fault{400, "a header line begins with whitespace"};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return head_fault{400, "a header line has no colon"};
    out.name = line.substr(0, colon);
    out.value = line.substr(colon + 1);
    if (!is_http_token(out.name))
        return head_fault{400, "a header field's name is not a token"};
    while (!out.value.empty() && is_blank(out.value.front()))
        out.value.remove_prefix(1);
    while (!out.value.empty() && is_blank(out.value.back()))
        out.value.remove_suffix(1);
    if (std::ranges::any_of(out.value, is_control_byte))
        return head_fault{400, "a header field's value holds a control byte"};
    return {};
}

std::optional<head_fault> check_incomplete_head(std::string_view bytes, std::size_t from) {
    for (std::size_t at = from; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (!is_control_byte(c))
            continue;
        if (c == '\n') {
            if (at == 0 || bytes[at - 1] != '\r')
                return head_fault{400, "a line ends with a bare LF"};
        } else if (c == '\r') {
            if (at + 1 < bytes.size() && bytes[at + 1] != '\n')
                return head_fault{400, "there is a CR without LF"};
        } else {
            return head_fault{400, "there is a control byte in the header block"};
        }
    }
    return {};
}

std::optional<head_fault> check_request_head(std::string_view block, const head_limits& limits, body_framing& framing) {
    if (block.size() > limits.block)
        return judge_oversize(block, limits);
    if (auto bad = check_block(block))
        return bad;
    start_line start;
    if (auto bad = check_request_line(take_line(block), limits, start))
        return bad;
    field_summary fields;
    if (auto bad = check_fields(block, limits, fields))
        return bad;
    if (auto bad = check_host(fields, start))
        return bad;
    return check_framing(fields, start.http_1_0, framing);
}

std::optional<head_fault> check_response_head(std::string_view block, const head_limits& limits, body_framing& framing,
                                              int& status) {
    if (block.size() > limits.block)
        return head_fault{431, "the header block is too long"};
    if (auto bad = check_block(block))
        return bad;
    const auto line = take_line(block);
    // HTTP-version SP 3DIGIT SP [reason]; servers that leave out the last space are many and harm nobody.
    const auto code = line.substr(std::min<std::size_t>(line.size(), 9), 3);
    if (line.size() < 12 || !is_version(line.substr(0, 8)) || line[8] != ' ' || !std::ranges::all_of(code, is_digit) ||
        (line.size() > 12 && line[12] != ' '))
        return head_fault{400, "the status line is malformed"};
    if (!line.starts_with("HTTP/1."))
        return head_fault{505, "the answer is not HTTP/1.1 or HTTP/1.0"};
    status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    if (status < 100 || status > 599)
        return head_fault{400, "the status code is outside 100..599"};
    field_summary fields;
    if (auto bad = check_fields(block, limits, fields))
        return bad;
    return check_framing(fields, line.starts_with("HTTP/1.0"), framing);
}

std::size_t head_block_size(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    return end == std::string_view::npos ? end : end + 4;
}

} // namespace evalbridge
