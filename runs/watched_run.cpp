#include "runs/watched_run.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using std::chrono::seconds;

bool differs_in_status(const run& before, const run& after) {
    return before.status != after.status || before.phase != after.phase || before.outcome != after.outcome ||
           before.native_status != after.native_status;
}

std::shared_ptr<const watch_event> make_event(std::uint64_t number, watch_event_kind kind, std::string state,
                                              std::string data) {
    auto id = format_event_id({number, std::move(state), kind});
    return std::make_shared<const watch_event>(watch_event{number, kind, std::move(id), std::move(data)});
}

} // namespace

bool watched_run::saw(sighting_ptr now_seen, time_point asked, time_point now) {
    if (finished_ || has_ended() || (seen_ && asked < asked_))
        return false;
    asked_ = asked;
    if (seen_ && seen_->json == now_seen->json)
        return false;
    const bool status = !seen_ || differs_in_status(*seen_->seen, *now_seen->seen);
    seen_ = std::move(now_seen);
    changed_ = now;
    stalled_ = false;
    tell(status ? watch_event_kind::status : watch_event_kind::progress, seen_->json);
    return true;
}

bool watched_run::found_stalled(duration limit, std::optional<duration> usual, time_point now) {
    if (!seen_ || stalled_ || finished_ || has_ended() || now - changed_ < limit)
        return false;
    stalled_ = true;
    std::optional<seconds> usual_seconds;
    if (usual)
        usual_seconds = std::chrono::round<seconds>(*usual);
    tell(watch_event_kind::stalled,
         stalled_data(seen_->json, std::chrono::floor<seconds>(now - changed_), usual_seconds));
    return true;
}

void watched_run::finish(watch_event_kind kind, std::string data) {
    tell(kind, std::move(data));
    finished_ = true;
}

bool watched_run::has_ended() const { return seen_ && is_terminal(seen_->seen->status); }

std::string watched_run::state() const { return state_of_etag(seen_ ? seen_->etag : std::string()); }

void watched_run::tell(watch_event_kind kind, std::string data) {
    ring_.push_back(make_event(next_number_++, kind, state(), std::move(data)));
    if (ring_.size() > ring_size)
        ring_.pop_front();
}

std::optional<watched_run::position> watched_run::begin(const std::optional<std::string>& last_event_id) const {
    if (ring_.empty())
        return {};
    const auto known = last_event_id ? parse_event_id(*last_event_id) : std::nullopt;
    if (known) {
        const bool ours = std::ranges::any_of(ring_, [&](const auto& each) {
            const auto id = parse_event_id(each->id);
            return id->number == known->number && id->state == known->state;
        });
        if (ours)
            return position{known->number + 1, nullptr};
    }
    const auto next = before_last_words();
    if (!seen_)
        return position{next, nullptr};
    if (known && known->state == state())
        return position{next + (stalled_ && known->kind == watch_event_kind::stalled ? 1 : 0), nullptr};
    return position{next, make_event(next - 1, watch_event_kind::status, state(), seen_->json)};
}

bool watched_run::read(position& from, std::vector<std::shared_ptr<const watch_event>>& out) const {
    if (from.first)
        out.push_back(std::move(from.first));
    from.first.reset();
    if (ring_.empty() || from.next >= next_number_)
        return true;
    const auto oldest = ring_.front()->number;
    if (from.next < oldest)
        return false;
    out.insert(out.end(), ring_.begin() + static_cast<std::ptrdiff_t>(from.next - oldest), ring_.end());
    from.next = next_number_;
    return true;
}

} // namespace evalbridge
