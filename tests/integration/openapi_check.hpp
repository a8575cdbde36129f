#pragma once
// Holds an answer to the API's own description.

#include "tests/integration/http_client.hpp"

#include <string>

namespace evalbridge::integration {

/// Adds a test failure for an answer that /openapi.json doesn't describe: an unknown path or method, a status or media
/// type without a schema, a body that doesn't match its schema.
void check_against_openapi(const std::string& method, const std::string& target, const answer& given);

} // namespace evalbridge::integration
