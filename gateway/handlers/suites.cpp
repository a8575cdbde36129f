// The suites that are configured: what `{"suite": "..."}` starts, and where.

#include "gateway/handlers/list_reply.hpp"
#include "gateway/handlers/services.hpp"
#include "mapping/write_spec.hpp"

namespace evalbridge {

static void write(json_writer& out, const suite* listed) {
    out.begin_object();
    out.key("name").string(listed->name);
    out.key("description").string_or_null(listed->description);
    out.key("route").begin_object();
    out.key("primary").string(listed->primary);
    out.key("shadow").begin_array();
    for (const auto& each : listed->shadows)
        out.string(each);
    out.end_array().end_object();
    out.key("on").begin_object();
    for (const auto& [provider, spec] : listed->on) {
        out.escaped_key(provider);
        write(out, spec);
    }
    out.end_object().end_object();
}

namespace {

using boost::asio::awaitable;

const std::vector<std::string_view> no_includes;

awaitable<result<reply>> list_suites(services& s, const request_context& request) {
    const auto list = read_list(request, list_kind::suites, "", no_includes, false, s.cursor_mac);
    if (!list)
        co_return list.error();
    window_collector<const suite*> collector(list->window);
    std::uint64_t at = 0;
    for (const auto& [name, each] : s.suites)
        if (at++ >= list->window.from.index && !collector.satisfied())
            collector.offer(&each, walk_position{at, 0});
    const bool at_end = !collector.satisfied();
    const auto found = std::move(collector).finish(at_end, s.suites.size());
    co_return list_reply(request, *list, found, "", s.cursor_mac);
}

awaitable<result<reply>> get_suite(services& s, const request_context& request) {
    const auto found = s.suites.find(request.path_arguments[0]);
    if (found == s.suites.end())
        co_return error(errc::not_found).because("There is no suite of that name; GET /v1/suites lists them.");
    std::string body;
    json_writer out(body);
    write(out, &found->second);
    co_return json_reply(200, std::move(body));
}

} // namespace

void add_suite_routes(router& routes, services& s) {
    route_options list;
    list.query = {"limit", "offset", "page", "per_page", "cursor"};
    routes.add(verb::get, "/v1/suites", list, [&s](const request_context& r) { return list_suites(s, r); });
    routes.add(verb::get, "/v1/suites/{name}", {}, [&s](const request_context& r) { return get_suite(s, r); });
}

} // namespace evalbridge
