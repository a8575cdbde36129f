#pragma once
// The header block of an HTTP/1.1 message, judged byte by byte before any parser sees it. Beast 1.81 is lenient where
// leniency lets two programs disagree on where a message ends (RFC 9112 sections 2.2, 5, 6, 7.1); whatever can be
// read in two ways is refused here.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

struct head_limits {
    std::size_t block = 16 * 1024; ///< bytes of the whole header block, start line and final CRLF included
    std::size_t target = 8 * 1024; ///< bytes of the request target
    std::size_t fields = 100;
};

/// Why a header block was refused, and the status a server answers with (400, 414, 431, 501, 505, ...).
struct head_fault {
    int status = 400;
    std::string_view reason; ///< a literal
};

/// How the body that follows is delimited.
struct body_framing {
    bool chunked = false;
    std::optional<std::uint64_t> content_length; ///< absent: none given
};

/// Judges the header block of a request: from the first byte of the request line up to and including the empty line.
/// On success `framing` says how the body is delimited. Refused among others: bare CR or LF, obs-fold, whitespace
/// before a colon, several Host or none in HTTP/1.1, an unknown method, an invalid target, Transfer-Encoding other than
/// exactly `chunked`, with Content-Length, or in HTTP/1.0, several or malformed Content-Length. Bytes that exceed
/// `limits.block` are refused by what made them too long, whether or not the block is complete.
std::optional<head_fault> check_request_head(std::string_view block, const head_limits& limits, body_framing& framing);

/// The same for a response. `status` is the status code of the start line; codes outside 100..599 are refused.
std::optional<head_fault> check_response_head(std::string_view block, const head_limits& limits, body_framing& framing,
                                              int& status);

/// What can't become a valid block whatever follows, looked for in `bytes` from `from` on: a bare CR or LF, NUL and
/// other control bytes. Lets a server refuse at once a client that would otherwise wait for an empty line it believes
/// it sent.
std::optional<head_fault> check_incomplete_head(std::string_view bytes, std::size_t from);

struct field_line {
    std::string_view name;
    std::string_view value; ///< without the whitespace around it
};

/// One field line, its CRLF taken off: `name ":" OWS value OWS`, nothing else (RFC 9112 section 5). Trailer fields
/// follow the same grammar.
std::optional<head_fault> split_field_line(std::string_view line, field_line& out);

/// Bytes of the header block at the front of `bytes` (final empty line included), or npos while it isn't complete.
/// Looks for CRLF CRLF; a bare LF LF ends nothing.
std::size_t head_block_size(std::string_view bytes);

} // namespace evalbridge
