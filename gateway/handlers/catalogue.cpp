// What is configured: providers with what they can do and how they do, and their metrics.

#include "gateway/handlers/ask_all.hpp"
#include "gateway/handlers/list_reply.hpp"
#include "gateway/handlers/provider_report.hpp"
#include "gateway/handlers/services.hpp"
#include "mapping/write.hpp"

#include <algorithm>
#include <iterator>

namespace evalbridge {

// A provider as it is listed.
struct provider_row {
    std::string name;
    std::string vendor;
    capabilities can;
    std::optional<provider_report> report; ///< empty where it isn't configured any more, and only its archived runs are
};

static void write(json_writer& out, const provider_row& row) {
    const auto& can = row.can;
    out.begin_object();
    out.key("name").string(row.name);
    out.key("vendor").string(row.vendor);
    out.key("capabilities").begin_object();
    out.key("cancel").boolean(can.cancel);
    out.key("filter_passed").boolean(can.filter_passed);
    out.key("results_have_content").boolean(can.results_have_content);
    out.key("span_verdicts").boolean(can.span_verdicts);
    out.key("multiple_runs_per_create").boolean(can.multiple_runs_per_create);
    out.key("lists_runs").boolean(can.lists_runs);
    out.key("lists_runs_by_test_case").boolean(can.lists_runs_by_test_case);
    out.key("scopes").begin_array();
    for (const auto each : can.scopes)
        out.string(each);
    out.end_array();
    out.key("max_upstream_page").integer(can.max_upstream_page);
    out.end_object();
    out.key("state");
    if (row.report)
        write(out, *row.report);
    else
        out.string("retired");
    out.end_object();
}

namespace {

using boost::asio::awaitable;

const std::vector<std::string_view> no_includes;
const std::vector<std::string_view> raw_only = {"raw"};

// A list that is in memory whole, as the page that was asked for.
template <class T> page<T> page_of(std::vector<T> all, const list_window& window) {
    window_collector<T> collector(window);
    for (std::uint64_t i = window.from.index; i < all.size() && !collector.satisfied(); ++i)
        collector.offer(std::move(all[i]), walk_position{i + 1, 0});
    const bool at_end = !collector.satisfied();
    return std::move(collector).finish(at_end, all.size());
}

awaitable<result<reply>> list_providers(services& s, const request_context& request) {
    const auto list = read_list(request, list_kind::providers, "", no_includes, false, s.cursor_mac);
    if (!list)
        co_return list.error();
    std::vector<provider_row> rows;
    const auto now = s.time.now();
    for (const auto& each : s.providers.all()) {
        const auto& name = each->name();
        rows.push_back({name, std::string(each->vendor()), each->can(),
                        report_on(*s.states.at(name), s.watches.watches_of(name), now)});
    }
    if (s.archive) {
        const auto look = [](connection& db) { return archived_sources(db); };
        const auto archived = co_await s.kept.read(look);
        if (archived) // else those that are configured are told all the same
            for (const auto& each : *archived)
                if (!s.providers.find(each.provider))
                    rows.push_back({each.provider, each.vendor, {}, {}});
    }
    const auto found = page_of(std::move(rows), list->window);
    co_return list_reply(request, *list, found, "", s.cursor_mac);
}

// The provider named by ?provider=, or all of them.
result<std::vector<provider*>> read_providers(const services& s, const request_context& request) {
    std::vector<provider*> chosen;
    for (const auto& parameter : request.query) {
        if (parameter.name != "provider")
            continue;
        auto* const named = s.providers.find(parameter.value);
        if (!named || !chosen.empty())
            return error(errc::invalid_request)
                .because("A query parameter is not valid.")
                .fault("provider",
                       named ? "is given twice" : "is not a configured provider; GET /v1/providers lists them",
                       "query");
        chosen.push_back(named);
    }
    if (chosen.empty())
        for (const auto& each : s.providers.all())
            chosen.push_back(each.get());
    return chosen;
}

struct list_metrics_of {
    provider& from;
    read_options options;
    auto operator()(const call& c) const { return from.list_metrics(options, c); }
};

// A provider whose metrics can't be had.
struct missing_metrics {
    std::string provider;
    error why;
};

void write_failed(json_writer& out, const std::vector<missing_metrics>& missing) {
    if (missing.empty())
        return;
    out.key("failed").begin_array();
    for (const auto& [provider, why] : missing) {
        out.begin_object().key("provider").string(provider).key("code").string(name_of(why.code()));
        out.key("detail").string(why.detail()).end_object();
    }
    out.end_array();
}

awaitable<result<reply>> list_metrics(services& s, const request_context& request) {
    const auto chosen = read_providers(s, request);
    if (!chosen)
        co_return chosen.error();
    const std::string subject = chosen->size() == 1 ? chosen->front()->name() : "";
    const auto list = read_list(request, list_kind::metrics, subject, raw_only, false, s.cursor_mac);
    if (!list)
        co_return list.error();
    read_options options;
    options.raw = !list->include.empty();
    std::vector<list_metrics_of> asks;
    for (auto* const each : *chosen)
        asks.push_back({*each, options});
    auto catalogues = co_await ask_all<std::vector<metric_info>>(s, request, "list_metrics", std::move(asks));
    std::vector<metric_info> all;
    std::vector<missing_metrics> missing;
    for (std::size_t i = 0; i < catalogues.size(); ++i)
        if (catalogues[i])
            std::ranges::move(*catalogues[i], std::back_inserter(all));
        else
            missing.push_back({(*chosen)[i]->name(), catalogues[i].error()});
    if (!missing.empty() && missing.size() == chosen->size())
        co_return missing.front().why;
    auto found = page_of(std::move(all), list->window);
    if (!missing.empty())
        found.total.reset(); // of those that answered
    co_return list_reply(request, *list, found, subject, s.cursor_mac,
                         [&](json_writer& out) { write_failed(out, missing); });
}

} // namespace

void add_catalogue_routes(router& routes, services& s) {
    route_options providers;
    providers.query = {"limit", "offset", "page", "per_page", "cursor"};
    routes.add(verb::get, "/v1/providers", providers, [&s](const request_context& r) { return list_providers(s, r); });
    route_options metrics;
    metrics.query = {"limit", "offset", "page", "per_page", "cursor", "provider", "include"};
    routes.add(verb::get, "/v1/metrics", metrics, [&s](const request_context& r) { return list_metrics(s, r); });
}

} // namespace evalbridge
