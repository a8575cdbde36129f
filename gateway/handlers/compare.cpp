// Two runs beside one another: what changed, whether that is more than chance, and which items it was.

#include "compare/comparisons.hpp"
#include "compare/flip_texts.hpp"
#include "compare/write_comparison.hpp"
#include "gateway/handlers/list_reply.hpp"
#include "gateway/handlers/services.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

const std::vector<std::string_view> comparison_query = {"limit", "offset", "page",      "per_page", "cursor",
                                                        "join",  "metric", "min_pairs", "flips"};

/// A run as it stands, and how it is read.
struct side {
    run now;
    compared_run which;
    call how;
};

// Reading two whole runs takes its time, so who names no time gets the longest.
time_point deadline_of(const services& s, const request_context& request) {
    if (!request.field("request-timeout").empty())
        return request.deadline;
    return std::max(request.deadline, s.time.now() + s.longest_answer);
}

awaitable<result<side>> find_side(services& s, const request_context& request, const std::string& id,
                                  time_point deadline) {
    const auto target = co_await find_run(s, id);
    if (!target)
        co_return target.error();
    side out;
    out.how = call_for(request, "get_run");
    out.how.deadline = deadline;
    out.how.run_has_ended = s.memory.is_terminal(target->id);
    const read_options plain;
    auto now = co_await target->from->get_run(target->native_id, plain, out.how);
    if (!now)
        co_return now.error();
    out.now = std::move(*now);
    out.which.from = target->from;
    out.which.native_id = target->native_id;
    out.which.id = target->id;
    out.which.vendor = target->from->vendor();
    out.which.terminal = is_terminal(out.now.status);
    // Of a provider that isn't configured any more nobody knows what it can do.
    const auto* const configured = s.providers.find(target->from->name());
    out.which.may_have_inputs = !configured || configured->can().results_have_content;
    out.how.operation = "compare";
    out.how.run_has_ended = out.which.terminal;
    co_return out;
}

/// The flips that were asked for, those of the page alone.
page<flip> page_of(const finished_comparison& from, const comparison_request& asked) {
    const auto regressions = from.regressions;
    const auto begin = asked.flips == wanted_flips::improvements ? regressions : 0;
    const auto end = asked.flips == wanted_flips::regressions ? regressions : from.flips.size();
    const auto size = end - begin;
    page<flip> out;
    out.total = size;
    const auto first = std::min<std::uint64_t>(asked.offset, size);
    const auto last = std::min<std::uint64_t>(first + asked.limit, size);
    for (auto at = begin + first; at < begin + last; ++at)
        out.items.push_back(from.flips[at]);
    out.has_more = last < size;
    return out;
}

reply answer_of(const services& s, const request_context& request, const comparison_request& asked,
                const finished_comparison& from, const std::vector<told_flip>& flips, const page<flip>& of,
                const side& a, const side& b) {
    auto info = page_info_of(asked, of.total, of.has_more);
    if (of.has_more)
        info.next_cursor = make_next_flip_cursor(asked, flips.size(), a.which.id, b.which.id, s.cursor_mac);
    info.run_terminal = a.which.terminal && b.which.terminal;

    std::string body;
    json_writer out(body);
    out.begin_object().key("comparison");
    write(out, from, asked, a.now, b.now);
    out.key("data").begin_array();
    for (const auto& each : flips)
        write(out, each, from.what, asked.by);
    out.end_array().key("page");
    write(out, info);
    out.end_object();
    auto answer = json_reply(200, std::move(body));
    if (auto links = link_field(request, as_list_request(asked, list_kind::flips), info); !links.empty())
        answer.fields.emplace_back("Link", std::move(links));
    return answer;
}

awaitable<result<reply>> compare_runs(services& s, const request_context& request) {
    std::vector<std::pair<std::string, std::string>> query;
    for (const auto& each : request.query)
        query.emplace_back(each.name, each.value);
    const auto& arguments = request.path_arguments;
    const auto asked = read_comparison_request(query, arguments[0], arguments[1], s.cursor_mac);
    if (!asked)
        co_return asked.error();
    const auto deadline = deadline_of(s, request);
    const auto a = co_await find_side(s, request, arguments[0], deadline);
    if (!a)
        co_return a.error();
    const auto b = co_await find_side(s, request, arguments[1], deadline);
    if (!b)
        co_return b.error();

    comparison_task task;
    task.a = a->which;
    task.b = b->which;
    task.by = asked->by;
    task.metrics = asked->metrics;
    task.min_pairs = asked->min_pairs;
    const std::function<bool()> goes_on = [departed = request.departed] { return !departed || !departed->given(); };
    const auto found = co_await s.compared->compare(task, a->how, b->how, goes_on);
    if (!found)
        co_return found.error();
    const auto page = page_of(**found, *asked);
    const auto flips = co_await tell_flips(**found, page.items, task.a, task.b, a->how, b->how);
    if (!flips)
        co_return flips.error();
    co_return answer_of(s, request, *asked, **found, *flips, page, *a, *b);
}

} // namespace

void add_compare_routes(router& routes, services& s) {
    route_options comparing;
    comparing.query = comparison_query;
    // It mostly waits for providers and for threads that aren't the shard's, and ends when its client goes.
    comparing.load = route_load::waiting;
    routes.add(verb::get, "/v1/runs/{id}/compare/{other}", comparing,
               [&s](const request_context& r) { return compare_runs(s, r); });
}

} // namespace evalbridge
