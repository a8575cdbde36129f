// Looking at a run, and calling it off.

#include "gateway/handlers/run_wait.hpp"
#include "mapping/write.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

std::string to_json(const run& r) {
    std::string body;
    json_writer out(body);
    write(out, r);
    return body;
}

result<bool> read_detach(const request_context& request) {
    bool detach = false;
    for (const auto& parameter : request.query) {
        if (parameter.value != "true" && parameter.value != "false")
            return error(errc::invalid_request)
                .because("A query parameter is not valid.")
                .fault("detach", "must be true or false", "query");
        detach = parameter.value == "true";
    }
    return detach;
}

awaitable<result<reply>> cancel(services& s, const request_context& request) {
    const auto detach = read_detach(request);
    if (!detach)
        co_return detach.error();
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto asked = s.time.now();
    if (*detach) {
        // We stop watching; the provider isn't asked to stop. The run is read, so that an unknown one is a 404.
        auto c = call_for(request, "get_run");
        c.run_has_ended = s.memory.is_terminal(target->id);
        const read_options plain;
        auto found = co_await target->from->get_run(target->native_id, plain, c);
        if (!found)
            co_return found.error();
        const auto seen = co_await s.runs.observed(*found);
        s.watches.observed(seen, asked);
        found->mapping.push_back(
            {note_kind::derived, "status", "no longer watched here; the provider was not asked to stop"});
        co_return json_reply(202, to_json(*found));
    }
    const auto c = call_for(request, "cancel_run");
    auto cancelled = co_await target->from->cancel_run(target->native_id, c);
    if (!cancelled)
        co_return cancelled.error();
    s.memory.cancel_requested(cancelled->id);
    const auto seen = co_await s.runs.observed(*cancelled);
    s.watches.observed(seen, asked);
    s.watches.look_now(cancelled->id);
    co_return json_reply(202, to_json(*cancelled));
}

} // namespace

void add_run_routes(router& routes, services& s) {
    route_options showing;
    showing.query = {"include", "wait"};
    showing.waits_if_query = "wait";
    routes.add(verb::get, "/v1/runs/{id}", showing, [&s](const request_context& r) { return show_run(s, r); });
    route_options cancelling;
    cancelling.query = {"detach"};
    routes.add(verb::post, "/v1/runs/{id}/cancel", cancelling, [&s](const request_context& r) { return cancel(s, r); });
}

} // namespace evalbridge
