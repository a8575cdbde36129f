#include "gateway/handlers/run_refresh.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

// Readings that are under way at once, and whoever waits for the last.
struct readings {
    std::size_t under_way = 0;
    std::vector<run> found;
    std::vector<refresh_report::failure> failed;
    std::shared_ptr<alarm> done;
};

refresh_report::failure failure_of(const std::string& provider, const std::string& run_id, const error& why) {
    return {provider, run_id, name_of(why.code()), why.detail()};
}

// Owns what it needs, but for the provider: the request may be gone before it where the shard is taken apart.
awaitable<void> read_one(provider& from, run_address which, call c, std::shared_ptr<readings> all) {
    const read_options plain;
    try {
        auto found = co_await from.get_run(which.native_id, plain, c);
        if (found)
            all->found.push_back(std::move(*found));
        else
            all->failed.push_back(
                failure_of(which.provider, make_run_id(which.provider, which.native_id), found.error()));
    } catch (const std::exception&) {
        const auto why = error(errc::internal).because("The run could not be read.");
        all->failed.push_back(failure_of(which.provider, make_run_id(which.provider, which.native_id), why));
    }
    if (--all->under_way == 0)
        all->done->wake();
}

void add_store_failure(refresh_report& report, const error& why) { report.failed.push_back(failure_of("", "", why)); }

} // namespace

void write(json_writer& out, const refresh_report& report) {
    out.begin_object().key("listed").begin_array();
    for (const auto& each : report.listed)
        out.string(each);
    out.end_array();
    out.key("read").unsigned_integer(report.read);
    out.key("left").unsigned_integer(report.left);
    out.key("failed").begin_array();
    for (const auto& each : report.failed) {
        const auto text_or_null = [&](const std::string& text) { text.empty() ? out.null() : out.string(text); };
        out.begin_object().key("provider");
        text_or_null(each.provider);
        out.key("run_id");
        text_or_null(each.run_id);
        out.key("code").string(each.code).key("detail").string(each.detail).end_object();
    }
    out.end_array().end_object();
}

awaitable<void> list_elsewhere(services& s, const request_context& request, const std::optional<std::string>& provider,
                               refresh_report& report) {
    const auto c = call_for(request, "list_runs");
    const run_listing all;
    for (const auto& each : s.providers.all()) {
        if (!each->can().lists_runs || (provider && each->name() != *provider))
            continue;
        report.listed.push_back(each->name());
        auto found = co_await each->list_runs(all, c);
        if (!found) {
            report.failed.push_back(failure_of(each->name(), "", found.error()));
            continue;
        }
        const auto recorded = co_await s.runs.record(std::move(*found));
        if (!recorded)
            add_store_failure(report, recorded.error());
    }
}

awaitable<void> read_again(services& s, const request_context& request, std::vector<std::string> run_ids,
                           refresh_report& report) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto all = std::make_shared<readings>(); // shared with the readings
    all->done = s.time.make_alarm(executor);
    auto c = call_for(request, "get_run");
    c.waited = nullptr; // several wait at once
    const auto began = s.time.now();
    for (const auto& each : run_ids) {
        const auto which = parse_run_id(each);
        auto* const from = which ? s.providers.find(which->provider) : nullptr;
        if (!from)
            continue; // of a provider that isn't configured any more
        if (report.read == most_refreshed) {
            ++report.left;
            continue;
        }
        ++report.read;
        ++all->under_way;
        boost::asio::co_spawn(executor, read_one(*from, *which, c, all), boost::asio::detached);
    }
    while (all->under_way > 0)
        co_await all->done->wait_until(time_point::max());
    request.waited += s.time.now() - began;
    for (auto& each : all->failed)
        report.failed.push_back(std::move(each));
    if (all->found.empty())
        co_return;
    const auto recorded = co_await s.runs.record(std::move(all->found));
    if (!recorded)
        add_store_failure(report, recorded.error());
}

} // namespace evalbridge
