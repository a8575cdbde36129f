// Runs that were started elsewhere, taken into the registry.

#include "gateway/handlers/services.hpp"
#include "mapping/json_writer.hpp"
#include "mapping/run_spec.hpp"
#include "mapping/spec_members.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

struct import_spec {
    std::string provider;
    run_listing which;
};

result<import_spec> read_spec(const request_context& request) {
    auto json = parse_client_json(request.body);
    if (!json)
        return std::move(json).error();
    std::vector<input_fault> faults;
    import_spec out;
    if (!json->is_object()) {
        faults.push_back({"", "must be an object", "body"});
    } else {
        spec_members body(json->get_object(), "", faults);
        body.require("provider");
        out.provider = body.id("provider").value_or("");
        out.which.test_case_id = body.id("test_case_id");
        body.refuse_others();
    }
    if (!faults.empty())
        return error(errc::invalid_request).because("The import can't be read.").faults(std::move(faults));
    return out;
}

// What the provider can't do is the client's to change: a 422 that names the member.
result<void> check(const provider& from, const run_listing& which) {
    const auto& can = from.can();
    if (which.test_case_id ? can.lists_runs_by_test_case : can.lists_runs)
        return {};
    const auto refused = error(errc::unsupported).because("This provider doesn't list its runs like that.");
    if (which.test_case_id)
        return error(refused).fault("/test_case_id", "is not taken: this provider's runs belong to no test case");
    if (can.lists_runs_by_test_case)
        return error(refused).fault("/test_case_id", "is needed: this provider lists the runs of one test case");
    return error(refused).fault("/provider", "lists no runs; ask for each by its id, GET /v1/runs/{id}");
}

awaitable<result<reply>> import_runs(services& s, const request_context& request) {
    const auto spec = read_spec(request);
    if (!spec)
        co_return spec.error();
    auto* const from = s.providers.find(spec->provider);
    if (!from)
        co_return error(errc::invalid_request)
            .because("The import names a provider that is not configured.")
            .fault("/provider", "is not a configured provider; GET /v1/providers lists them");
    if (const auto possible = check(*from, spec->which); !possible)
        co_return possible.error();
    const auto c = call_for(request, "list_runs");
    auto found = co_await from->list_runs(spec->which, c);
    if (!found)
        co_return found.error();

    std::vector<std::string> ids;
    for (const auto& each : *found)
        ids.push_back(each.id);
    const auto counted = co_await s.runs.record(std::move(*found));
    if (!counted)
        co_return counted.error();
    std::string body;
    json_writer out(body);
    out.begin_object().key("imported").unsigned_integer(counted->added);
    out.key("known").unsigned_integer(counted->known);
    out.key("runs").begin_array();
    for (const auto& each : ids)
        out.string(each);
    out.end_array().end_object();
    co_return json_reply(200, std::move(body));
}

} // namespace

void add_import_routes(router& routes, services& s) {
    route_options importing;
    importing.takes_body = true;
    routes.add(verb::post, "/v1/runs/import", importing, [&s](const request_context& r) { return import_runs(s, r); });
}

} // namespace evalbridge
