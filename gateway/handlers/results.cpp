// What a run found: results, verdicts, summary.

#include "gateway/handlers/list_reply.hpp"
#include "gateway/handlers/services.hpp"
#include "mapping/write.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

const std::vector<std::string_view> list_query = {"limit",  "offset", "page",  "per_page", "cursor",
                                                  "passed", "metric", "level", "trace_id", "include"};
const std::vector<std::string_view> result_includes = {"raw", "spans"};
const std::vector<std::string_view> raw_only = {"raw"};

read_options options_of(const list_request& list) {
    read_options options;
    for (const auto& each : list.include) {
        options.raw = options.raw || each == "raw";
        options.spans = options.spans || each == "spans";
    }
    return options;
}

// What is known to have ended has ended, whether the provider didn't say or says otherwise.
template <class T> void complete(T& answer, const services& s, const run_target& target) {
    if (answer.run_terminal != true && s.memory.is_terminal(target.id))
        answer.run_terminal = true;
}

call call_on(const services& s, const run_target& target, const request_context& request, std::string_view operation) {
    auto c = call_for(request, operation);
    c.run_has_ended = s.memory.is_terminal(target.id);
    return c;
}

awaitable<result<reply>> list_results(services& s, const request_context& request) {
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto list = read_list(request, list_kind::results, target->id, result_includes, true, s.cursor_mac);
    if (!list)
        co_return list.error();
    const auto c = call_on(s, *target, request, "list_results");
    const auto options = options_of(*list);
    auto found = co_await target->from->list_results(target->native_id, list->filter, list->window, options, c);
    if (!found)
        co_return found.error();
    complete(*found, s, *target);
    co_return list_reply(request, *list, *found, target->id, s.cursor_mac);
}

awaitable<result<reply>> show_result(services& s, const request_context& request) {
    const auto options = read_include(request, result_includes);
    if (!options)
        co_return options.error();
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto c = call_on(s, *target, request, "get_result");
    const auto found = co_await target->from->get_result(target->native_id, request.path_arguments[1], *options, c);
    if (!found)
        co_return found.error();
    std::string body;
    json_writer out(body);
    write(out, *found);
    co_return json_reply(200, std::move(body));
}

awaitable<result<reply>> list_verdicts(services& s, const request_context& request) {
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto list = read_list(request, list_kind::verdicts, target->id, raw_only, true, s.cursor_mac);
    if (!list)
        co_return list.error();
    const auto c = call_on(s, *target, request, "list_verdicts");
    const auto options = options_of(*list);
    auto found = co_await target->from->list_verdicts(target->native_id, list->filter, list->window, options, c);
    if (!found)
        co_return found.error();
    complete(*found, s, *target);
    co_return list_reply(request, *list, *found, target->id, s.cursor_mac);
}

awaitable<result<reply>> show_summary(services& s, const request_context& request) {
    const auto options = read_include(request, raw_only);
    if (!options)
        co_return options.error();
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto c = call_on(s, *target, request, "get_summary");
    auto found = co_await target->from->get_summary(target->native_id, *options, c);
    if (!found)
        co_return found.error();
    complete(*found, s, *target);
    std::string body;
    json_writer out(body);
    write(out, *found);
    co_return json_reply(200, std::move(body));
}

} // namespace

void add_result_routes(router& routes, services& s) {
    route_options listing;
    listing.query = list_query;
    route_options with_include;
    with_include.query = {"include"};
    routes.add(verb::get, "/v1/runs/{id}/results", listing,
               [&s](const request_context& r) { return list_results(s, r); });
    routes.add(verb::get, "/v1/runs/{id}/results/{result_id}", with_include,
               [&s](const request_context& r) { return show_result(s, r); });
    routes.add(verb::get, "/v1/runs/{id}/verdicts", listing,
               [&s](const request_context& r) { return list_verdicts(s, r); });
    routes.add(verb::get, "/v1/runs/{id}/summary", with_include,
               [&s](const request_context& r) { return show_summary(s, r); });
}

} // namespace evalbridge
