#include "runs/watcher_parts.hpp"

namespace evalbridge {

using boost::asio::awaitable;

namespace {

error shutting_down() {
    return error(errc::overloaded)
        .because("The gateway is shutting down. Ask again; another one answers.")
        .retry_after(std::chrono::seconds(1))
        .retryable(true);
}

error no_sighting_in_time(const std::string& run_id) {
    auto late = error(errc::deadline_exceeded).because("The run could not be read before the deadline.");
    if (const auto which = parse_run_id(run_id))
        late.set_provider_name(which->provider);
    return late;
}

} // namespace

watcher::watcher(std::unique_ptr<parts> p) : parts_(std::move(p)) {}
watcher::~watcher() = default;

awaitable<result<run_sighting>> watcher::current(time_point until) {
    const auto board = parts_->board;
    const auto entry = parts_->entry;
    const auto seat = parts_->seat;
    for (bool late = false;;) {
        const auto now = board->look(*entry);
        if (now.seen)
            co_return *now.seen;
        if (now.unread)
            co_return *now.unread;
        if (now.over != watch_end::none || seat->draining || seat->stopped)
            co_return shutting_down();
        if (late)
            co_return no_sighting_in_time(entry->run_id);
        late = co_await seat->bell->wait_until(until);
    }
}

awaitable<std::optional<run_sighting>> watcher::change_from(std::string etag, time_point until) {
    const auto board = parts_->board;
    const auto entry = parts_->entry;
    const auto seat = parts_->seat;
    for (bool late = false;;) {
        const auto now = board->look(*entry);
        const bool over = now.over != watch_end::none || seat->draining || seat->stopped;
        const bool changed = now.seen && (now.seen->etag != etag || is_terminal(now.seen->seen->status));
        if (over || changed)
            co_return now.seen ? std::optional(*now.seen) : std::nullopt;
        if (late)
            co_return std::nullopt;
        late = co_await seat->bell->wait_until(until);
    }
}

awaitable<watcher::news> watcher::next(time_point until) {
    if (!parts_->listens)
        resume_after({});
    const auto board = parts_->board;
    const auto entry = parts_->entry;
    const auto seat = parts_->seat;
    news out;
    for (bool late = false;;) {
        const auto over = board->look(*entry).over; // looked at first: nothing is told after it
        if (!board->read(*entry, parts_->at, parts_->last_event_id, out.events))
            out.what = news::kind::lagging;
        else if (!out.events.empty())
            out.what = news::kind::events;
        else if (seat->stopped)
            out.what = news::kind::stopped;
        else if (seat->draining || over == watch_end::draining)
            out.what = news::kind::draining;
        else if (over != watch_end::none)
            out.what = news::kind::ended;
        else if (!late) {
            late = co_await seat->bell->wait_until(until);
            continue;
        }
        if (out.what == news::kind::lagging)
            parts_->tell_lagging();
        co_return out;
    }
}

void watcher::resume_after(std::optional<std::string> last_event_id) {
    parts_->last_event_id = std::move(last_event_id);
    if (!std::exchange(parts_->listens, true))
        parts_->board->listen(*parts_->entry);
}

bool watcher::knows_the_end(std::string_view last_event_id, const run_sighting& seen) {
    const auto id = parse_event_id(last_event_id);
    return id && id->kind == watch_event_kind::done && is_terminal(seen.seen->status) &&
           id->state == state_of_etag(seen.etag);
}

watcher::state watcher::look() const {
    const auto now = parts_->board->look(*parts_->entry);
    return {now.seen, now.unread, now.over != watch_end::none, now.duty == watch_duty::theirs};
}

void watcher::stop() {
    parts_->seat->stopped = true;
    parts_->seat->bell->wake();
}

} // namespace evalbridge
