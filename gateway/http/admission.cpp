#include "gateway/http/admission.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace evalbridge {

/// One that waits. It leaves the line however its wait ends.
struct admission::turn {
    turn(admission& f, alarm& b) : from(f), bell(b), place(from.line_.insert(from.line_.end(), this)) {
        from.meters_.queued.Increment();
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() {
        if (in_line)
            step_out();
        else if (given)
            from.leave(route_load::work); // it was called and has gone without a word
    }
    void step_out() {
        from.line_.erase(place);
        from.meters_.queued.Decrement();
        in_line = false;
    }

    admission& from;
    alarm& bell;
    std::list<turn*>::iterator place;
    bool in_line = true;
    bool given = false; ///< the place of one that left
};

bool admission::full(route_load load) const {
    if (load == route_load::probe)
        return false;
    if (closed_)
        return true;
    if (load == route_load::waiting)
        return waiting_ >= options_.max_waiting;
    if (load == route_load::exporting)
        return exporting_ >= options_.max_exports;
    return in_flight_ >= options_.max_in_flight && line_.size() >= options_.max_queued;
}

std::optional<admission::ticket> admission::enter(route_load load) {
    if (full(load))
        return {};
    if (load == route_load::work) {
        if (in_flight_ >= options_.max_in_flight)
            return {};
        ++in_flight_;
        meters_.in_flight.Increment();
    } else if (load == route_load::waiting) {
        ++waiting_;
        meters_.waiting.Increment();
    } else if (load == route_load::exporting) {
        ++exporting_;
        meters_.exporting.Increment();
    }
    return ticket(*this, load);
}

boost::asio::awaitable<std::optional<admission::ticket>> admission::queue(route_load load, clock& time,
                                                                          time_point deadline) {
    if (load != route_load::work || full(load))
        co_return std::nullopt;
    const auto bell = time.make_alarm(co_await boost::asio::this_coro::executor);
    const auto until = std::min(deadline, time.now() + options_.max_queue_wait);
    turn mine(*this, *bell);
    while (mine.in_line) {
        const bool late = co_await bell->wait_until(until);
        if (late)
            break;
    }
    if (!mine.given)
        co_return std::nullopt;
    mine.given = false;
    co_return ticket(*this, load);
}

void admission::leave(route_load load) {
    if (load == route_load::waiting) {
        --waiting_;
        meters_.waiting.Decrement();
    }
    if (load == route_load::exporting) {
        --exporting_;
        meters_.exporting.Decrement();
    }
    if (load != route_load::work)
        return;
    if (line_.empty()) {
        --in_flight_;
        meters_.in_flight.Decrement();
        return;
    }
    turn& next = *line_.front(); // the place passes on
    next.step_out();
    next.given = true;
    next.bell.wake();
}

void admission::close() {
    closed_ = true;
    while (!line_.empty()) {
        turn& each = *line_.front();
        each.step_out();
        each.bell.wake();
    }
}

} // namespace evalbridge
