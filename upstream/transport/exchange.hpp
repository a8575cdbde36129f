#pragma once
// One request and its answer on one connection. Knows no time: whoever closes the connection ends it.

#include "base/error.hpp"
#include "upstream/http_message.hpp"
#include "upstream/transport/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string_view>

namespace evalbridge {

struct exchange_limits {
    std::size_t max_header;
    std::size_t max_body; ///< both as it comes and unpacked
    bool once = false;    ///< the request must not be sent twice
};

struct exchanged {
    result<http_response> answer = error();
    bool sent = false;     ///< whether any byte of the request may have reached the vendor
    bool answered = false; ///< whether any byte of an answer came
    bool reusable = false; ///< whether the connection may serve another request
};

/// `head` and `body` are the request's bytes; `reused` is whether the connection has served another request before,
/// whose leftovers might come. Errors: provider_unavailable or provider_malformed.
boost::asio::awaitable<exchanged> exchange(vendor_connection& on, bool reused, std::string_view head,
                                           std::string_view body, exchange_limits limits);

} // namespace evalbridge
