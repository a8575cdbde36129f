#pragma once
// One connection: requests in, answers out as their faults want them sent. Only this file's source sees Beast.

#include "sandbox/answer.hpp"
#include "sandbox/connections.hpp"
#include "sandbox/http.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <optional>

namespace evalbridge::sandbox {

/// Nothing is asked for bytes that are no request.
using service = std::function<answer(const std::optional<request>&, open_connection&)>;

/// Serves the connection until either side ends it, over TLS unless `tls` is null. `open` is where it is listed while
/// it lasts. May throw for what a client does.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls,
                                              open_connections& open, service serve);

} // namespace evalbridge::sandbox
