#include "upstream/policy/rate_budget.hpp"

#include "upstream/policy/rate_window.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

constexpr duration longest_look = 1s;
constexpr auto watch_horizon = 15min; ///< that what is left of an hour's share is to last for

constexpr std::size_t index_of(urgency who) { return static_cast<std::size_t>(who); }

std::uint32_t sum(const std::array<std::uint32_t, urgency_count>& each) { return each[0] + each[1] + each[2]; }

} // namespace

rate_budget::rate_budget(const rate_options& options) : options_(options) {
    const rate_shares shares{options.watch_share, options.archive_share};
    minute_ = std::make_unique<rate_window>(1min, options.per_minute, shares);
    hour_ = std::make_unique<rate_window>(1h, options.per_hour, shares);
}

rate_budget::~rate_budget() = default;

rate_budget::ruling rate_budget::ask(time_point now, urgency who, time_point deadline) {
    const std::lock_guard lock(mutex_);
    settle(now);
    ruling out;
    if (waiting() == 0 && is_open(now) && fits(who, now)) {
        take(who);
        return out;
    }
    auto& mine = waiting_[index_of(who)];
    const auto due = forecast(now, who, ahead_of(who, mine.end()));
    if (due <= now) {
        take(who);
        return out;
    }
    if (due >= deadline || waiting() >= options_.max_waiting)
        return refuse(who, mine.end(), due - now);
    out.what = ruling::kind::wait;
    out.ticket = next_ticket_++;
    out.due = due;
    out.look_again = std::min(due, now + longest_look);
    mine.push_back({out.ticket, deadline, due, version_});
    return out;
}

rate_budget::ruling rate_budget::again(std::uint64_t ticket, time_point now) {
    const std::lock_guard lock(mutex_);
    settle(now);
    for (std::size_t i = 0; i < urgency_count; ++i) {
        const auto who = static_cast<urgency>(i);
        const auto self = std::find_if(waiting_[i].begin(), waiting_[i].end(),
                                       [&](const waiter& each) { return each.ticket == ticket; });
        if (self == waiting_[i].end())
            continue;
        // A look ahead costs as much as there is ahead, so only where something may have changed.
        const bool may_go = is_open(now) && fits(who, now);
        if (may_go || self->version != version_ || self->due <= now || self->deadline <= now) {
            self->due = forecast(now, who, ahead_of(who, self));
            self->version = version_;
        }
        ruling out;
        if (self->due <= now && self->deadline > now) {
            waiting_[i].erase(self);
            take(who);
            return out;
        }
        if (self->due >= self->deadline || self->deadline <= now)
            return refuse(who, self, std::max(self->due - now, duration{}));
        out.what = ruling::kind::wait;
        out.ticket = ticket;
        out.due = self->due;
        out.look_again = std::min(self->due, now + longest_look);
        return out;
    }
    ruling gone;
    gone.what = ruling::kind::refuse;
    return gone;
}

/// Also takes it out of its line, if it is in one.
rate_budget::ruling rate_budget::refuse(urgency who, line::iterator self, duration retry_after) {
    if (self != waiting_[index_of(who)].end())
        waiting_[index_of(who)].erase(self);
    ruling out;
    out.what = ruling::kind::refuse;
    out.retry_after = retry_after;
    return out;
}

void rate_budget::leave(std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    for (auto& each : waiting_)
        if (each.remove_if([&](const waiter& w) { return w.ticket == ticket; }) > 0)
            return;
}

void rate_budget::ended(urgency who, time_point now) {
    const std::lock_guard lock(mutex_);
    settle(now);
    end(who);
}

void rate_budget::ended(urgency who) {
    const std::lock_guard lock(mutex_);
    end(who);
}

void rate_budget::not_sent(urgency who) {
    const std::lock_guard lock(mutex_);
    --under_way_[index_of(who)];
    taken_ -= taken_ > 0 ? 1 : 0;
}

void rate_budget::end(urgency who) {
    --under_way_[index_of(who)];
    minute_->add(latest_, who);
    hour_->add(latest_, who);
}

/// Shards don't agree on what time it is to the microsecond; the windows go by the latest.
void rate_budget::settle(time_point now) const {
    latest_ = std::max(latest_, now);
    minute_->expire(latest_);
    hour_->expire(latest_);
}

bool rate_budget::fits(urgency who, time_point now) const {
    for (const auto* window : {minute_.get(), hour_.get()}) {
        if (window->limit() == 0)
            continue;
        const auto kind = window->counts()[index_of(who)] + under_way_[index_of(who)] + window->foreign(who, now);
        if (used_of(*window, now) >= window->limit() || kind >= window->ceiling(who))
            return false;
    }
    return allowance(now) > 0;
}

std::uint32_t rate_budget::used_of(const rate_window& window, time_point now) const {
    return static_cast<std::uint32_t>(window.marks().size()) + sum(under_way_) + window.others(now) +
           window.foreign(now);
}

time_point rate_budget::forecast(time_point now, urgency who, const counts& ahead) const {
    const rate_window* const windows[] = {minute_.get(), hour_.get()};
    auto start = std::max(now, closed_until_);
    if (allowance(now) <= ahead[0] + ahead[1] + ahead[2])
        start = std::max(start, next_telling(now));
    return rate_forecast(windows, under_way_, now).serve(who, ahead, start);
}

/// All who are more urgent, and those of its own line before it.
rate_budget::counts rate_budget::ahead_of(urgency who, line::const_iterator self) const {
    counts out{};
    for (std::size_t i = 0; i < index_of(who); ++i)
        out[i] = waiting_[i].size();
    const auto& own = waiting_[index_of(who)];
    out[index_of(who)] = self == own.end() ? own.size() : static_cast<std::size_t>(std::distance(own.begin(), self));
    return out;
}

std::size_t rate_budget::waiting() const {
    std::size_t all = 0;
    for (const auto& each : waiting_)
        all += each.size();
    return all;
}

rate_budget::window_view rate_budget::look(const rate_window& window, time_point now) const {
    window_view out;
    out.limit = window.limit();
    out.used = used_of(window, now);
    if (out.limit > 0 && out.remaining() == 0) {
        const rate_window* const alone[] = {&window};
        out.until_room = rate_forecast(alone, under_way_, now).serve(urgency::interactive, {}, now) - now;
    }
    return out;
}

rate_budget::view rate_budget::look(time_point now) const {
    const std::lock_guard lock(mutex_);
    settle(now);
    view out;
    out.minute = look(*minute_, now);
    out.hour = look(*hour_, now);
    out.closed_for = std::max(closed_until_ - now, duration{});
    out.waiting = waiting();
    return out;
}

double rate_budget::watch_rate(time_point now) const {
    const std::lock_guard lock(mutex_);
    settle(now);
    constexpr double horizon = std::chrono::duration<double>(watch_horizon).count();
    double rate = std::numeric_limits<double>::infinity();
    if (minute_->limit() != 0)
        rate = minute_->ceiling(urgency::watch) / 60.0 / static_cast<double>(replicas_);
    if (hour_->limit() != 0) {
        const auto left = [](std::uint32_t all, std::uint32_t used) { return all > used ? all - used : 0; };
        const auto polls = hour_->counts()[index_of(urgency::watch)] + under_way_[index_of(urgency::watch)] +
                           hour_->foreign(urgency::watch, now);
        const auto room = std::min(look(*hour_, now).remaining(), left(hour_->ceiling(urgency::watch), polls));
        rate = std::min(rate, std::max(room, 1u) / horizon / static_cast<double>(replicas_));
    }
    return rate;
}

} // namespace evalbridge
