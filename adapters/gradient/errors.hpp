#pragma once
// The vendor's refusals as our errors. Documented: 401, 404, 429, 500 and `default`, all with {id, message,
// request_id?}.

#include "base/error.hpp"
#include "base/secret.hpp"
#include "upstream/http_message.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace evalbridge::gradient {

enum class asked_for { read, create };

bool is_success(int status);

/// For an answer that isn't a success, whatever its body. `now` is the calendar's: `ratelimit-reset` and dates in
/// `retry-after` are instants. Every 429 has a retry_after(). A create that the vendor may have carried out all the
/// same has request_sent() set and isn't retryable: it documents no idempotency key. `token` is the credential in use,
/// which the vendor's words may repeat; it is cut out of them, as is whatever else looks like a token.
error decode_error(const http_response& response, asked_for what, std::chrono::system_clock::time_point now,
                   const secret& token = {});

/// The vendor's own id of the exchange, from the answer's header.
std::optional<std::string> request_id_of(const http_response& response, const secret& token);

/// For a success whose body isn't what it should be. A create was carried out then.
error malformed(error why, asked_for what);

} // namespace evalbridge::gradient
