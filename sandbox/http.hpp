#pragma once
// Requests and replies as plain values, so that only session.cpp sees Beast.

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::sandbox {

struct field {
    std::string name;
    std::string value;
};

struct request {
    std::string method;
    std::vector<std::string> segments; ///< of the path, percent-decoded
    std::vector<field> query;          ///< percent-decoded, in order
    std::vector<field> headers;
    std::string body;
    bool keep_alive = true;

    /// The first value under this name, in any case; empty where there is none.
    std::string_view header(std::string_view name) const;
    /// The last value under this name.
    std::optional<std::string> query_value(std::string_view name) const;
};

struct reply {
    int status = 200;
    std::string body;
    std::string content_type = "application/json"; ///< empty: no such header
    std::vector<field> headers;
};

reply json_reply(int status, const boost::json::value& body);

/// Splits and decodes a request target in origin form; false if it isn't one.
bool read_target(std::string_view target, request& out);

/// Status line and fields up to the empty line, with `framed_by` as they are.
std::string head_to_wire(const reply& what, const std::vector<field>& framed_by, bool close);

enum class framing { content_length, chunked, until_close };
/// The whole message as it goes over the wire. `with_body` is false for an answer to HEAD.
std::string to_wire(const reply& what, framing frame, bool close, bool with_body);

/// RFC 4648 section 4, with padding; false (and `out` unspecified) for anything else.
bool from_base64(std::string_view text, std::string& out);

} // namespace evalbridge::sandbox
