#pragma once
// From addresses to a connection that is ready for a request.

#include "base/error.hpp"
#include "upstream/options.hpp"
#include "upstream/transport/connection.hpp"
#include "upstream/transport/resolver.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace evalbridge {

/// Tries the addresses in turn, each within the connect timeout, TLS handshake included, all of them until `when`.
/// Errors: provider_unavailable with the last address's reason. `tls` is null for plain http.
boost::asio::awaitable<result<std::unique_ptr<vendor_connection>>> dial(const upstream_options& options,
                                                                        const resolver::addresses& addresses,
                                                                        boost::asio::ssl::context* tls,
                                                                        deadline_sweeper& sweeper, time_point when);

} // namespace evalbridge
