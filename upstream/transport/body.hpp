#pragma once
// The body of an answer, read to where its head says that it ends.

#include "base/error.hpp"
#include "upstream/transport/connection.hpp"
#include "upstream/transport/response_head.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>

namespace evalbridge {

/// Appends the body to `body`, undecoded but for the transfer coding, with `body_padding` spare bytes behind it. Bytes
/// that come after it stay in the connection's input. Errors: provider_unavailable when it broke off,
/// provider_malformed when it isn't framed as it should be or is larger than `max_body`.
boost::asio::awaitable<result<void>> read_body(vendor_connection& from, const response_head& head, std::size_t max_body,
                                               std::string& body);

/// The body's bytes as they were before the vendor packed them. Errors: provider_malformed.
result<void> unpack_body(content_coding coding, std::size_t max_body, std::string& body);

} // namespace evalbridge
