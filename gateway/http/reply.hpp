#pragma once
// What a handler answers. The edge adds Date, Content-Length, the request id and connection fields.

#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

/// A body that isn't whole when its head goes out. The session asks for the next piece when the one before is written,
/// so that a slow reader holds one piece and not the whole.
class body_source {
  public:
    virtual ~body_source() = default;
    /// Appends what comes next to `out`, waiting for it as long as it takes; may append nothing and be asked again.
    /// False when the body has ended: as it should, or broken off where `broken`. Doesn't throw.
    virtual boost::asio::awaitable<bool> next(std::string& out) = 0;
    /// Whether it ended before it was whole: the connection is closed without the end of the body, so that no client
    /// takes it for whole.
    virtual bool broken() const { return false; }
};

struct reply {
    reply() = default;
    reply(int s, std::string_view type, std::string b) : status(s), content_type(type), body(std::move(b)) {}

    int status = 200;
    std::string_view content_type = "application/json"; ///< a literal
    std::string body;
    std::shared_ptr<body_source> stream; ///< in place of `body`, chunked
    std::vector<std::pair<std::string, std::string>> fields;
    /// For the access log: the problem's code, empty for a success.
    std::string_view error_code;
    /// Whether the access log leaves it out (healthy probes).
    bool quiet = false;

    reply&& with(std::string name, std::string value) && {
        fields.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

/// An RFC 9457 problem document (application/problem+json) for the error: type, title, status, detail, instance, code,
/// source, retryable, request_id, errors[], provider{}. `Retry-After` (whole seconds, rounded up, at least 1) where
/// the error has one; `WWW-Authenticate` with 401. `instance` is the request's path.
reply problem(const error& e, std::string_view instance, std::string_view request_id);

/// The same for what HTTP itself has a status for and `errc` hasn't (400 for a malformed head, 408, 413, 414, 415, 417,
/// 431, 501, 505): bytes that never became a request.
reply refusal(int status, std::string_view detail, std::string_view instance, std::string_view request_id);

} // namespace evalbridge
