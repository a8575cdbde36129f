// bench_archive [--verdicts N] [--pages N] [--store sqlite|postgresql] : archives a run of that many verdicts, read
// through a real adapter from a vendor in this process, and then reads pages of it at random places. Prints how much
// memory, time and room it took, and how long pages took. docs/archive.md has the figures.

#include "adapters/staso/provider.hpp"
#include "bench/large_run.hpp"
#include "bench/measure.hpp"
#include "runs/archive/archived_provider.hpp"
#include "runs/archive/archiver.hpp"
#include "tests/support/test_store.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>

namespace evalbridge {
namespace {

using bench::forget_peak;
using bench::large_run;
using bench::mebibytes;
using bench::milliseconds_since;
using bench::native_id;

struct arguments {
    std::uint64_t verdicts = 1'000'000;
    int pages = 1000;
    store_engine engine = store_engine::sqlite;
};

class trial {
  public:
    explicit trial(const arguments& how) : how_(how), kept_(how.engine), vendor_(how.verdicts) { kept_->open(); }

    bool archive() {
        staso::options settings;
        settings.api_key = secret("a key");
        const auto options = std::make_shared<const staso::options>(settings);
        archiver_options archiving;
        archiving.replica = "bench";
        archiving.derived_with = "bench";
        archiving.enrols = false;
        archiving.sources.push_back({"large",
                                     &vendor_,
                                     [&](upstream& over) -> std::unique_ptr<provider> {
                                         const provider_context parts{"large", over,       dictionary_,
                                                                      tags_,   kept_.time, kept_.log};
                                         return std::make_unique<staso::staso_provider>(parts, options);
                                     },
                                     {}});
        kept_.run([&](connection& db) { return request_archive(db, run_id_, "large", "staso", 1).number; });
        boost::asio::io_context io(1);
        notice draining;
        archiver under_test(archiving, known_, kept_.time, kept_.log, kept_.counts, io.get_executor(), draining);
        const auto before = mebibytes("VmRSS");
        forget_peak();
        const auto began = std::chrono::steady_clock::now();
        kept_.await(under_test.archive_next());
        const auto seconds = milliseconds_since(began) / 1000;
        const auto peak = mebibytes("VmHWM");
        const auto made = kept_.run([&](connection& db) { return *find_archive(db, run_id_); });
        std::printf(
            "archived %lld verdicts, %lld results in %.0f s: %llu calls, %.0f MiB of rows; RSS %.0f MiB before, "
            "%.0f MiB at most: grew by %.0f MiB\n",
            static_cast<long long>(made.verdicts), static_cast<long long>(made.results), seconds,
            static_cast<unsigned long long>(vendor_.calls), static_cast<double>(made.bytes) / (1024 * 1024), before,
            peak, peak - before);
        for (const auto& line : kept_.log.lines)
            if (made.state != archive_state::complete)
                std::printf("%s\n", line.c_str());
        return made.state == archive_state::complete;
    }

    void read(const char* name, const verdict_filter& filter, std::uint64_t matching) {
        archived_provider from("large", "staso", nullptr, known_);
        std::mt19937_64 random(7);
        std::vector<double> took;
        for (int i = 0; i < how_.pages; ++i) {
            list_window window;
            window.limit = 100;
            window.skip = random() % std::max<std::uint64_t>(1, matching);
            auto each = filter;
            if (filter.trace_id) {
                each.trace_id = large_run::trace(random() % how_.verdicts);
                window.skip = 0;
            }
            const auto began = std::chrono::steady_clock::now();
            const auto page = kept_.await(from.list_verdicts(native_id, each, window, read_options(), call()));
            took.push_back(milliseconds_since(began));
            if (!page || page->items.empty())
                std::printf("%s: no page at %llu\n", name, static_cast<unsigned long long>(window.skip));
        }
        std::ranges::sort(took);
        const auto at = [&](double share) {
            return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
        };
        std::printf("%-28s p50 %6.2f ms   p99 %6.2f ms   max %6.2f ms\n", name, at(0.5), at(0.99), at(1));
    }

  private:
    const arguments how_;
    testing::test_store kept_;
    archives known_{*kept_, kept_.time};
    metric_dictionary dictionary_;
    run_tag_format tags_;
    large_run vendor_;
    const std::string run_id_ = make_run_id("large", native_id);
};

int measure(const arguments& how) {
    std::printf("%s, %llu verdicts, pages of 100\n", std::string(name_of(how.engine)).c_str(),
                static_cast<unsigned long long>(how.verdicts));
    trial t(how);
    if (!t.archive())
        return 1;
    verdict_filter none, passed, failed, metric, both, all, trace;
    passed.passed = verdict_filter::passed_is::yes;
    failed.passed = verdict_filter::passed_is::no;
    metric.metric = "hallucination";
    both.metric = "tone";
    both.passed = verdict_filter::passed_is::no;
    all.level = verdict_filter::levels::all;
    trace.trace_id = "";
    const auto n = how.verdicts;
    t.read("no filter", none, n - 100);
    t.read("passed=true", passed, n * 8 / 10);
    t.read("passed=false", failed, n / 8);
    t.read("metric", metric, n / 11);
    t.read("level=all", all, n - 100);
    t.read("metric and passed=false", both, n / 80);
    t.read("trace_id", trace, 1);
    return 0;
}

} // namespace
} // namespace evalbridge

int main(int count, char** given) {
    evalbridge::arguments how;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = given[i];
        const std::string value = given[i + 1];
        if (name == "--verdicts")
            how.verdicts = std::stoull(value);
        else if (name == "--pages")
            how.pages = std::stoi(value);
        else if (name == "--store")
            how.engine =
                value == "postgresql" ? evalbridge::store_engine::postgresql : evalbridge::store_engine::sqlite;
    }
    return evalbridge::measure(how);
}
