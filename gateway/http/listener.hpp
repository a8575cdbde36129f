#pragma once
// Accepts connections for one shard and serves HTTP/1.1 on each: the strict head check, limits, deadlines, keys,
// routing, replies, drain.

#include "base/clock.hpp"
#include "base/deadline_sweeper.hpp"
#include "base/http_head.hpp"
#include "base/log.hpp"
#include "gateway/http/auth.hpp"
#include "gateway/http/router.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace evalbridge {

struct edge_options {
    head_limits head;
    std::size_t max_body = 1024 * 1024;
    std::chrono::milliseconds header_timeout{10000}; ///< absolute, from the first byte of a request (or from accept)
    std::chrono::milliseconds body_timeout{30000};   ///< absolute, from the end of the header block
    std::chrono::milliseconds idle_timeout{60000};   ///< between requests
    std::chrono::milliseconds write_timeout{30000};
    std::chrono::milliseconds default_deadline{30000}; ///< of a request without Request-Timeout
    std::chrono::milliseconds max_deadline{120000};    ///< a larger Request-Timeout is capped to it
    std::size_t max_connections = 10000;               ///< per shard; more are closed at once
};

/// What a listener's sessions share. All references outlive the listener.
struct edge_context {
    const edge_options& options;
    const router& routes;
    const authenticator& auth;
    deadline_sweeper& sweeper;
    clock& time;
    logger& log;
};

class listener {
  public:
    /// Takes over a bound, listening socket (SO_REUSEPORT is the shard's business). For use on one thread. It goes
    /// before the sweeper does, and its destructor aborts.
    listener(boost::asio::ip::tcp::acceptor acceptor, edge_context context);
    ~listener();

    /// Starts accepting; returns at once.
    void start();
    /// Stops accepting and answers what is in flight with `Connection: close`. Who already connected is served; idle
    /// connections close a quarter of a second later, so that a request on its way isn't lost.
    void drain();
    /// Closes whatever is left, mid-request or not. Sessions end as the loop runs; run it until connections() is 0
    /// before anything they refer to goes.
    void abort();
    std::size_t connections() const;

  private:
    struct shared;
    std::shared_ptr<shared> shared_; ///< sessions outlive a listener that is being destroyed
};

} // namespace evalbridge
