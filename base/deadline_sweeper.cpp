#include "base/deadline_sweeper.hpp"

#include <utility>

namespace evalbridge {

deadline_sweeper::watch::watch(watch&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), at_(other.at_) {}

deadline_sweeper::watch& deadline_sweeper::watch::operator=(watch&& other) noexcept {
    if (this != &other) {
        remove();
        owner_ = std::exchange(other.owner_, nullptr);
        at_ = other.at_;
    }
    return *this;
}

deadline_sweeper::watch::~watch() { remove(); }

bool deadline_sweeper::watch::fired() const { return owner_ && at_->fired; }

void deadline_sweeper::watch::move_to(time_point when) {
    if (owner_)
        at_->when = when;
}

void deadline_sweeper::watch::remove() {
    if (owner_)
        owner_->entries_.erase(at_);
    owner_ = nullptr;
}

deadline_sweeper::deadline_sweeper(boost::asio::any_io_executor executor, duration tick)
    : timer_(std::move(executor)), tick_(tick) {}

deadline_sweeper::~deadline_sweeper() { stop(); }

deadline_sweeper::watch deadline_sweeper::at(time_point when, std::function<void()> expire) {
    entries_.push_front({when, std::move(expire)});
    arm();
    return watch(*this, entries_.begin());
}

void deadline_sweeper::stop() {
    stopped_ = true;
    timer_.cancel();
}

void deadline_sweeper::arm() {
    if (armed_ || stopped_ || entries_.empty())
        return;
    armed_ = true;
    timer_.expires_after(tick_);
    timer_.async_wait([this](boost::system::error_code failed) {
        if (failed)
            return; // stopped: `this` may be gone
        armed_ = false;
        sweep();
        arm();
    });
}

void deadline_sweeper::sweep() {
    const auto now = std::chrono::steady_clock::now();
    for (auto& each : entries_) {
        if (each.fired || each.when > now)
            continue;
        each.fired = true;
        each.expire();
    }
}

} // namespace evalbridge
