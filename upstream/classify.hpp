#pragma once
// What an attempt at a provider came to, judged once: retry, breaker, budget and metrics all ask here.

#include "upstream/call.hpp"
#include "upstream/http_message.hpp"
#include "upstream/options.hpp"

#include "base/error.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace evalbridge {

enum class attempt_class {
    answered,     ///< the provider did its part; also a 404, 409 or 422
    rejected,     ///< 401, 402, 403: our own credential is wrong
    throttled,    ///< 429
    failed,       ///< 408, 5xx: the provider says that it failed
    unreachable,  ///< no connection, or it broke off, or the attempt's time was up
    malformed,    ///< not HTTP as we accept it, or too large
    out_of_time,  ///< the caller's deadline came first
    refused_here, ///< one of our own layers refused; nothing was sent
    internal,     ///< a fault of ours
};
/// `refused_here`: a label's value.
std::string_view name_of(attempt_class);

struct verdict_on_attempt {
    attempt_class what = attempt_class::answered;
    /// Whether the same request may well be answered if it is sent again.
    bool retryable = false;
    /// Whether some of it may have reached the provider.
    bool request_sent = true;
    /// For the circuit breaker: +1 a failure of the provider's, 0 nothing learned, -1 it works.
    int breaker = -1;
    /// The wait that the provider told, when it did.
    std::optional<std::chrono::milliseconds> retry_after;
};

/// `took` is how long the attempt had; `now` is the calendar's time, for a Retry-After that is a date.
verdict_on_attempt judge_attempt(const result<http_response>& outcome, duration took, const breaker_options& breaker,
                                 std::chrono::system_clock::time_point now);

/// The failure that an outcome is, as clients will hear of it, or nothing where the provider did its part. A 404, 409
/// or 422 is an answer like any other; 401 and 403 are failures, as they mean that our own credential is wrong.
std::optional<errc> failure_of(const result<http_response>& outcome);

} // namespace evalbridge
