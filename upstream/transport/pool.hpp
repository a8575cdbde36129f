#pragma once
// Who may have a connection to a provider, and which. Bookkeeping only: it neither opens a connection nor looks into
// one. A lease is the right to one connection, and holds one if an idle one was to be had. When all are leased, callers
// queue and are served in their order.

#include "base/deadline_sweeper.hpp"
#include "upstream/transport/connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <optional>

namespace evalbridge {

/// Shared with its leases: a suspended call may be destroyed, by its io_context, after the transport that it was made
/// on.
class connection_pool final : public std::enable_shared_from_this<connection_pool> {
  public:
    class lease {
      public:
        lease(lease&& other) noexcept = default;
        lease& operator=(lease&& other) = delete;
        /// Closes the connection, unless it was kept, and gives the right to the next in the queue.
        ~lease();
        /// Null when a connection is still to be made.
        vendor_connection* held() const { return connection_.get(); }
        void hold(std::unique_ptr<vendor_connection> fresh) { connection_ = std::move(fresh); }
        /// Gives the connection back for others to use.
        void keep() &&;

      private:
        friend class connection_pool;
        lease(std::shared_ptr<connection_pool> pool, std::unique_ptr<vendor_connection> idle)
            : pool_(std::move(pool)), connection_(std::move(idle)) {}
        std::shared_ptr<connection_pool> pool_;
        std::unique_ptr<vendor_connection> connection_;
    };

    connection_pool(std::size_t max_connections, duration idle_timeout)
        : max_(max_connections), idle_timeout_(idle_timeout) {}

    /// A lease, unless all are taken or others wait for one already.
    std::optional<lease> try_acquire(time_point now);
    /// Queues for a lease until `when`; nothing if there was none by then.
    boost::asio::awaitable<std::optional<lease>> acquire(deadline_sweeper& sweeper, time_point when);

    std::size_t leased() const { return leased_; }
    std::size_t idle() const { return idle_.size(); }
    std::size_t waiting() const { return waiters_.size(); }

  private:
    struct parked {
        std::unique_ptr<vendor_connection> idle;
        time_point since;
    };
    struct waiter {
        boost::asio::steady_timer wake;
        std::optional<lease> granted;
    };
    void release(std::unique_ptr<vendor_connection> returned);
    void close_expired(time_point now);

    std::size_t max_;
    duration idle_timeout_;
    std::size_t leased_ = 0;
    std::deque<parked> idle_; ///< the longest idle in front
    std::list<waiter*> waiters_;
};

} // namespace evalbridge
