#pragma once
// A provider's HTTP API, as something requests can be sent to. Every layer around it has the same shape.

#include "base/error.hpp"
#include "upstream/call.hpp"
#include "upstream/http_message.hpp"

#include <boost/asio/awaitable.hpp>

namespace evalbridge {

/// For how long an answer stays true.
enum class lasting {
    for_good,  ///< of a run that has ended
    catalogue, ///< what the vendor offers; changes now and then
};

class upstream {
  public:
    virtual ~upstream() = default;
    /// The vendor's answer, whatever its status code (200..599). Errors: provider_unavailable (could not connect,
    /// broke off, or the circuit breaker is open), provider_throttled (its rate budget has no room before the
    /// deadline), provider_malformed (not HTTP as we accept it, or too large), overloaded (too many calls wait here
    /// already, or the gateway shuts down), deadline_exceeded; each with `request_sent`. Both arguments must outlive
    /// the await.
    virtual boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) = 0;

    /// Tells that this answer to that request was understood and stays true, so that the same request needn't be sent
    /// again. Only who can read an answer knows; a layer that keeps nothing does nothing.
    virtual void keep(const http_request& request, const call& c, http_response answer, lasting how_long) {
        static_cast<void>(request), static_cast<void>(c), static_cast<void>(answer), static_cast<void>(how_long);
    }
};

} // namespace evalbridge
