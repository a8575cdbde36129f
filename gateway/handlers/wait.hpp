#pragma once
// How long a client is ready to wait for news: `?wait=30s`, or `Prefer: wait=30`.

#include "base/error.hpp"
#include "gateway/http/request_context.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace evalbridge {

/// `500ms`, `30s`, `1m`, or whole seconds without a unit, up to a day. Nothing for anything else.
std::optional<std::chrono::milliseconds> parse_wait(std::string_view text);

struct asked_wait {
    std::chrono::milliseconds time{};
    bool preferred = false; ///< by the Prefer field: cut to what is possible, and confirmed
};
/// The query wins. Nothing where the request doesn't ask to wait. Errors: invalid_request for a `wait` that isn't one,
/// is given twice or is longer than `longest`.
result<std::optional<asked_wait>> read_wait(const request_context& request, std::chrono::milliseconds longest);

} // namespace evalbridge
