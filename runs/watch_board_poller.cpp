// The poller's side of the board: what to do next, and what became of it.

#include "runs/watch_board.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

constexpr std::chrono::seconds least_call_time{60};
/// For the first reading, where nobody who waits for it says how long.
constexpr std::chrono::seconds first_call_time{30};
constexpr unsigned refusals_to_end = 3; ///< in a row
constexpr unsigned summary_tries = 3;
constexpr std::chrono::seconds shortest_nap{1};

// Whether a provider that answered so may answer otherwise later, whatever the run.
bool may_pass(const error& e) {
    switch (e.code()) {
    case errc::provider_unavailable:
    case errc::provider_throttled:
    case errc::provider_malformed:
    case errc::deadline_exceeded:
    case errc::overloaded: return true;
    default: return e.retryable();
    }
}

// Whether the first reading failed for want of time alone, and somebody has come meanwhile who has more.
bool has_more_time(const watch_entry& e, const error& why) {
    const bool late = why.code() == errc::deadline_exceeded || why.code() == errc::provider_throttled;
    return late && e.patience > e.first_until;
}

duration told_wait(const error& e, double drawn) {
    using std::chrono::milliseconds;
    const duration told = e.retry_after().value_or(milliseconds(0));
    // All watches of a provider are told the same; a little later each, they don't come back at once.
    return told + std::chrono::duration_cast<duration>(told * (0.1 * drawn));
}

} // namespace

void watch_board::attach(watch_entry& e, boost::asio::any_io_executor executor, std::weak_ptr<alarm> bell) {
    const std::lock_guard lock(mutex_);
    e.poller_at = std::move(executor);
    e.poller_bell = std::move(bell);
}

watch_step watch_board::next_step(watch_entry& e) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    if (e.over != watch_end::none)
        return {};
    if (e.seats == 0) {
        const auto until = e.idle_since + watch_linger;
        if (now < until)
            return {watch_step::kind::wait, until};
        finish(e, watch_end::left);
        return {};
    }
    if (e.run.has_ended())
        return step_after_end(e, now);
    if (e.duty != watch_duty::ours)
        return {watch_step::kind::wait, now + std::chrono::hours(1)};
    const auto every = interval(e, now);
    const auto due = std::max(e.read_at + every, e.not_before);
    const bool first = !e.first_until;
    if (!first && !e.look && now < due) {
        // What there is room for changes while it waits.
        const duration nap = std::max<duration>(shortest_nap, e.pacing.how.options.max_interval);
        return {watch_step::kind::wait, std::min(due, now + nap)};
    }
    e.look = false;
    ++e.polls;
    e.pacing.polls->Increment();
    if (!first)
        return {watch_step::kind::poll, now + std::max<duration>(least_call_time, 2 * every)};
    e.first_until = e.patience.value_or(now + first_call_time);
    return {watch_step::kind::poll, *e.first_until, true, !e.leisurely};
}

// The run has ended; what may be missing is its summary, for those who want to hear of it.
watch_step watch_board::step_after_end(watch_entry& e, time_point now) {
    const auto every = interval(e, now);
    if (e.listeners == 0)
        return {watch_step::kind::wait, now + std::chrono::hours(1)};
    const auto due = e.summaries == 0 ? now : std::max(e.read_at + every, e.not_before);
    if (now < due)
        return {watch_step::kind::wait, due};
    ++e.summaries;
    return {watch_step::kind::summarize, now + std::max<duration>(least_call_time, 2 * every)};
}

bool watch_board::took_reading(watch_entry& e, std::shared_ptr<const run_sighting> seen, time_point asked) {
    const auto now = time_.now();
    const auto usual = usual_.of(*seen->seen);
    const std::lock_guard lock(mutex_);
    if (e.over != watch_end::none)
        return false;
    if (take(e, seen, asked, now) && !alone_) {
        news_.changed.push_back(e.run_id);
        tell_roster();
    }
    begin_interval(e, now);
    const bool stalled = e.run.found_stalled(stall_time(usual, e.pacing.how.options), usual, now);
    if (stalled) {
        count_event(e);
        wake_watchers(e);
    }
    return stalled;
}

