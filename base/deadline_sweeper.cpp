#include "base/deadline_sweeper.hpp"

#include <utility>

namespace evalbridge {

deadline_sweeper::watch::watch(deadline_sweeper& owner, entries::iterator at) : owner_(&owner), at_(at) {
    at_->holder = this;
}

deadline_sweeper::watch::watch(watch&& other) noexcept { take(other); }

deadline_sweeper::watch& deadline_sweeper::watch::operator=(watch&& other) noexcept {
    if (this != &other) {
        remove();
        take(other);
    }
    return *this;
}

deadline_sweeper::watch::~watch() { remove(); }

bool deadline_sweeper::watch::fired() const { return owner_ && at_->fired; }

void deadline_sweeper::watch::move_to(time_point when) {
    if (owner_)
        at_->when = when;
}

void deadline_sweeper::watch::take(watch& other) {
    owner_ = std::exchange(other.owner_, nullptr);
    if (!owner_)
        return;
    at_ = other.at_;
    at_->holder = this;
}

void deadline_sweeper::watch::remove() {
    if (owner_)
        owner_->entries_.erase(at_);
    owner_ = nullptr;
}

deadline_sweeper::deadline_sweeper(boost::asio::any_io_executor executor, duration tick)
    : timer_(std::move(executor)), tick_(tick) {}

deadline_sweeper::~deadline_sweeper() {
    for (auto& each : entries_)
        each.holder->owner_ = nullptr;
}

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
    timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](boost::system::error_code failed) {
        if (failed || alive.expired())
            return;
        armed_ = false;
        sweep(std::chrono::steady_clock::now());
        arm();
    });
}

void deadline_sweeper::expire_all() { sweep(time_point::max()); }

void deadline_sweeper::sweep(time_point now) {
    for (auto& each : entries_) {
        if (each.fired || each.when > now)
            continue;
        each.fired = true;
        each.expire();
    }
}

} // namespace evalbridge
