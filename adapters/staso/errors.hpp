#pragma once
// The vendor's refusals as ours. No eval error is documented, so the body is read in every shape that a server of its
// kind is likely to use, and only a short, cleaned message of it goes on.

#include "base/error.hpp"
#include "base/secret.hpp"
#include "upstream/http_message.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace evalbridge::staso {

enum class operation { create_run, list_runs, get_run, cancel_run, list_verdicts, get_summary };

/// What reading an error needs besides the answer.
struct error_context {
    std::chrono::system_clock::time_point now; ///< for a Retry-After that is a date
    const secret& api_key;                     ///< cut out of the message, should the vendor repeat it
};

/// For an answer whose status isn't 2xx.
error decode_error(const http_response& response, operation what, const error_context& context);

/// For a 2xx answer to a create that doesn't say which run it started: malformed, not to be sent again.
error unreadable_create(error cause);

/// The vendor's, or its edge's, own id of the exchange.
std::optional<std::string> request_id_of(const http_response& response, const secret& api_key);

} // namespace evalbridge::staso
