#pragma once
// A vendor with one run, a provider that reads it, and archivers of several gateways on one database. What the vendor
// answers, and when, is the test's to say.

#include "runs/archive/archived_provider.hpp"
#include "runs/archive/archiver.hpp"
#include "store/archive_rows.hpp"
#include "store/leases.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/test_store.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge::testing {

using namespace std::chrono_literals;

/// How the provider makes unified objects of the vendor's answers.
struct toy_rules {
    std::string metric = "faithfulness"; ///< what the dictionary calls the vendor's only metric
    bool reads_thresholds = false;       ///< by a further request, which it does without where that fails
};

/// Reads `/run`, which is its status; `/verdicts/<offset>`, which are ids, one a line; and `/thresholds`.
class toy_provider final : public provider {
  public:
    toy_provider(upstream& over, toy_rules rules) : over_(over), rules_(std::move(rules)) {
        can_.max_upstream_page = 3;
    }

    const std::string& name() const override { return name_; }
    std::string_view vendor() const override { return "toy"; }
    const capabilities& can() const override { return can_; }
    result<void> check(const run_spec&) const override { return none(); }
    task<std::vector<run>> create_runs(const run_spec&, const call&) override { co_return none(); }
    task<std::vector<run>> find_started(const run_spec&, const call&) override { co_return none(); }
    task<std::vector<run>> list_runs(const run_listing&, const call&) override { co_return none(); }
    task<run> cancel_run(const std::string&, const call&) override { co_return none(); }
    task<page<run_result>> list_results(const std::string&, const verdict_filter&, const list_window&,
                                        const read_options&, const call&) override {
        co_return none();
    }
    task<run_result> get_result(const std::string&, const std::string&, const read_options&, const call&) override {
        co_return none();
    }
    task<summary> get_summary(const std::string&, const read_options&, const call&) override { co_return none(); }
    task<std::vector<metric_info>> list_metrics(const read_options&, const call&) override { co_return none(); }

    task<run> get_run(const std::string& native_id, const read_options&, const call& c) override {
        const auto body = co_await ask("/run", c);
        if (!body)
            co_return body.error();
        run r;
        r.id = make_run_id(name_, native_id);
        r.provider = name_;
        r.vendor = "toy";
        r.native_id = native_id;
        r.status = *body == "running" ? run_status::running : run_status::completed;
        co_return r;
    }
    task<page<verdict>> list_verdicts(const std::string& native_id, const verdict_filter&, const list_window& window,
                                      const read_options&, const call& c) override {
        if (rules_.reads_thresholds)
            co_await ask("/thresholds", c);
        const auto body = co_await ask("/verdicts/" + std::to_string(window.from.index), c);
        if (!body)
            co_return body.error();
        page<verdict> out;
        std::string_view rest = *body;
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            verdict v;
            v.id = rest.substr(0, end);
            v.run_id = make_run_id(name_, native_id);
            v.result_id = "t-" + v.id;
            v.measured.metric.name = rules_.metric;
            v.measured.metric.native_name = "native";
            out.items.push_back(std::move(v));
            rest.remove_prefix(std::min(end, rest.size() - 1) + 1);
        }
        out.has_more = out.items.size() == can_.max_upstream_page;
        if (out.has_more)
            out.next = walk_position{window.from.index + out.items.size(), 0};
        co_return out;
    }

  private:
    static error none() { return error(errc::unsupported).because("not of this toy"); }
    task<std::string> ask(std::string target, const call& c) {
        http_request request;
        request.target = std::move(target);
        auto answer = co_await over_.send(request, c);
        if (!answer)
            co_return answer.error();
        if (answer->status == 200)
            co_return std::move(answer->body);
        const auto code = answer->status == 404 ? errc::not_found : errc::provider_unavailable;
        co_return error(code).because("status " + std::to_string(answer->status));
    }

    const std::string name_ = "p";
    upstream& over_;
    const toy_rules rules_;
    capabilities can_;
};

/// Seven verdicts, three a page.
inline result<http_response> toy_answer(const http_request& request) {
    http_response answer;
    answer.status = 200;
    if (request.target == "/run")
        answer.body = "completed";
    else if (request.target == "/thresholds")
        answer.body = "0.5";
    else {
        const auto offset = request.target.substr(request.target.rfind('/') + 1);
        std::size_t first = 0;
        std::from_chars(offset.data(), offset.data() + offset.size(), first);
        std::string rows;
        for (auto i = first; i < std::min<std::size_t>(first + 3, 7); ++i)
            rows += "v" + std::to_string(i) + "\n";
        answer.body = std::move(rows);
    }
    return answer;
}

inline http_response toy_refusal(int status) {
    http_response answer;
    answer.status = status;
    return answer;
}

/// The archiving part of one process.
class archiving_gateway {
  public:
    archiving_gateway(const test_database& on, std::string id, manual_clock& clock, scripted_upstream& vendor,
                      toy_rules rules = {}, const std::function<void(archiver_options&)>& adjust = {})
        : kept(on), time(clock), known(*kept, clock), id_(std::move(id)) {
        kept->open();
        archiver_options options;
        options.replica = id_;
        options.derived_with = rules.metric;
        options.enrols = false;
        archive_source from;
        from.name = "p";
        from.vendor_api = &vendor;
        from.make = [rules](upstream& over) { return std::make_unique<toy_provider>(over, rules); };
        options.sources.push_back(std::move(from));
        if (adjust)
            adjust(options);
        under_test =
            std::make_unique<archiver>(std::move(options), known, time, kept.log, counts, io.get_executor(), draining);
        say_alive();
    }
    void say_alive() {
        kept.run([&](connection& db) { evalbridge::say_alive(db, id_, now()); });
    }
    store_time now() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(time.wall_now().time_since_epoch()).count();
    }
    archive_record ask() {
        return kept.run([&](connection& db) { return request_archive(db, "p:1", "p", "toy", now()); });
    }
    archive_record record() {
        return kept.run([](connection& db) { return find_archive(db, "p:1").value(); });
    }
    bool archive_next() { return kept.await(under_test->archive_next()); }
    void clean() { kept.await(clean_to_the_end()); }
    /// Of the run's archive: answers, documents and verdicts of all its generations.
    int rows() { return kept.run(count_rows); }
    bool has_answer(const std::string& target) {
        const auto of = record().number;
        return kept.run([&](connection& db) { return recorded_answer(db, of, "GET " + target).has_value(); });
    }

    test_store kept;
    manual_clock& time;
    metrics counts;
    archives known;
    boost::asio::io_context io{1};
    notice draining;
    std::unique_ptr<archiver> under_test;

  private:
    boost::asio::awaitable<bool> clean_to_the_end() {
        co_await under_test->clean();
        co_return true;
    }
    static int count_rows(connection& db) {
        const auto of = find_archive(db, "p:1").value();
        int count = 0;
        for (const auto* const target : {"GET /run", "GET /thresholds", "GET /verdicts/0", "GET /verdicts/3"})
            count += recorded_answer(db, of.number, target) ? 1 : 0;
        for (std::int64_t generation = 1; generation <= of.writing; ++generation) {
            const generation_key key{of.number, generation};
            count += static_cast<int>(verdicts_at(db, key, {0, 1, 2, 3, 4, 5, 6}).size());
            count += find_document(db, key, "run") ? 1 : 0;
        }
        return count;
    }
    const std::string id_;
};

} // namespace evalbridge::testing
