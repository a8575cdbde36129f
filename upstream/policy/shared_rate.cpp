// What a budget has to do with those of other replicas.

#include "upstream/policy/rate_budget.hpp"
#include "upstream/policy/rate_window.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

constexpr duration told_every = 1s;
constexpr duration look_for_telling = 50ms; ///< where it is late
/// Of the room that is known, so much is taken by all together from one telling to the next. What they know is a
/// telling old: x(k+1) = x(k) - x(k-1) / c stays above 0 for c >= 4 alone.
constexpr std::uint64_t caution = 4;
constexpr auto no_end = std::numeric_limits<std::uint64_t>::max();

} // namespace

rate_budget::use rate_budget::own_use(time_point now) const {
    const std::lock_guard lock(mutex_);
    settle(now);
    use out{minute_->counts(), hour_->counts()};
    for (std::size_t i = 0; i < urgency_count; ++i) {
        out.minute[i] += under_way_[i];
        out.hour[i] += under_way_[i];
    }
    return out;
}

void rate_budget::share_with(const foreign_use& others, time_point now) {
    const std::lock_guard lock(mutex_);
    settle(now);
    minute_->set_foreign(others.minute, now);
    hour_->set_foreign(others.hour, now);
    replicas_ = std::max<std::size_t>(1, others.replicas);
    told_at_ = now;
    taken_ = 0;
    std::uint64_t room = no_end;
    for (const auto* window : {minute_.get(), hour_.get()}) {
        const auto used = used_of(*window, now);
        if (window->limit() != 0)
            room = std::min<std::uint64_t>(room, window->limit() > used ? window->limit() - used : 0);
    }
    allowed_ = room == no_end ? no_end : room / (caution * replicas_);
    if (allowed_ == 0 && room > 0 && others.has_turn)
        allowed_ = 1;
    ++version_;
}

std::uint64_t rate_budget::allowance(time_point now) const {
    if (replicas_ == 1)
        return no_end;
    if (now < told_at_ + foreign_patience)
        return allowed_ > taken_ ? allowed_ - taken_ : 0;
    auto left = no_end;
    for (const auto* window : {minute_.get(), hour_.get()}) {
        const auto mine = window->marks().size() + under_way_[0] + under_way_[1] + under_way_[2];
        const auto part = std::max<std::uint64_t>(1, window->limit() / replicas_);
        if (window->limit() != 0)
            left = std::min<std::uint64_t>(left, part > mine ? part - mine : 0);
    }
    return left;
}

time_point rate_budget::next_telling(time_point now) const {
    return std::max(told_at_ + told_every, now + look_for_telling);
}

} // namespace evalbridge
