#pragma once
// One connection: requests in, answers out as their faults want them sent. Only this file's source sees Beast.

#include "sandbox/fault.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <optional>

namespace evalbridge::sandbox {

/// Nothing is asked for bytes that are no request.
using service = std::function<answer(const std::optional<request>&)>;

/// Serves the connection until either side ends it. Never throws for what a client does.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, service serve);

} // namespace evalbridge::sandbox
