#pragma once
// The header block of an answer, and the Date that goes into it.

#include "gateway/http/reply.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace evalbridge {

/// IMF-fixdate (RFC 9110 section 5.6.7), written once a second.
class http_date {
  public:
    std::string_view at(std::chrono::system_clock::time_point now);

  private:
    std::chrono::sys_seconds second_{std::chrono::seconds(-1)};
    std::string text_;
};

/// What the answer says of the connection.
enum class connection_use {
    keep,         ///< nothing: HTTP/1.1 keeps it
    keep_http_10, ///< the older client must be told
    close,
};

/// Whether an answer with this status has a body, and so a Content-Length (RFC 9110 section 6.4.1).
bool status_has_body(int status);

/// How the answer says where its body ends.
enum class body_end {
    length,  ///< Content-Length, of `body`
    chunked, ///< Transfer-Encoding
    close,   ///< where the connection ends: HTTP/1.0 has no other for a body that isn't whole yet
};

/// Status line, fields and the empty line. Control characters in a field's value become spaces.
std::string answer_head(const reply& answer, std::string_view date, std::string_view request_id, connection_use use,
                        body_end end = body_end::length);

/// The line before a chunk of that size, which isn't 0 (RFC 9112 section 7.1).
std::string_view chunk_line(std::size_t size, std::span<char, 20> room);

} // namespace evalbridge
