#include "gateway/http/chunked.hpp"

#include "base/http_grammar.hpp"
#include "base/http_head.hpp"
#include "mapping/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

constexpr std::size_t longest_size = 16;    ///< hexadecimal digits; more can't be a length
constexpr std::size_t longest_line = 1024;  ///< of a chunk size with its extensions, or of one trailer field
constexpr std::size_t most_overhead = 4096; ///< extensions and trailers of one body, together

// Fields that mean something to us, to a proxy or to a cache. As trailers they are an attempt to be heard after the
// checks.
constexpr std::string_view refused_trailers[] = {
    "authorization",
    "proxy-authorization",
    "www-authenticate",
    "proxy-authenticate",
    "cookie",
    "set-cookie",
    "host",
    "transfer-encoding",
    "te",
    "trailer",
    "connection",
    "keep-alive",
    "upgrade",
    "expect",
    "range",
    "cache-control",
    "pragma",
    "max-forwards",
    "date",
    "age",
    "expires",
    "location",
    "vary",
    "retry-after",
    "forwarded",
    "via",
    "request-timeout",
    "idempotency-key",
    "x-api-key",
    "x-request-id",
};
constexpr std::string_view refused_trailer_families[] = {"content-", "if-", "accept", "x-forwarded-", "proxy-", "sec-"};

bool is_refused_trailer(std::string_view name) {
    return std::ranges::any_of(refused_trailers, [&](auto each) { return equal_folded(name, each); }) ||
           std::ranges::any_of(refused_trailer_families,
                               [&](auto each) { return equal_folded(name.substr(0, each.size()), each); });
}

constexpr bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Takes a quoted-string (RFC 9110 section 5.6.4) off the front. False where it isn't one.
bool take_quoted(std::string_view& text) {
    if (!text.starts_with('"'))
        return false;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return true;
        }
        if (text[at] == '\\')
            ++at;
    }
    return false;
}

/// *( ";" token [ "=" ( token / quoted-string ) ] ), without the whitespace that RFC 9112 calls bad.
bool are_extensions(std::string_view text) {
    const auto take_token = [&] {
        const auto size = std::min(text.find_first_of(";="), text.size());
        const bool good = is_http_token(text.substr(0, size));
        text.remove_prefix(size);
        return good;
    };
    while (!text.empty()) {
        if (text.front() != ';')
            return false;
        text.remove_prefix(1);
        if (!take_token())
            return false;
        if (!text.starts_with('='))
            continue;
        text.remove_prefix(1);
        if (!(text.starts_with('"') ? take_quoted(text) : take_token()))
            return false;
    }
    return true;
}

} // namespace

chunked_decoder::state chunked_decoder::refuse(std::string_view reason) {
    reason_ = reason;
    return state::refused;
}

chunked_decoder::state chunked_decoder::feed(std::string_view bytes, std::size_t& taken, std::string& body) {
    std::string_view rest = bytes;
    state now = state::more;
    while (now == state::more && !rest.empty()) {
        if (next_ != expect::data) {
            now = take_line(rest);
            continue;
        }
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_, rest.size()));
        body.append(rest.substr(0, size));
        rest.remove_prefix(size);
        chunk_ -= size;
        if (chunk_ == 0)
            next_ = expect::data_end;
    }
    taken = bytes.size() - rest.size();
    return now;
}

chunked_decoder::state chunked_decoder::take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto piece = rest.substr(0, end == std::string_view::npos ? end : end + 1);
    rest.remove_prefix(piece.size());
    if (line_.size() + piece.size() > longest_line)
        return refuse("a line of the chunked body is too long");
    line_.append(piece);
    // Looked at before the line is complete, so that nobody waits for an end that can't come.
    if (next_ == expect::data_end && line_ != std::string_view("\r\n").substr(0, line_.size()))
        return refuse("a chunk is not followed by CRLF");
    if (auto bad = check_incomplete_head(line_, 0))
        return refuse(bad->reason);
    if (end == std::string_view::npos)
        return state::more;

    const auto line = std::string_view(line_).substr(0, line_.size() - 2);
    state now = state::more;
    if (next_ == expect::size_line)
        now = read_size_line(line);
    else if (next_ == expect::trailers)
        now = read_trailer(line);
    else
        next_ = expect::size_line;
    line_.clear();
    return now;
}

chunked_decoder::state chunked_decoder::read_size_line(std::string_view line) {
    const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(line, is_hex) - line.begin());
    if (digits == 0 || digits > longest_size)
        return refuse("a chunk size is not a hexadecimal number");
    if (!are_extensions(line.substr(digits)))
        return refuse("a chunk size is followed by what is no chunk extension");
    overhead_ += line.size() - digits;
    if (overhead_ > most_overhead)
        return refuse("there are too many chunk extensions");
    std::from_chars(line.data(), line.data() + digits, chunk_, 16); // sixteen digits fit
    next_ = chunk_ == 0 ? expect::trailers : expect::data;
    if (chunk_ > room_)
        return state::too_large;
    room_ -= static_cast<std::size_t>(chunk_);
    return state::more;
}

chunked_decoder::state chunked_decoder::read_trailer(std::string_view line) {
    if (line.empty())
        return state::done;
    field_line field;
    if (auto bad = split_field_line(line, field))
        return refuse(bad->reason);
    if (is_refused_trailer(field.name))
        return refuse("a trailer field may not have the name of a header field that means something");
    overhead_ += line.size();
    if (overhead_ > most_overhead)
        return refuse("there are too many trailer fields");
    return state::more;
}

} // namespace evalbridge
