#include "gateway/handlers/run_wait.hpp"

#include "gateway/handlers/wait.hpp"
#include "mapping/write.hpp"
#include "runs/run_sighting.hpp"
#include "store/runs.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

constexpr std::string_view includes[] = {"raw"};

// What a request for a run asks for.
struct asked_run {
    run_target target;
    read_options options;
    std::string known; ///< its If-None-Match; empty: none
    std::optional<asked_wait> wait;
};

std::string if_none_match(const request_context& request) {
    std::string tags;
    for (const auto& [name, value] : request.fields)
        if (name == "if-none-match")
            (tags += tags.empty() ? "" : ", ") += value;
    return tags;
}

awaitable<result<asked_run>> read_asked(services& s, const request_context& request) {
    asked_run asked;
    const auto options = read_include(request, includes);
    if (!options)
        co_return options.error();
    const auto wait = read_wait(request, s.max_wait);
    if (!wait)
        co_return wait.error();
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    asked.options = *options;
    asked.wait = *wait;
    asked.target = *target;
    asked.known = if_none_match(request);
    co_return asked;
}

// 304 where it is what is known to the client, else the run.
reply answer_of(const asked_run& asked, std::string_view known, const std::string& etag, std::string json) {
    auto answer = json_reply(200, std::move(json));
    if (names_etag(known, etag))
        answer = reply(304, "", "");
    answer.fields.emplace_back("ETag", etag);
    if (asked.wait && asked.wait->preferred) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(asked.wait->time).count();
        answer.fields.emplace_back("Preference-Applied", "wait=" + std::to_string(seconds));
    }
    return answer;
}

awaitable<result<reply>> read_now(services& s, const request_context& request, const asked_run& asked,
                                  time_point deadline) {
    const auto state = s.states.find(asked.target.from->name());
    const bool keeps = state != s.states.end() && state->second->options.cache.size > 0;
    if (keeps && !asked.options.raw) {
        if (const auto kept = s.runs.ended().find(asked.target.id, s.time.now())) {
            state->second->meters.cache_hits.Increment();
            co_return answer_of(asked, asked.known, kept->etag, kept->json);
        }
    }
    auto c = call_for(request, "get_run");
    c.deadline = deadline;
    c.run_has_ended = s.memory.is_terminal(asked.target.id);
    const auto began = s.time.now();
    auto found = co_await asked.target.from->get_run(asked.target.native_id, asked.options, c);
    if (!found)
        co_return found.error();
    const auto seen = co_await s.runs.observed(*found);
    s.watches.observed(seen, began);
    if (keeps && is_terminal(seen->seen->status))
        s.runs.ended().keep(seen, began + state->second->options.cache.ended);
    if (!asked.options.raw)
        co_return answer_of(asked, asked.known, seen->etag, seen->json);
    std::string with_raw;
    json_writer out(with_raw);
    write(out, *found);
    // The tag tells the state, not what the vendor wrote.
    co_return answer_of(asked, {}, seen->etag, std::move(with_raw));
}

// The run once it isn't in a state that the client knows, or in the one that it was in when the client asked; as it is
// at the end of the wait, or when it can't be waited for any more, whichever comes first.
awaitable<result<run_sighting>> wait_for_news(services& s, const request_context& request, const asked_run& asked,
                                              time_point until) {
    const auto watcher = s.watches.watch(*asked.target.from, asked.target.native_id, s.here, request.request_id,
                                         watch_hub::haste::client, request.deadline);
    notice::listening departure;
    if (request.departed) {
        departure = request.departed->on_given([&gone = *watcher] { gone.stop(); });
        if (request.departed->given())
            watcher->stop();
    }
    auto seen = co_await watcher->current(request.deadline);
    while (seen && !is_terminal(seen->seen->status) && (asked.known.empty() || names_etag(asked.known, seen->etag))) {
        auto changed = co_await watcher->change_from(seen->etag, until);
        if (!changed)
            break;
        const bool same = changed->etag == seen->etag; // then there is nothing more to wait for
        *seen = std::move(*changed);
        if (same || asked.known.empty())
            break;
    }
    co_return seen;
}

bool is_draining(const services& s) { return s.here.draining.given(); }

awaitable<result<reply>> ask_provider(services& s, const request_context& request, const asked_run& asked) {
    const bool waits = asked.wait && asked.wait->time.count() > 0;
    if (!waits || is_draining(s) || s.memory.is_terminal(asked.target.id))
        co_return co_await read_now(s, request, asked, request.deadline);

    const auto began = s.time.now();
    const auto for_reading = request.deadline - began; // the wait doesn't count
    auto until = began + asked.wait->time;
    if (!request.field("request-timeout").empty())
        until = std::min(until, request.deadline);
    auto seen = co_await wait_for_news(s, request, asked, until);
    request.waited += s.time.now() - began;
    const bool read_again = asked.options.raw && (!seen || !names_etag(asked.known, seen->etag));
    if ((seen && read_again) || (!seen && is_draining(s)))
        co_return co_await read_now(s, request, asked, s.time.now() + for_reading);
    if (!seen)
        co_return seen.error();
    co_return answer_of(asked, asked.known, seen->etag, std::move(seen->json));
}

// Whether the fault is the provider's, or it has forgotten the run.
bool may_be_answered_here(const error& why) {
    return why.source() == error_source::provider || why.code() == errc::not_found;
}

} // namespace

awaitable<std::optional<run_sighting>> kept_end(services& s, std::string run_id, error why) {
    if (!may_be_answered_here(why))
        co_return std::nullopt;
    const auto find = [run_id](connection& db) { return find_run_record(db, run_id); };
    auto kept = co_await s.kept.read(find);
    if (!kept || !*kept || !is_terminal((*kept)->shown.status))
        co_return std::nullopt;
    run_sighting seen;
    seen.seen = std::make_shared<const run>(std::move((*kept)->shown));
    seen.json = std::move((*kept)->document);
    seen.etag = "W/\"" + (*kept)->etag + "\"";
    co_return seen;
}

awaitable<result<reply>> show_run(services& s, const request_context& request) {
    const auto asked = co_await read_asked(s, request);
    if (!asked)
        co_return asked.error();
    auto answer = co_await ask_provider(s, request, *asked);
    if (answer || asked->options.raw)
        co_return answer;
    const auto why = answer.error();
    auto kept = co_await kept_end(s, asked->target.id, why);
    if (!kept)
        co_return answer;
    co_return answer_of(*asked, asked->known, kept->etag, std::move(kept->json));
}

} // namespace evalbridge
