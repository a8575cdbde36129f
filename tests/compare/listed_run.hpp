#pragma once
// A provider of one run, whose verdicts a test lists. It suspends once in each call, as a real one does.

#include "adapters/provider.hpp"
#include "compare/comparisons.hpp"
#include "tests/compare/verdicts.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace evalbridge::testing {

class listed_run final : public provider {
  public:
    std::vector<verdict> verdicts;
    std::vector<run_result> results;
    std::vector<list_window> read; ///< windows of verdicts that were asked for
    std::function<void()> on_read = [] {};
    bool repeats = false; ///< gives the first page for ever
    bool tells_total = true;

    explicit listed_run(std::vector<said> all = {}, bool contents = false) {
        can_.results_have_content = can_.verdicts_by_item = contents;
        for (const auto& each : all)
            verdicts.push_back(verdict_of(each));
    }
    const std::string& name() const override { return name_; }
    std::string_view vendor() const override { return "toy"; }
    const capabilities& can() const override { return can_; }
    result<void> check(const run_spec&) const override { return none(); }
    task<std::vector<run>> create_runs(const run_spec&, const call&) override { co_return none(); }
    task<std::vector<run>> find_started(const run_spec&, const call&) override { co_return none(); }
    task<std::vector<run>> list_runs(const run_listing&, const call&) override { co_return none(); }
    task<run> get_run(const std::string&, const read_options&, const call&) override { co_return none(); }
    task<run> cancel_run(const std::string&, const call&) override { co_return none(); }
    task<page<run_result>> list_results(const std::string&, const verdict_filter&, const list_window& window,
                                        const read_options&, const call&) override {
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        co_return page_of(results, window);
    }
    task<run_result> get_result(const std::string&, const std::string&, const read_options&, const call&) override {
        co_return none();
    }
    task<page<verdict>> list_verdicts(const std::string&, const verdict_filter&, const list_window& window,
                                      const read_options&, const call&) override {
        read.push_back(window);
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        on_read();
        co_return page_of(verdicts, window);
    }
    task<summary> get_summary(const std::string&, const read_options&, const call&) override { co_return none(); }
    task<std::vector<metric_info>> list_metrics(const read_options&, const call&) override { co_return none(); }

    compared_run as_run(const std::string& id, bool terminal = true) {
        compared_run out;
        out.from = this;
        out.native_id = id;
        out.id = "p:" + id;
        out.vendor = "toy";
        out.terminal = terminal;
        out.may_have_inputs = can_.results_have_content;
        return out;
    }

  private:
    static error none() { return error(errc::internal).because("not scripted"); }
    template <class T> page<T> page_of(const std::vector<T>& all, const list_window& window) const {
        page<T> out;
        const auto begin = std::min<std::size_t>(repeats ? 0 : window.from.index + window.skip, all.size());
        const auto end = std::min<std::size_t>(begin + window.limit, all.size());
        for (auto i = begin; i < end; ++i)
            out.items.push_back(T(all[i]));
        out.has_more = end < all.size() || repeats;
        if (out.has_more)
            out.next = repeats ? window.from : walk_position{end, 0};
        if (tells_total)
            out.total = all.size();
        return out;
    }
    std::string name_ = "p";
    capabilities can_;
};

} // namespace evalbridge::testing
