#include "gateway/handlers/run_refresh.hpp"

#include "gateway/handlers/ask_all.hpp"

namespace evalbridge {
namespace {

using boost::asio::awaitable;

refresh_report::failure failure_of(const std::string& provider, const std::string& run_id, const error& why) {
    return {provider, run_id, name_of(why.code()), why.detail()};
}

struct list_runs_of {
    provider& from;
    run_listing all{};
    auto operator()(const call& c) const { return from.list_runs(all, c); }
};

struct get_run_of {
    provider& from;
    std::string native_id;
    read_options plain{};
    auto operator()(const call& c) const { return from.get_run(native_id, plain, c); }
};

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
    std::vector<list_runs_of> asks;
    for (const auto& each : s.providers.all()) {
        if (!each->can().lists_runs || (provider && each->name() != *provider))
            continue;
        report.listed.push_back(each->name());
        asks.push_back({*each});
    }
    auto lists = co_await ask_all<std::vector<run>>(s, request, "list_runs", std::move(asks));
    for (std::size_t i = 0; i < lists.size(); ++i) {
        if (!lists[i]) {
            report.failed.push_back(failure_of(report.listed[i], "", lists[i].error()));
            continue;
        }
        const auto recorded = co_await s.runs.record(std::move(*lists[i]));
        if (!recorded)
            add_store_failure(report, recorded.error());
    }
}

awaitable<void> read_again(services& s, const request_context& request, std::vector<std::string> run_ids,
                           refresh_report& report) {
    std::vector<run_address> read;
    std::vector<get_run_of> asks;
    for (const auto& each : run_ids) {
        auto which = parse_run_id(each);
        auto* const from = which ? s.providers.find(which->provider) : nullptr;
        if (!from || read.size() == most_refreshed) { // or the provider isn't configured any more
            ++report.left;
            continue;
        }
        asks.push_back({*from, which->native_id});
        read.push_back(std::move(*which));
    }
    auto answers = co_await ask_all<run>(s, request, "get_run", std::move(asks));
    std::vector<run> found;
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i])
            found.push_back(std::move(*answers[i]));
        else
            report.failed.push_back(
                failure_of(read[i].provider, make_run_id(read[i].provider, read[i].native_id), answers[i].error()));
    report.read = found.size();
    if (found.empty())
        co_return;
    const auto recorded = co_await s.runs.record(std::move(found));
    if (!recorded)
        add_store_failure(report, recorded.error());
}

} // namespace evalbridge
