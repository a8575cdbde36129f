// What a run has gone through, and who started it, as far as it was seen from here.

#include "gateway/handlers/services.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/timestamp.hpp"
#include "store/runs.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

struct known_history {
    std::optional<run_record> record;
    std::vector<run_step> steps;
};

std::string time_text(store_time at) { return format_timestamp(timestamp(std::chrono::microseconds(at))); }

std::string json_of(const run_record& record, const std::vector<run_step>& steps) {
    std::string body;
    json_writer out(body);
    out.begin_object().key("run_id").string(record.shown.id);
    out.key("first_seen_at").string(time_text(record.first_seen_at));
    out.key("updated_at").string(time_text(record.updated_at));
    out.key("started_by").string_or_null(record.started_by);
    out.key("create_id").string_or_null(record.create_id);
    out.key("group_id").string_or_null(record.group_id);
    out.key("steps").begin_array();
    for (const auto& each : steps) {
        out.begin_object().key("at").string(time_text(each.at));
        out.key("status").string(each.status);
        out.key("native_status").string_or_null(each.native_status);
        out.key("phase").string_or_null(each.phase);
        out.key("outcome").string_or_null(each.outcome);
        out.key("error").string_or_null(each.error).end_object();
    }
    out.end_array().end_object();
    return body;
}

awaitable<result<reply>> show(services& s, const request_context& request) {
    const auto find = [id = request.path_arguments[0]](connection& db) {
        known_history out;
        out.record = find_run_record(db, id);
        if (out.record)
            out.steps = history_of(db, id);
        return out;
    };
    const auto found = co_await s.kept.read(find);
    if (!found)
        co_return found.error();
    if (!found->record)
        co_return error(errc::not_found)
            .because("No run of that id is known here. A run that was started elsewhere becomes known when it is "
                     "asked for, GET /v1/runs/{id}, or imported.");
    co_return json_reply(200, json_of(*found->record, found->steps));
}

} // namespace

void add_run_history_routes(router& routes, services& s) {
    routes.add(verb::get, "/v1/runs/{id}/history", route_options(),
               [&s](const request_context& r) { return show(s, r); });
}

} // namespace evalbridge
