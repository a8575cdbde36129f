// The registry: every run that was started or asked for here, of every provider.

#include "store/run_list.hpp"
#include "gateway/handlers/list_reply.hpp"
#include "gateway/handlers/run_refresh.hpp"
#include "gateway/handlers/services.hpp"
#include "mapping/run_query.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;
using query_pairs = std::vector<std::pair<std::string, std::string>>;

const std::vector<std::string_view> list_query = {
    "limit",  "offset",  "page",  "per_page",      "cursor",         "as_of", "provider", "suite",  "group",
    "status", "outcome", "label", "created_after", "created_before", "text",  "sort",     "refresh"};

error unknown_as_of() {
    return error(errc::invalid_request)
        .because("The list can't be asked for like this; `errors` says which parameters are wrong.")
        .fault("as_of", "lies ahead of everything that is known here: start the walk again without it", "query");
}

awaitable<result<run_page>> read_page_of(services& s, run_list_request wanted) {
    const auto list = [wanted = std::move(wanted)](connection& db) { return list_runs(db, wanted); };
    auto found = co_await s.kept.read(list);
    if (!found)
        co_return found.error();
    if (!*found)
        co_return unknown_as_of();
    co_return std::move(**found);
}

page_info info_of(const run_list_request& wanted, const run_page& found, const mac_function& mac) {
    auto info = page_info_of(wanted, found.total, found.has_more);
    if (found.has_more && found.last)
        info.next_cursor = make_next_run_cursor(wanted, found.runs.size(), *found.last, found.as_of, found.total, mac);
    info.as_of = found.as_of;
    return info;
}

// The links go on with the walk that this page began, and refresh nothing again.
std::string links_of(const run_list_request& wanted, const page_info& info, const request_context& request) {
    query_pairs query;
    for (const auto& each : request.query)
        if (each.name != "refresh" && each.name != "as_of")
            query.emplace_back(each.name, each.value);
    if (wanted.style != paging_style::cursor)
        query.emplace_back("as_of", std::to_string(info.as_of.value_or(0)));
    return link_header(as_list_request(wanted, list_kind::runs), info, request.path, query);
}

awaitable<result<refresh_report>> refresh(services& s, const request_context& request, const run_list_request& wanted) {
    refresh_report report;
    co_await list_elsewhere(s, request, wanted.filter.provider, report);
    const auto page = co_await read_page_of(s, wanted);
    if (!page)
        co_return page.error();
    std::vector<std::string> going_on;
    for (const auto& each : page->runs)
        if (!each.terminal)
            going_on.push_back(each.id);
    co_await read_again(s, request, std::move(going_on), report);
    co_return report;
}

awaitable<result<reply>> list(services& s, const request_context& request) {
    query_pairs query;
    for (const auto& each : request.query)
        query.emplace_back(each.name, each.value);
    const auto wanted = read_run_list_request(query, s.cursor_mac);
    if (!wanted)
        co_return wanted.error();
    std::optional<refresh_report> report;
    if (wanted->refresh) {
        auto done = co_await refresh(s, request, *wanted);
        if (!done)
            co_return done.error();
        report = std::move(*done);
    }
    const auto found = co_await read_page_of(s, *wanted);
    if (!found)
        co_return found.error();

    const auto info = info_of(*wanted, *found, s.cursor_mac);
    std::string body;
    json_writer out(body);
    out.begin_object().key("data").begin_array();
    for (const auto& each : found->runs)
        out.raw(each.document);
    out.end_array().key("page");
    write(out, info);
    if (report) {
        out.key("refresh");
        write(out, *report);
    }
    out.end_object();
    auto answer = json_reply(200, std::move(body));
    if (auto links = links_of(*wanted, info, request); !links.empty())
        answer.fields.emplace_back("Link", std::move(links));
    co_return answer;
}

} // namespace

void add_run_list_routes(router& routes, services& s) {
    route_options listing;
    listing.query = list_query;
    routes.add(verb::get, "/v1/runs", listing, [&s](const request_context& r) { return list(s, r); });
}

} // namespace evalbridge
