#pragma once
// What an exchange with a provider came to, judged once: every layer that has to know whether an attempt failed asks
// here.

#include "upstream/http_message.hpp"

#include "base/error.hpp"

#include <optional>

namespace evalbridge {

/// The failure that an outcome is, or nothing where the provider did its part. A 404, 409 or 422 is an answer like any
/// other; 401 and 403 are failures, as they mean that our own credential is wrong.
std::optional<errc> failure_of(const result<http_response>& outcome);

} // namespace evalbridge
