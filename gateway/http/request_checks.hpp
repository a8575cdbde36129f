#pragma once
// What the edge asks of a request before any handler sees it. Plain functions; every fault names what was wrong and
// where.

#include "base/error.hpp"
#include "gateway/http/request_context.hpp"
#include "gateway/http/router.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

/// A fault where a field that can only mean one thing is there twice.
std::optional<error> check_single_fields(const std::vector<std::pair<std::string, std::string>>& fields);

/// How long the request may take: `text` (a Request-Timeout field; empty: none) is a positive number of seconds, at
/// most `longest`.
result<std::chrono::milliseconds> request_timeout(std::string_view text, std::chrono::milliseconds usual,
                                                  std::chrono::milliseconds longest);

/// The parameters of `query`, each of them one that the route takes.
result<std::vector<query_parameter>> read_query(std::string_view query, const route_options& options);

/// Whether the body is coded (`Content-Encoding: gzip`): nothing here decodes one.
bool is_encoded(const std::vector<std::pair<std::string, std::string>>& fields);

/// Whether the route may have this body: none where it takes none, and application/json in UTF-8 where it takes JSON.
std::optional<error> check_body(const route_options& options, std::string_view content_type, std::string_view body);

} // namespace evalbridge
