// A run's archive: how it stands, asking for it, and having it dropped.

#include "store/archive.hpp"
#include "gateway/handlers/services.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/timestamp.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

error no_archive() {
    return error(errc::not_found)
        .because("The run isn't archived, and isn't waiting to be. POST asks for its archive.");
}

void write_time(json_writer& out, std::string_view key, store_time at) {
    out.key(key);
    if (at > 0)
        out.string(format_timestamp(timestamp(std::chrono::microseconds(at))));
    else
        out.null();
}

std::string to_json(const archive_record& a) {
    std::string body;
    json_writer out(body);
    out.begin_object();
    out.key("run_id").string(a.run_id);
    out.key("provider").string(a.provider);
    out.key("vendor").string(a.vendor);
    out.key("state").string(name_of(a.state));
    out.key("verdicts").integer(a.verdicts);
    out.key("results").integer(a.results);
    out.key("bytes").integer(a.bytes);
    out.key("inputs").boolean(a.inputs);
    write_time(out, "asked_at", a.asked_at);
    write_time(out, "archived_at", a.archived_at);
    out.key("derived_with").string(a.derived_with);
    out.key("attempts").integer(a.attempts);
    write_time(out, "next_attempt_at", a.state == archive_state::waiting ? a.next_at : 0);
    out.key("last_error").string_or_null(a.last_error);
    out.end_object();
    return body;
}

awaitable<result<reply>> show_archive(services& s, const request_context& request) {
    const auto find = [id = request.path_arguments[0]](connection& db) { return find_archive(db, id); };
    const auto found = co_await s.kept.read(find);
    if (!found)
        co_return found.error();
    if (!*found)
        co_return no_archive();
    co_return json_reply(200, to_json(**found));
}

// The run is read first, so that nothing is promised for one that there isn't or that goes on.
awaitable<result<reply>> ask_for_archive(services& s, const request_context& request) {
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    auto c = call_for(request, "get_run");
    c.run_has_ended = s.memory.is_terminal(target->id);
    const read_options plain;
    const auto now = co_await target->from->get_run(target->native_id, plain, c);
    if (!now)
        co_return now.error();
    if (!is_terminal(now->status))
        co_return error(errc::conflict).because("The run goes on; it is archived once it has ended.").retryable(true);
    const auto ask = [id = target->id, provider = now->provider, vendor = now->vendor,
                      at = store_now(s.time)](connection& db) { return request_archive(db, id, provider, vendor, at); };
    const auto asked = co_await s.kept.write(ask);
    if (!asked)
        co_return asked.error();
    co_return json_reply(202, to_json(*asked));
}

awaitable<result<reply>> drop(services& s, const request_context& request) {
    const auto id = request.path_arguments[0];
    const auto let_go = [id](connection& db) { return drop_archive(db, id); };
    const auto dropped = co_await s.kept.write(let_go);
    if (!dropped)
        co_return dropped.error();
    if (s.archive)
        s.archive->forget(id);
    if (!*dropped)
        co_return no_archive();
    co_return reply(204, "", "");
}

} // namespace

void add_archive_routes(router& routes, services& s) {
    routes.add(verb::get, "/v1/runs/{id}/archive", {}, [&s](const request_context& r) { return show_archive(s, r); });
    routes.add(verb::post, "/v1/runs/{id}/archive", {},
               [&s](const request_context& r) { return ask_for_archive(s, r); });
    routes.add(verb::del, "/v1/runs/{id}/archive", {}, [&s](const request_context& r) { return drop(s, r); });
}

} // namespace evalbridge
