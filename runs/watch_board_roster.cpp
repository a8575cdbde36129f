// The roster's side of the board: whose each watch is among the replicas.

#include "runs/watch_board.hpp"

#include <utility>

namespace evalbridge {

void watch_board::attend(std::function<void()> changed) {
    const std::lock_guard lock(mutex_);
    roster_changed_ = std::move(changed);
}

void watch_board::set_alone(bool alone) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(alone_, alone) == alone || !alone)
        return;
    news_ = {};
    for (const auto& [id, e] : entries_) {
        if (std::exchange(e->duty, watch_duty::ours) == watch_duty::ours)
            continue;
        e->look = true;
        recount(*e);
        wake_poller(*e);
    }
}

std::vector<watch_board::entry_of_roster> watch_board::roster() const {
    const std::lock_guard lock(mutex_);
    std::vector<entry_of_roster> out;
    out.reserve(entries_.size());
    for (const auto& [id, e] : entries_)
        out.push_back({id, e->duty, wanted(*e)});
    return out;
}

void watch_board::settle(const std::string& run_id, watch_duty duty) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    if (at == entries_.end() || std::exchange(at->second->duty, duty) == duty)
        return;
    auto& e = *at->second;
    recount(e);
    if (duty != watch_duty::ours)
        return;
    e.look = true; // whoever watched it before may have been silent for a while
    wake_poller(e);
}

void watch_board::settle_rested(const std::string& run_id) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    if (at == entries_.end() || alone_)
        return;
    at->second->duty = watch_duty::unsettled;
    recount(*at->second);
    if (wanted(*at->second))
        tell_roster();
}

void watch_board::look_if_ours(const std::string& run_id) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    if (at == entries_.end() || at->second->duty != watch_duty::ours)
        return;
    at->second->look = true;
    wake_poller(*at->second);
}

bool watch_board::follows(const std::string& run_id) const {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    return at != entries_.end() && at->second->duty != watch_duty::ours && wanted(*at->second);
}

void watch_board::followed(const std::string& run_id, std::shared_ptr<const run_sighting> seen, time_point asked) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    if (at == entries_.end() || !take(*at->second, seen, asked, now))
        return;
    begin_interval(*at->second, now);
    wake_poller(*at->second);
}

watch_board::to_tell watch_board::take_news() {
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, {});
}

bool watch_board::wanted(const watch_entry& e) const {
    return e.over == watch_end::none && e.seats > 0 && !e.run.has_ended();
}

void watch_board::tell_roster() const {
    if (roster_changed_ && !alone_)
        roster_changed_();
}

} // namespace evalbridge
