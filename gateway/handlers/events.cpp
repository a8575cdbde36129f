// A run's life as a stream of events.

#include "gateway/handlers/run_wait.hpp"
#include "gateway/handlers/services.hpp"
#include "gateway/handlers/sse.hpp"
#include "gateway/http/edge_meters.hpp"
#include "runs/watched_run.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;
using std::chrono::milliseconds;

constexpr milliseconds usual_retry{2000};
constexpr milliseconds retry_elsewhere{500}; ///< this gateway ends; another takes over

// What one client hears of a run. It outlives its handler, and where the shard is taken apart the services too: its
// destructor touches none of them.
class run_events final : public body_source {
  public:
    run_events(services& s, std::unique_ptr<watcher> w, std::shared_ptr<notice> departed)
        : services_(s), watcher_(std::move(w)), departed_(std::move(departed)),
          slow_readers_(slow_readers_of(s.counts)) {
        if (!departed_)
            return;
        departure_ = departed_->on_given([this] { watcher_->stop(); });
        if (departed_->given())
            watcher_->stop();
    }

    watcher& watching() { return *watcher_; }

    awaitable<bool> next(std::string& out) override {
        if (ended_)
            co_return false;
        if (!begun_)
            append_retry(out, usual_retry);
        begun_ = true;
        const auto news = co_await watcher_->next(services_.time.now() + services_.heartbeat);
        co_return write(news, out);
    }

    bool broken() const override { return broken_; }

  private:
    // False when nothing more comes.
    bool write(const watcher::news& news, std::string& out) {
        using kind = watcher::news::kind;
        switch (news.what) {
        case kind::events:
            for (const auto& each : news.events) {
                append_event(out, each->id, name_of(each->kind), each->data);
                ended_ = each->kind == watch_event_kind::done || each->kind == watch_event_kind::problem;
            }
            return true;
        case kind::nothing: append_comment(out); return true;
        case kind::draining:
            append_retry(out, retry_elsewhere);
            append_comment(out, "the gateway is shutting down; connect again");
            ended_ = true;
            return true;
        case kind::lagging:
            broken_ = true;
            slow_readers_.Increment();
            return false;
        case kind::stopped:
        case kind::ended: break;
        }
        return false;
    }

    services& services_;
    std::unique_ptr<watcher> watcher_;
    std::shared_ptr<notice> departed_;
    notice::listening departure_;
    metrics::counter& slow_readers_;
    bool begun_ = false;
    bool ended_ = false;
    bool broken_ = false;
};

// By field, or by query for clients that can't set fields.
std::optional<std::string> last_event_id(const request_context& request) {
    std::string id(request.field("last-event-id"));
    for (const auto& parameter : request.query)
        if (id.empty() && parameter.name == "last_event_id")
            id = parameter.value;
    return id.empty() ? std::nullopt : std::optional(std::move(id));
}

reply event_reply(std::string events) {
    reply answer(200, "text/event-stream", std::move(events));
    answer.fields.emplace_back("Cache-Control", "no-store");
    answer.fields.emplace_back("X-Accel-Buffering", "no"); // else a proxy gathers events until there are enough
    return answer;
}

// All that is to be told of a run that ended before, as its watch would tell it.
std::string last_events(const run_sighting& seen, const result<summary>& found,
                        const std::optional<std::string>& last_event_id, time_point now) {
    watched_run ended;
    ended.saw(std::make_shared<const run_sighting>(seen), now, now);
    ended.finish(watch_event_kind::done, done_data(seen.json, found));
    auto from = ended.begin(last_event_id);
    std::vector<std::shared_ptr<const watch_event>> events;
    ended.read(*from, events);
    std::string out;
    append_retry(out, usual_retry);
    for (const auto& each : events)
        append_event(out, each->id, name_of(each->kind), each->data);
    return out;
}

// Of a run whose provider can't be asked, but that is known to have ended.
awaitable<reply> tell_end(services& s, const request_context& request, const run_target& target,
                          const run_sighting& seen, const std::optional<std::string>& last) {
    if (last && watcher::knows_the_end(*last, seen))
        co_return reply(204, "", "");
    auto c = call_for(request, "get_summary");
    c.run_has_ended = true;
    const read_options plain;
    auto found = co_await target.from->get_summary(target.native_id, plain, c);
    if (found)
        found->run_terminal = true;
    co_return event_reply(last_events(seen, found, last, s.time.now()));
}

awaitable<result<reply>> follow(services& s, const request_context& request) {
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto last = last_event_id(request);
    auto joined = s.watches.watch(*target->from, target->native_id, s.here, request.request_id,
                                  watch_hub::haste::client, request.deadline);
    joined->resume_after(last);
    const auto source = std::make_shared<run_events>(s, std::move(joined), request.departed);
    // A run that can't be read is a plain problem, not a stream.
    const auto began = s.time.now();
    const auto seen = co_await source->watching().current(request.deadline);
    request.waited += s.time.now() - began;
    if (!seen) {
        const auto why = seen.error();
        const auto kept = co_await kept_end(s, target->id, why);
        if (!kept)
            co_return why;
        co_return co_await tell_end(s, request, *target, *kept, last);
    }
    if (last && watcher::knows_the_end(*last, *seen))
        co_return reply(204, "", "");
    auto answer = event_reply({});
    answer.stream = source;
    co_return answer;
}

} // namespace

void add_event_routes(router& routes, services& s) {
    route_options following;
    following.query = {"last_event_id"};
    following.load = route_load::waiting;
    routes.add(verb::get, "/v1/runs/{id}/events", following, [&s](const request_context& r) { return follow(s, r); });
}

} // namespace evalbridge
