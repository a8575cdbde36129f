#pragma once
// Handlers and bodies that go on when the test says so.

#include "tests/gateway/http/edge_server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <string>

namespace evalbridge::testing {

/// A handler whose requests wait until they are let go, first come first.
class gate {
  public:
    handler make();
    /// Waits until so many stand at it.
    bool holds(std::size_t requests) const;
    /// Answers the one that has stood longest.
    void open(edge_server& server);

  private:
    struct place {
        boost::asio::steady_timer timer;
        bool opened = false;
    };
    std::list<place> standing_; ///< the server's thread's
    std::atomic<std::size_t> count_ = 0;
};

/// An answer that is written while it is being read. All but the atomics is the server's thread's.
class feed {
  public:
    /// A handler that answers with it, once.
    handler make();
    void push(edge_server& server, std::string piece);
    /// No more comes; `broken`: not all of it.
    void end(edge_server& server, bool broken = false);

    std::atomic<int> asked = 0; ///< how often for a piece
    std::atomic<bool> heard_departure = false;

  private:
    class source;
    void wake();

    std::deque<std::string> pieces_;
    bool ended_ = false;
    bool broken_ = false;
    boost::asio::steady_timer* waiting_ = nullptr;
};

/// A GET route for anybody, without query or body.
route_options open_route(route_load load = route_load::work);

} // namespace evalbridge::testing