watch_end watch_board::took_failure(watch_entry& e, const error& why, const std::string& request_id) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    if (e.over != watch_end::none || e.run.has_ended())
        return watch_end::none;
    const bool never_read = !e.run.seen();
    if (never_read && has_more_time(e, why)) {
        e.first_until.reset();
        return watch_end::none;
    }
    const bool refused = !may_pass(why) && ++e.refusals >= refusals_to_end;
    if (never_read || refused) {
        if (never_read)
            e.unread = why;
        e.run.finish(watch_event_kind::problem, problem_data(why, request_id));
        count_event(e);
        finish(e, never_read ? watch_end::unread : watch_end::problem);
        return e.over;
    }
    begin_interval(e, now);
    e.not_before = now + told_wait(why, e.drawn);
    return watch_end::none;
}

void watch_board::took_summary(watch_entry& e, const result<summary>& found) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    if (e.over != watch_end::none)
        return;
    if (!found && may_pass(found.error()) && e.summaries < summary_tries) {
        begin_interval(e, now);
        e.not_before = now + told_wait(found.error(), e.drawn);
        return;
    }
    e.run.finish(watch_event_kind::done, done_data(e.run.seen()->json, found));
    count_event(e);
    finish(e, watch_end::done);
}

void watch_board::observed(watch_entry& e, std::shared_ptr<const run_sighting> seen, time_point asked) {
    const auto now = time_.now();
    const std::lock_guard lock(mutex_);
    if (e.over != watch_end::none || (e.run.seen() && e.run.seen()->json == seen->json))
        return;
    if (!take(e, seen, asked, now))
        return;
    if (!alone_) {
        news_.changed.push_back(e.run_id);
        tell_roster();
    }
    begin_interval(e, now);
    wake_poller(e);
}

void watch_board::end(watch_entry& e, watch_end why, telling whom) {
    const std::lock_guard lock(mutex_);
    if (e.over == watch_end::none)
        finish(e, why, whom);
}

std::pair<watch_end, std::uint64_t> watch_board::end_and_polls(const watch_entry& e) const {
    const std::lock_guard lock(mutex_);
    return {e.over, e.polls};
}

bool watch_board::take(watch_entry& e, const std::shared_ptr<const run_sighting>& seen, time_point asked,
                       time_point now) {
    e.refusals = 0;
    if (!e.run.saw(seen, asked, now))
        return false;
    count_event(e);
    recount(e);
    wake_watchers(e);
    if (e.run.has_ended())
        usual_.learn(*seen->seen);
    return true;
}

void watch_board::begin_interval(watch_entry& e, time_point now) {
    e.read_at = now;
    e.not_before = {};
    e.drawn = chance_();
}

duration watch_board::interval(const watch_entry& e, time_point now) const {
    watch_pace pace;
    pace.age = pace.running = now - e.began;
    pace.live = std::max<std::size_t>(1, e.pacing.live);
    pace.rate = e.pacing.how.rate ? e.pacing.how.rate(now) : std::numeric_limits<double>::infinity();
    if (const auto& known = e.run.seen()) {
        const auto& r = *known->seen;
        pace.usual = usual_.of(r);
        const auto since = [&](const std::optional<timestamp>& begin) {
            return std::chrono::duration_cast<duration>(time_.wall_now() - *begin);
        };
        // That a run has left the queue is no reason to begin anew with short intervals.
        if (r.created_at || r.started_at)
            pace.age = since(r.created_at ? r.created_at : r.started_at);
        if (r.created_at || r.started_at)
            pace.running = since(r.started_at ? r.started_at : r.created_at);
    }
    return next_interval(pace, e.pacing.how.options, [&e] { return e.drawn; });
}

void watch_board::finish(watch_entry& e, watch_end why, telling whom) {
    e.over = why;
    e.poller_at = {};
    recount(e);
    tell_roster();
    if (whom == telling::everybody)
        wake_watchers(e);
    watches_.Decrement();
    --e.pacing.watches;
    entries_.erase(e.run_id); // the entry itself is its poller's and watchers'
}

} // namespace evalbridge
