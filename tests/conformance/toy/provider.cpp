#include "tests/conformance/toy/toy.hpp"

#include <set>

namespace evalbridge::toy {
namespace {

constexpr std::uint32_t page_size = 100;

struct options final : vendor_options {
    secret key;
    std::vector<credential> credentials() const override { return {credential{"X-Toy-Key", key}}; }
};

class toy_provider final : public provider {
  public:
    explicit toy_provider(provider_context context)
        : context_(std::move(context)), who_{context_.name, context_.dictionary} {
        can_.scopes = {"dataset_id"};
        can_.max_upstream_page = page_size;
    }

    const std::string& name() const override { return context_.name; }
    std::string_view vendor() const override { return toy::vendor.name; }
    const capabilities& can() const override { return can_; }

    result<void> check(const run_spec& spec) const override {
        if (!std::holds_alternative<dataset_scope>(spec.scope))
            return error(errc::unsupported).fault("/scope", "must be a dataset");
        return {};
    }

    task<std::vector<run>> create_runs(const run_spec& spec, const call& c) override {
        if (const auto possible = check(spec); !possible)
            co_return possible.error();
        const auto request = encode_create(spec);
        auto only_once = c;
        only_once.may_replay = replay::only_if_unsent;
        const auto response = co_await send(request, only_once);
        if (!response)
            co_return named(error(response.error()).sent().retryable(false));
        const auto id = decode_created(*response);
        if (!id)
            co_return named(error(id.error()).sent().retryable(false));
        auto started = co_await get_run(*id, read_options(), c);
        if (!started)
            co_return started.error();
        std::vector<run> runs;
        runs.push_back(std::move(*started));
        co_return runs;
    }

    task<std::vector<run>> find_started(const run_spec&, const call&) override { co_return cannot_list(); }
    task<std::vector<run>> list_runs(const run_listing&, const call&) override { co_return cannot_list(); }

    task<run> get_run(const std::string& native_id, const read_options& wanted, const call& c) override {
        const auto request = encode_get(native_id);
        auto response = co_await send(request, c);
        if (!response)
            co_return named(response.error());
        auto decoded = decode_run(*response, who_, wanted.raw);
        if (!decoded)
            co_return misread(*response, decoded.error());
        if (is_terminal(decoded->status))
            context_.vendor_api.keep(request, c, std::move(*response), lasting::for_good);
        co_return decoded;
    }

    task<run> cancel_run(const std::string&, const call&) override {
        co_return error(errc::unsupported).because("This vendor can't cancel a run.");
    }

    task<page<verdict>> list_verdicts(const std::string& native_id, const verdict_filter& filter,
                                      const list_window& window, const read_options& wanted, const call& c) override {
        window_collector<verdict> collector(window);
        auto at = window.from.index;
        for (bool more = true; more && !collector.satisfied();) {
            const auto request = encode_checks(native_id, at, page_size);
            auto response = co_await send(request, c);
            if (!response)
                co_return named(response.error());
            auto decoded = decode_checks(*response, who_, native_id, wanted.raw);
            if (!decoded)
                co_return misread(*response, decoded.error());
            if (c.run_has_ended)
                context_.vendor_api.keep(request, c, std::move(*response), lasting::for_good);
            for (auto& each : decoded->checks) {
                ++at;
                if (matches(filter, each))
                    collector.offer(std::move(each), walk_position{at, 0});
            }
            more = decoded->more && !decoded->checks.empty();
        }
        const bool at_end = !collector.satisfied();
        co_return std::move(collector).finish(at_end);
    }

    task<page<run_result>> list_results(const std::string& native_id, const verdict_filter& filter,
                                        const list_window& window, const read_options& wanted, const call& c) override {
        auto all = co_await everything(native_id, wanted, c);
        if (!all)
            co_return all.error();
        window_collector<run_result> collector(window);
        for (auto i = window.from.index; i < all->size(); ++i)
            if (matches(filter, (*all)[i]))
                collector.offer(std::move((*all)[i]), walk_position{i + 1, 0});
        const bool at_end = !collector.satisfied();
        co_return std::move(collector).finish(at_end);
    }

    task<run_result> get_result(const std::string& native_id, const std::string& result_id, const read_options& wanted,
                                const call& c) override {
        auto all = co_await everything(native_id, wanted, c);
        if (!all)
            co_return all.error();
        for (auto& each : *all)
            if (each.id == result_id)
                co_return std::move(each);
        co_return error(errc::not_found);
    }

    task<summary> get_summary(const std::string& native_id, const read_options& wanted, const call& c) override {
        auto all = co_await everything(native_id, wanted, c);
        if (!all)
            co_return all.error();
        summary_fold fold(make_run_id(context_.name, native_id));
        for (const auto& item : *all)
            for (const auto& each : item.verdicts)
                fold.add(each);
        co_return fold.finish();
    }

    task<std::vector<metric_info>> list_metrics(const read_options&, const call&) override {
        co_return std::vector<metric_info>();
    }

  private:
    task<http_response> send(const http_request& request, const call& c) {
        auto response = co_await context_.vendor_api.send(request, c);
        if (response && response->status >= 300)
            co_return decode_error(*response, context_.time.wall_now());
        co_return response;
    }

    error cannot_list() const { return named(error(errc::unsupported).because("This vendor lists no runs.")); }
    error named(error e) const {
        e.set_provider_name(context_.name);
        return e;
    }
    error misread(const http_response& answer, error e) const {
        provider_answer told;
        told.status = answer.status;
        return named(std::move(e).from_provider(std::move(told)));
    }

    // Every item, in order of first appearance.
    task<std::vector<run_result>> everything(const std::string& native_id, const read_options& wanted, const call& c) {
        std::vector<run_result> items;
        const verdict_filter all;
        list_window window;
        window.limit = page_size;
        for (bool more = true; more;) {
            auto found = co_await list_verdicts(native_id, all, window, wanted, c);
            if (!found)
                co_return found.error();
            for (auto& each : found->items) {
                if (items.empty() || items.back().id != each.result_id) {
                    items.emplace_back();
                    items.back().id = each.result_id;
                    items.back().run_id = each.run_id;
                    items.back().trace_id = each.trace_id;
                }
                items.back().verdicts.push_back(std::move(each));
            }
            more = found->has_more;
            if (more)
                window.from = *found->next;
        }
        co_return items;
    }

    provider_context context_;
    owner who_;
    capabilities can_;
};

std::shared_ptr<const vendor_options> read_options_of(const config::node& block) {
    auto read = std::make_shared<options>();
    read->key = block.at("key").read_secret();
    return read;
}

std::unique_ptr<provider> make(provider_context context, std::shared_ptr<const vendor_options>) {
    return std::make_unique<toy_provider>(std::move(context));
}

} // namespace

constinit const vendor_entry vendor{
    "toy", "https://toy.example", read_options_of, make, {.per_minute = 60, .per_hour = 600}};

} // namespace evalbridge::toy
