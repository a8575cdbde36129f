#pragma once
// How much a shard takes on at once. What is beyond it waits its turn, a few and shortly, and the rest is told to come
// back: a queue that may grow serves everybody late, and nobody in the end.

#include "base/clock.hpp"
#include "gateway/http/edge_meters.hpp"
#include "gateway/http/listener.hpp"
#include "gateway/http/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <list>
#include <optional>
#include <utility>

namespace evalbridge {

class admission {
  public:
    /// A place that a request has, until this goes. It goes before the admission does.
    class ticket {
      public:
        ticket(ticket&& other) noexcept : from_(std::exchange(other.from_, nullptr)), load_(other.load_) {}
        ticket& operator=(ticket&& other) noexcept {
            std::swap(from_, other.from_);
            std::swap(load_, other.load_);
            return *this;
        }
        ~ticket() {
            if (from_)
                from_->leave(load_);
        }

      private:
        friend class admission;
        ticket(admission& from, route_load load) : from_(&from), load_(load) {}
        admission* from_;
        route_load load_;
    };

    /// Both outlive it.
    admission(const edge_options& options, edge_meters& meters) : options_(options), meters_(meters) {}
    admission(const admission&) = delete;
    admission& operator=(const admission&) = delete;

    /// Whether a request of that load would be refused now. Asked before its body is read.
    bool full(route_load load) const;
    /// A place at once; none where there is none, or where others wait for one.
    std::optional<ticket> enter(route_load load);
    /// A place when its turn has come; none after `max_queue_wait`, at the deadline, or at once where nobody may wait.
    boost::asio::awaitable<std::optional<ticket>> queue(route_load load, clock& time, time_point deadline);
    /// Refuses whoever waits and whoever comes, probes aside.
    void close();
    bool closed() const { return closed_; }

  private:
    struct turn;
    void leave(route_load load);

    const edge_options& options_;
    edge_meters& meters_;
    std::size_t in_flight_ = 0;
    std::size_t waiting_ = 0;
    std::size_t exporting_ = 0;
    std::list<turn*> line_; ///< who came first stands first
    bool closed_ = false;
};

} // namespace evalbridge
