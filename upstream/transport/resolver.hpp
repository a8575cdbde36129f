#pragma once
// Names to addresses, on threads of its own. getaddrinfo can block for half a minute and can't be called off, so
// whoever waits for it may leave: a shard goes on, and the process ends without waiting for it.

#include "base/deadline_sweeper.hpp"
#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace evalbridge {

/// For use from any thread; one serves all shards.
class resolver {
  public:
    using addresses = std::vector<boost::asio::ip::address>;
    /// Blocks. Gives the system's reason where there are none.
    using lookup = std::function<result<addresses>(const std::string& host)>;

    /// Uses the system's resolver.
    resolver();
    explicit resolver(lookup find);
    ~resolver();
    resolver(const resolver&) = delete;
    resolver& operator=(const resolver&) = delete;

    /// The addresses of a name, or the address that `host` already is; at least one. Answers are kept for 30 s. Errors:
    /// provider_unavailable, when there is none or none was known by `when`. `sweeper` is the caller's shard's.
    boost::asio::awaitable<result<addresses>> resolve(std::string host, deadline_sweeper& sweeper, time_point when);

  private:
    class desk;
    std::shared_ptr<desk> desk_; ///< shared with the threads, which may outlive the resolver
};

} // namespace evalbridge
