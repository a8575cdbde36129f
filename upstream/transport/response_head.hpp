#pragma once
// The header block of an answer, taken apart: pure, and the one place that decides how an answer's body ends and
// whether its connection may serve another request.

#include "base/http_head.hpp"
#include "upstream/answer_fields.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace evalbridge {

enum class body_end {
    none,    ///< there is no body
    length,  ///< after `length` bytes
    chunked, ///< after the last chunk
    eof,     ///< when the vendor closes
};

enum class content_coding { identity, gzip, unsupported };

struct response_head {
    int status = 0;
    answer_fields fields;
    body_end end = body_end::none;
    std::uint64_t length = 0;
    content_coding coding = content_coding::identity;
    /// Whether the connection may be used again once the body has ended as it should.
    bool keep_alive = false;
};

/// Reads a complete header block, final empty line included. On a fault gives why, as a literal. Interim answers (1xx)
/// are read like others; all status codes outside 100..599 are refused.
std::optional<std::string_view> read_response_head(std::string_view block, const head_limits& limits,
                                                   response_head& head);

/// Why bytes that are no complete header block can't become one that is acceptable, if so: it saves waiting for the
/// rest. Those before `from` have been looked at before.
std::optional<std::string_view> fault_in_partial_head(std::string_view bytes, std::size_t from);

} // namespace evalbridge
