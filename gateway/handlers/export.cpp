// A run's verdicts, all of them, in a form that other programs read.

#include "gateway/handlers/export_junit.hpp"
#include "gateway/handlers/export_rows.hpp"
#include "gateway/http/accept_encoding.hpp"
#include "gateway/http/gzip.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

struct format_row {
    export_format format;
    std::string_view content_type;
    std::string_view ending; ///< of a file's name
};

constexpr format_row format_rows[] = {
    {export_format::ndjson, "application/x-ndjson", ".ndjson"},
    {export_format::csv, "text/csv; charset=utf-8", ".csv"},
    {export_format::junit, "application/xml; charset=utf-8", ".xml"},
};

const format_row& row_of(export_format format) { return *std::ranges::find(format_rows, format, &format_row::format); }

result<export_request> read_wanted(const request_context& request, std::string_view run_id, const mac_function& mac) {
    std::vector<std::pair<std::string, std::string>> query;
    for (const auto& each : request.query)
        query.emplace_back(each.name, each.value);
    return read_export_request(query, run_id, mac);
}

/// What every file system and shell takes.
std::string file_name_of(std::string_view run_id, std::string_view ending) {
    std::string name(run_id.substr(0, 100));
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; };
    std::ranges::replace_if(name, [&](char c) { return !is_plain(static_cast<unsigned char>(c)); }, '_');
    return name.append(ending);
}

/// The run as it stands, or why it can't be exported.
awaitable<result<run>> look_at_run(services& s, const run_target& target, const export_request& wanted,
                                   const request_context& request) {
    auto c = call_for(request, "get_run");
    c.run_has_ended = s.memory.is_terminal(target.id);
    const read_options plain;
    auto found = co_await target.from->get_run(target.native_id, plain, c);
    if (!found)
        co_return found;
    co_await s.runs.observed(*found);
    if (wanted.require_terminal && !is_terminal(found->status))
        co_return error(errc::conflict)
            .because("The run hasn't ended: it is " + std::string(name_of(found->status)) + ".")
            .retryable(true);
    co_return found;
}

reply answer_with(std::shared_ptr<body_source> body, const export_request& wanted, const run& of,
                  const request_context& request) {
    const auto& form = row_of(wanted.format);
    reply answer(200, form.content_type, "");
    const bool packed = wants_gzip(request.fields);
    answer.stream = packed ? gzipped(std::move(body)) : std::move(body);
    answer.fields.emplace_back("Cache-Control", "no-store");
    answer.fields.emplace_back("Vary", "Accept-Encoding");
    if (packed)
        answer.fields.emplace_back("Content-Encoding", "gzip");
    answer.fields.emplace_back("Content-Disposition",
                               "attachment; filename=\"" + file_name_of(of.id, form.ending) + "\"");
    answer.fields.emplace_back("X-Run-Status", std::string(name_of(of.status)));
    answer.fields.emplace_back("X-Run-Terminal", is_terminal(of.status) ? "true" : "false");
    return answer;
}

awaitable<result<reply>> export_run(services& s, const request_context& request) {
    const auto page_time = request.deadline - s.time.now();
    const auto target = co_await find_run(s, request.path_arguments[0]);
    if (!target)
        co_return target.error();
    const auto wanted = read_wanted(request, target->id, s.cursor_mac);
    if (!wanted)
        co_return wanted.error();
    const auto of = co_await look_at_run(s, *target, *wanted, request);
    if (!of)
        co_return of.error();
    const auto pages =
        std::make_shared<export_pages>(s, target->id, *wanted, request.request_id, request.client, page_time);
    auto first = co_await pages->first(*target, request);
    if (!first)
        co_return first.error();
    const export_account account{target->id, request.path, request.request_id, s.log, s.counts};
    auto body = wanted->format == export_format::junit
                    ? export_junit(account, s.spool, s.time, s.heartbeat, pages, std::move(*first), request.departed)
                    : export_rows(*wanted, account, s.cursor_mac, pages, std::move(*first), request.departed);
    co_return answer_with(std::move(body), *wanted, *of, request);
}

} // namespace

void add_export_routes(router& routes, services& s) {
    route_options exporting;
    exporting.query.assign(std::begin(export_parameters), std::end(export_parameters));
    exporting.load = route_load::exporting;
    routes.add(verb::get, "/v1/runs/{id}/export", exporting,
               [&s](const request_context& r) { return export_run(s, r); });
}

} // namespace evalbridge
