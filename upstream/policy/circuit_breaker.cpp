#include "upstream/policy/circuit_breaker.hpp"

#include <algorithm>

namespace evalbridge {

circuit_breaker::permit circuit_breaker::ask(time_point now) {
    const std::lock_guard lock(mutex_);
    permit out;
    if (state_ == state::half_open) {
        out.wait = std::min<duration>(options_.open_for, std::chrono::seconds(1)); // the probe's end isn't known
        return out;
    }
    if (state_ == state::open && now < probe_at_) {
        out.wait = probe_at_ - now;
        return out;
    }
    if (state_ == state::open) {
        state_ = state::half_open;
        ++period_;
        out.probe = true;
    }
    out.granted = true;
    out.period = period_;
    return out;
}

bool circuit_breaker::succeeded(const permit& p) {
    const std::lock_guard lock(mutex_);
    if (p.period != period_)
        return false;
    failures_ = 0;
    if (state_ != state::half_open)
        return false;
    state_ = state::closed;
    opened_in_a_row_ = 0;
    ++period_;
    return true;
}

bool circuit_breaker::failed(const permit& p, time_point now) {
    const std::lock_guard lock(mutex_);
    if (p.period != period_)
        return false;
    ++failures_;
    if (state_ != state::half_open && failures_ < options_.failures)
        return false;
    open(now);
    return true;
}

void circuit_breaker::abandoned(const permit& p) {
    const std::lock_guard lock(mutex_);
    if (p.period != period_ || state_ != state::half_open)
        return;
    // The next to ask makes the probe. A late word of this one can't tell anything: that probe is another period.
    state_ = state::open;
}

void circuit_breaker::open(time_point now) {
    state_ = state::open;
    ++period_;
    ++openings_;
    ++opened_in_a_row_;
    const auto most = std::max(options_.max_open, options_.open_for);
    const auto pause = opened_in_a_row_ > most / std::max(options_.open_for, std::chrono::milliseconds(1))
                           ? most
                           : options_.open_for * opened_in_a_row_;
    probe_at_ = now + pause;
}

circuit_breaker::view circuit_breaker::look(time_point now) const {
    const std::lock_guard lock(mutex_);
    view out{state_, failures_, openings_, {}};
    if (state_ == state::open && now < probe_at_)
        out.until_probe = probe_at_ - now;
    return out;
}

std::string_view name_of(circuit_breaker::state s) {
    switch (s) {
    case circuit_breaker::state::closed: return "closed";
    case circuit_breaker::state::open: return "open";
    case circuit_breaker::state::half_open: return "half_open";
    }
    return "closed";
}

} // namespace evalbridge
