#pragma once
// A provider's HTTP API, as something requests can be sent to. Every layer around it has the same shape.

#include "base/error.hpp"
#include "upstream/call.hpp"
#include "upstream/http_message.hpp"

#include <boost/asio/awaitable.hpp>

namespace evalbridge {

class upstream {
  public:
    virtual ~upstream() = default;
    /// The vendor's answer, whatever its status code (200..599). Errors: provider_unavailable (could not connect,
    /// broke off), provider_malformed (not HTTP as we accept it, or too large), deadline_exceeded; each with
    /// `request_sent`. Both arguments must outlive the await.
    virtual boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) = 0;
};

} // namespace evalbridge
