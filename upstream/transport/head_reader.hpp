#pragma once
// The header block of an answer, read from a connection: past any interim answers, and no answer that can't be one.

#include "base/error.hpp"
#include "upstream/transport/connection.hpp"
#include "upstream/transport/response_head.hpp"

#include <boost/asio/awaitable.hpp>

namespace evalbridge {

struct head_reader {
    vendor_connection& from;
    const std::size_t max_header;
    const bool reused;              ///< whether the connection has served another request, whose leftovers might come
    const std::size_t request_size; ///< bytes, body included
    bool& answered;                 ///< becomes true when a byte of an answer comes

    /// The header block of the answer that counts; what follows it stays in the connection's input. Errors:
    /// provider_unavailable when it broke off, provider_malformed.
    boost::asio::awaitable<result<response_head>> read_final_head();

  private:
    boost::asio::awaitable<result<std::size_t>> read_block();
    bool is_premature() const;
};

} // namespace evalbridge
