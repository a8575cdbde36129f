#pragma once
// A provider whose runs are as a test says. It suspends once in each call, as a real one does.

#include "adapters/provider.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

namespace evalbridge::testing {

inline run sample_run(run_status status, const std::string& native_id = "1") {
    run r;
    r.id = make_run_id("p", native_id);
    r.provider = "p";
    r.vendor = "toy";
    r.native_id = native_id;
    r.status = status;
    return r;
}

class scripted_provider final : public provider {
  public:
    std::function<result<run>(const std::string& native_id, const call& c)> on_get_run;
    std::function<result<summary>(const std::string& native_id, const call& c)> on_get_summary;
    std::function<result<page<verdict>>(list_window window, const call& c)> on_list_verdicts;
    std::function<task<std::vector<run>>(run_spec, call)> on_create_runs;
    std::function<task<std::vector<run>>(run_spec, call)> on_find_started;
    std::function<result<void>(const run_spec&)> on_check;
    std::function<result<std::vector<metric_info>>()> on_list_metrics;
    std::vector<call> reads;
    std::vector<call> lists; ///< of verdicts
    std::vector<call> summaries;
    unsigned catalogues = 0; ///< times that its metrics were asked for

    explicit scripted_provider(std::string name = "p", capabilities can = {}) : name_(std::move(name)), can_(can) {}
    const std::string& name() const override { return name_; }
    std::string_view vendor() const override { return "toy"; }
    const capabilities& can() const override { return can_; }
    result<void> check(const run_spec& spec) const override { return on_check ? on_check(spec) : result<void>(); }
    task<std::vector<run>> create_runs(const run_spec& spec, const call& c) override {
        if (!on_create_runs)
            co_return none();
        co_return co_await on_create_runs(spec, c);
    }
    task<std::vector<run>> find_started(const run_spec& spec, const call& c) override {
        if (!on_find_started)
            co_return none();
        co_return co_await on_find_started(spec, c);
    }
    task<std::vector<run>> list_runs(const run_listing&, const call&) override { co_return none(); }
    task<run> get_run(const std::string& native_id, const read_options&, const call& c) override {
        reads.push_back(c);
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        co_return on_get_run(native_id, c);
    }
    task<run> cancel_run(const std::string&, const call&) override { co_return none(); }
    task<page<run_result>> list_results(const std::string&, const verdict_filter&, const list_window&,
                                        const read_options&, const call&) override {
        co_return none();
    }
    task<run_result> get_result(const std::string&, const std::string&, const read_options&, const call&) override {
        co_return none();
    }
    task<page<verdict>> list_verdicts(const std::string&, const verdict_filter&, const list_window& window,
                                      const read_options&, const call& c) override {
        lists.push_back(c);
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        if (!on_list_verdicts)
            co_return none();
        co_return on_list_verdicts(window, c);
    }
    task<summary> get_summary(const std::string& native_id, const read_options&, const call& c) override {
        summaries.push_back(c);
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        if (on_get_summary)
            co_return on_get_summary(native_id, c);
        summary found;
        found.run_id = make_run_id(name_, native_id);
        co_return found;
    }
    task<std::vector<metric_info>> list_metrics(const read_options&, const call&) override {
        ++catalogues;
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        co_return on_list_metrics ? on_list_metrics() : result<std::vector<metric_info>>(none());
    }

  private:
    static error none() { return error(errc::unsupported).because("not in the script"); }
    const std::string name_;
    const capabilities can_;
};

} // namespace evalbridge::testing
