#include "cli/followed_run.hpp"

#include "cli/raw_json.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace evalbridge::cli {
namespace json = boost::json;
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds shortest_pace = 100ms; // whatever the gateway says
constexpr duration longest_pace = 30s;
constexpr unsigned most_doublings = 8;
constexpr duration healthy_after = 20s; ///< a stream that lasted so long, heartbeats or not, was none that failed

bool can_be_sent(std::string_view id) {
    return !id.empty() && std::ranges::all_of(id, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

} // namespace

std::optional<time_point> followed_run::ask_at() const {
    return ended_ || stream_ != 0 ? std::nullopt : std::optional(ask_at_);
}

request_fields followed_run::opening(std::size_t stream, time_point now) {
    stream_ = stream;
    opened_ = now;
    events_ = event_stream();
    heard_ = false;
    request_fields fields;
    if (can_be_sent(last_id_))
        fields.emplace_back("Last-Event-ID", last_id_);
    return fields;
}

void followed_run::closed(time_point next) {
    stream_ = 0;
    ask_at_ = next;
}

void followed_run::poll_from(time_point next) {
    polled_ = true;
    closed(next);
}

std::optional<std::vector<stream_event>> followed_run::feed(std::string_view bytes) {
    std::vector<stream_event> out;
    const bool readable = events_.feed(bytes, out);
    if (events_.last_id())
        last_id_ = *events_.last_id();
    if (events_.retry())
        retry_ = *events_.retry();
    if (!readable)
        return {};
    heard_ = true;
    return out;
}

followed_run::told followed_run::take(const stream_event& event, time_point now) {
    const auto what = understand(event, now);
    if (what == told::news || what == told::end)
        forgive();
    return what;
}

followed_run::told followed_run::understand(const stream_event& event, time_point now) {
    if (event.kind == "status" || event.kind == "progress" || event.kind == "done")
        stalled_.reset();
    if (event.kind == "status" || event.kind == "progress")
        return read(event.data) ? told::news : told::unreadable;
    if (event.kind == "stalled") {
        const auto run = member_of(event.data, "run");
        if (!run || !read(*run))
            return told::unreadable;
        boost::system::error_code code;
        const auto said = json::parse(event.data, code);
        stalled_ = stall{integer_at(said, "quiet_seconds").value_or(0), integer_at(said, "usual_seconds"), now};
        return told::news;
    }
    if (event.kind == "done")
        return take_end(event.data);
    return event.kind == "problem" ? told::problem : told::nothing;
}

followed_run::told followed_run::take_end(const std::string& data) {
    const auto run = member_of(data, "run");
    if (!run || !read(*run))
        return told::unreadable;
    summary_ = member_of(data, "summary");
    ended_ = true;
    return told::end;
}

followed_run::told followed_run::take_run(const std::string& body) {
    if (!read(body))
        return told::unreadable;
    forgive();
    if (!view_.terminal)
        return told::news;
    ended_ = true;
    return told::end;
}

bool followed_run::read(const std::string& run) {
    boost::system::error_code code;
    const auto parsed = json::parse(run, code);
    if (code || !parsed.is_object())
        return false;
    auto id = std::move(view_.id);
    view_ = read_run(parsed);
    view_.id = std::move(id); // the one it was asked for by
    body_ = run;
    return true;
}

duration followed_run::pace() const {
    const auto asked = std::max(retry_, shortest_pace);
    const auto doubled = asked * (1 << std::min(failures_ > 0 ? failures_ - 1 : 0, most_doublings));
    return std::min<duration>(doubled, longest_pace);
}

void followed_run::forgive() {
    failures_ = 0;
    failing_since_.reset();
}

time_point followed_run::failed(time_point now) {
    if (heard_ && now - opened_ >= healthy_after)
        forgive();
    heard_ = false;
    ++failures_;
    if (!failing_since_)
        failing_since_ = now;
    return *failing_since_;
}

} // namespace evalbridge::cli
