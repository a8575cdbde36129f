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
    std::chrono::milliseconds header_timeout{10000}; ///< absolute, from a request's first byte; and from accept to it
    std::chrono::milliseconds body_timeout{30000};   ///< absolute, from the end of the header block
    std::chrono::milliseconds idle_timeout{60000};   ///< between requests
    std::chrono::milliseconds write_timeout{30000};
    std::chrono::milliseconds default_deadline{30000}; ///< of a request without Request-Timeout
    std::chrono::milliseconds max_deadline{120000};    ///< a larger Request-Timeout is capped to it
    std::size_t max_connections = 10000;               ///< per shard; more are told to come back and closed
    std::size_t max_in_flight = 512;                   ///< per shard: requests being worked on
    std::size_t max_queued = 512;                      ///< per shard: requests that wait for one of those to end
    std::chrono::milliseconds max_queue_wait{25};      ///< a request that waited so long is refused
    std::size_t max_waiting = 10000;                   ///< per shard: waits and event streams
    std::size_t max_exports = 32;                      ///< per shard: exports
    bool access_log = true;                            ///< a log line for each request
};

class edge_meters;

/// What a listener's sessions share. All references outlive the listener.
struct edge_context {
    const edge_options& options;
    const router& routes;
    const authenticator& auth;
    deadline_sweeper& sweeper;
    clock& time;
    logger& log;
    edge_meters& meters;
};

class listener {
  public:
    /// Takes over a bound, listening socket (SO_REUSEPORT is the shard's business). For use on one thread. It goes
    /// before the sweeper does, and its destructor aborts.
    listener(boost::asio::ip::tcp::acceptor acceptor, edge_context context);
    ~listener();

    /// Starts accepting; returns at once.
    void start();
    /// Lets no new connection begin and answers what is in flight with `Connection: close`. Who already connected is
    /// served, and whose handshake was under way: the socket closes a quarter of a second later, as idle connections
    /// do, so that a request on its way isn't lost. Streams end when their sources do.
    void drain();
    /// The drain's time is over. What isn't handled yet is answered 503 from now on; handlers at work go on, and are
    /// expected to end soon since what they call has been told.
    void cut();
    /// Closes whatever is left, mid-request or not; a request whose handler is still at work is answered 503 first.
    /// Sessions end as the loop runs; run it until connections() is 0 before anything they refer to goes.
    void abort();
    /// In a drain one more as long as somebody may still be let in.
    std::size_t connections() const;

  private:
    struct shared;
    std::shared_ptr<shared> shared_; ///< sessions outlive a listener that is being destroyed
};

} // namespace evalbridge
