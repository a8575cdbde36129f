#include "runs/watch_board.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

constexpr watch_event_kind every_kind[] = {watch_event_kind::status, watch_event_kind::progress,
                                           watch_event_kind::stalled, watch_event_kind::done,
                                           watch_event_kind::problem};

metrics::counter& polls_of(metrics& all, const std::string& provider) {
    return all.count("evalbridge_watch_polls_total", "Polls of watched runs", {{"provider", provider}});
}

} // namespace

std::string_view name_of(watch_end why) {
    switch (why) {
    case watch_end::none: return "none";
    case watch_end::done: return "done";
    case watch_end::problem: return "problem";
    case watch_end::unread: return "unread";
    case watch_end::left: return "left";
    case watch_end::draining: return "draining";
    }
    return "none";
}

watch_board::watch_board(std::map<std::string, watch_hub::pace_of_provider> providers, clock& time, metrics& all,
                         random_source chance)
    : time_(time), all_(all), watches_(all.level("evalbridge_watches", "Runs that are watched")),
      watchers_(all.level("evalbridge_watchers", "Waits and event streams that watch a run")),
      chance_(std::move(chance)) {
    for (auto& [name, how] : providers)
        paces_.emplace(name, watch_pacing{std::move(how), &polls_of(all, name)});
    for (const auto kind : every_kind)
        events_[kind] = &all.count("evalbridge_watch_events_total", "Events told of watched runs",
                                   {{"kind", std::string(name_of(kind))}});
}

watch_board::joined watch_board::join(const std::string& provider, const std::string& run_id,
                                      const watch_hub::place& where, bool leisurely,
                                      std::optional<time_point> patience) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    joined out;
    if (const auto at = entries_.find(run_id); at != entries_.end())
        out.entry = at->second;
    if (!out.entry) {
        out.entry = std::make_shared<watch_entry>(run_id, pacing_of(provider), now);
        out.entry->leisurely = leisurely;
        out.entry->duty = alone_ ? watch_duty::ours : watch_duty::unsettled;
        out.fresh = !where.draining.given();
        if (out.fresh) {
            entries_.emplace(run_id, out.entry);
            watches_.Increment();
            ++out.entry->pacing.watches;
        } else {
            out.entry->over = watch_end::draining;
        }
    }
    auto& e = *out.entry;
    out.room = open_door(e, where.executor);
    ++seats_;
    watchers_.Increment();
    e.leisurely = e.leisurely && leisurely;
    e.patience = std::max(e.patience, patience); // none is the least
    if (++e.seats == 1 && !out.fresh)
        wake_poller(e); // it rested
    recount(e);
    if (e.seats == 1)
        tell_roster();
    return out;
}

std::shared_ptr<watch_entry> watch_board::find(const std::string& run_id) const {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    return at == entries_.end() ? nullptr : at->second;
}

void watch_board::look_now(const std::string& run_id) {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(run_id);
    const bool here = at != entries_.end() && at->second->duty == watch_duty::ours;
    if (!here && !alone_) {
        news_.look.push_back(run_id);
        tell_roster();
    }
    if (at == entries_.end())
        return;
    at->second->look = true;
    wake_poller(*at->second);
}

std::size_t watch_board::watches() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

std::size_t watch_board::watches_of(const std::string& provider) const {
    const std::lock_guard lock(mutex_);
    const auto at = paces_.find(provider);
    return at == paces_.end() ? 0 : at->second.watches;
}

std::size_t watch_board::watchers() const {
    const std::lock_guard lock(mutex_);
    return seats_;
}

watch_board::view watch_board::look(const watch_entry& e) const {
    const std::lock_guard lock(mutex_);
    return {e.run.seen(), e.unread, e.over, e.duty};
}

void watch_board::listen(watch_entry& e) {
    const std::lock_guard lock(mutex_);
    if (++e.listeners == 1 && e.run.has_ended())
        wake_poller(e); // nobody wanted the summary so far
}

void watch_board::leave(watch_entry& e, const boost::asio::any_io_executor& executor, bool listened) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    const auto door = std::ranges::find(e.doors, executor, &watch_entry::door::executor);
    if (--door->seats == 0)
        e.doors.erase(door);
    e.listeners -= listened ? 1 : 0;
    --seats_;
    watchers_.Decrement();
    if (--e.seats == 0) {
        e.idle_since = now;
        wake_poller(e);
        tell_roster();
    }
    recount(e);
}

bool watch_board::read(const watch_entry& e, std::optional<watched_run::position>& at,
                       const std::optional<std::string>& last_event_id,
                       std::vector<std::shared_ptr<const watch_event>>& out) const {
    const std::lock_guard lock(mutex_);
    if (!at)
        at = e.run.begin(last_event_id);
    return !at || e.run.read(*at, out);
}

watch_pacing& watch_board::pacing_of(const std::string& provider) {
    const auto at = paces_.find(provider);
    if (at != paces_.end())
        return at->second;
    return paces_.emplace(provider, watch_pacing{{}, &polls_of(all_, provider)}).first->second;
}

// Rooms are only ever taken hold of on their own shard, which is where this is called.
std::shared_ptr<watch_room> watch_board::open_door(watch_entry& e, const boost::asio::any_io_executor& executor) {
    auto door = std::ranges::find(e.doors, executor, &watch_entry::door::executor);
    if (door == e.doors.end())
        door = e.doors.insert(door, watch_entry::door{executor, {}, 0});
    ++door->seats;
    auto room = door->room.lock();
    if (!room) {
        room = std::make_shared<watch_room>();
        door->room = room;
    }
    return room;
}

void watch_board::recount(watch_entry& e) {
    const bool polls = wanted(e) && e.duty == watch_duty::ours;
    if (polls == e.counted)
        return;
    e.counted = polls;
    if (polls)
        ++e.pacing.live;
    else
        --e.pacing.live;
}

void watch_board::count_event(const watch_entry& e) { events_.at(e.run.last_told())->Increment(); }

void watch_board::wake_watchers(const watch_entry& e) {
    for (const auto& door : e.doors)
        boost::asio::post(door.executor, [room = door.room] {
            if (const auto here = room.lock())
                for (auto* const seat : here->seats)
                    seat->bell->wake();
        });
}

void watch_board::wake_poller(const watch_entry& e) {
    if (e.poller_at)
        boost::asio::post(e.poller_at, [poller = e.poller_bell] {
            if (const auto bell = poller.lock())
                bell->wake();
        });
}

} // namespace evalbridge
