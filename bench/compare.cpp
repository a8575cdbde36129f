// bench_compare [--verdicts N] : archives two runs of that many verdicts, read through a real adapter, and compares
// them from the archive. Prints how much memory and time that took, and for how long the shard's thread could do
// nothing else. docs/comparing-runs.md has the figures.

#include "adapters/staso/provider.hpp"
#include "bench/large_run.hpp"
#include "bench/measure.hpp"
#include "compare/comparisons.hpp"
#include "compare/flip_texts.hpp"
#include "runs/archive/archived_provider.hpp"
#include "runs/archive/archiver.hpp"
#include "tests/support/test_store.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <thread>

namespace evalbridge {
namespace {

using bench::forget_peak;
using bench::mebibytes;
using bench::milliseconds_since;

class trial {
  public:
    explicit trial(std::uint64_t verdicts) : kept_(store_engine::sqlite), verdicts_(verdicts) { kept_->open(); }

    bool archive(const std::string& name, std::uint64_t seed) {
        bench::large_run vendor(verdicts_, seed);
        staso::options settings;
        settings.api_key = secret("a key");
        const auto options = std::make_shared<const staso::options>(settings);
        archiver_options archiving;
        archiving.replica = "bench";
        archiving.derived_with = "bench";
        archiving.enrols = false;
        archive_source from;
        from.name = name;
        from.vendor_api = &vendor;
        from.make = [&](upstream& over) -> std::unique_ptr<provider> {
            const provider_context parts{name, over, dictionary_, tags_, kept_.time, kept_.log};
            return std::make_unique<staso::staso_provider>(parts, options);
        };
        archiving.sources.push_back(std::move(from));
        const auto run_id = make_run_id(name, bench::native_id);
        kept_.run([&](connection& db) { return request_archive(db, run_id, name, "staso", 1).number; });
        boost::asio::io_context io(1);
        notice draining;
        archiver under_test(archiving, known_, kept_.time, kept_.log, kept_.counts, io.get_executor(), draining);
        kept_.await(under_test.archive_next());
        return kept_.run([&](connection& db) { return *find_archive(db, run_id); }).state == archive_state::complete;
    }

    int compare() {
        archived_provider a("a", "staso", nullptr, known_), b("b", "staso", nullptr, known_);
        comparison_task task;
        task.a = run_of(a);
        task.b = run_of(b);
        comparisons under_test(kept_.time);
        call how;
        how.deadline = kept_.time.now() + std::chrono::minutes(10);
        const std::function<bool()> goes_on = [] { return true; };
        const auto before = mebibytes("VmRSS");
        forget_peak();
        auto began = std::chrono::steady_clock::now();
        const auto processor = std::clock();
        const auto found = await_and_look(under_test.compare(task, how, how, goes_on));
        const auto took = milliseconds_since(began);
        const auto busy = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
        if (!found) {
            std::printf("%s\n", found.error().detail().c_str());
            return 1;
        }
        const auto peak = mebibytes("VmHWM");
        const auto& done = **found;
        std::printf("compared 2 x %llu verdicts in %.1f s, %.1f s of processor: %llu pairs, %zu flips; RSS %.0f MiB "
                    "before, %.0f MiB at most: "
                    "grew by %.0f MiB; the shard's thread was held for %.1f ms at most\n",
                    static_cast<unsigned long long>(verdicts_), took / 1000, busy,
                    static_cast<unsigned long long>(done.what.verdicts.pairs), done.flips.size(), before, peak,
                    peak - before, longest_hold_);
        for (const std::size_t flips : {10, 50, 1000}) {
            began = std::chrono::steady_clock::now();
            const auto again = await_and_look(under_test.compare(task, how, how, goes_on));
            const std::vector<flip> page(done.flips.begin(), done.flips.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                                      flips, done.flips.size())));
            const auto told = await_and_look(tell_flips(**again, page, task.a, task.b, how, how));
            std::printf("a page of %zu flips, with their reasons, from a comparison that is remembered: %.0f ms\n",
                        told->size(), milliseconds_since(began));
        }
        return 0;
    }

  private:
    static compared_run run_of(provider& from) {
        compared_run out;
        out.from = &from;
        out.native_id = bench::native_id;
        out.id = make_run_id(from.name(), bench::native_id);
        out.vendor = from.vendor();
        out.terminal = true;
        return out;
    }

    /// As a shard would, and measures the longest time between two looks at what else there is to do.
    template <class T> T await_and_look(boost::asio::awaitable<T> task) {
        boost::asio::io_context shard(1);
        std::optional<T> value;
        boost::asio::co_spawn(shard, std::move(task), [&](std::exception_ptr, T v) { value.emplace(std::move(v)); });
        // To its end: what is done elsewhere for the coroutine holds on to the context for a moment longer.
        while (!shard.stopped()) {
            const auto began = std::chrono::steady_clock::now();
            if (shard.poll_one() > 0)
                longest_hold_ = std::max(longest_hold_, milliseconds_since(began));
            else if (!shard.stopped())
                std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
        return std::move(*value);
    }

    testing::test_store kept_;
    archives known_{*kept_, kept_.time};
    metric_dictionary dictionary_;
    run_tag_format tags_;
    const std::uint64_t verdicts_;
    double longest_hold_ = 0;
};

} // namespace
} // namespace evalbridge

int main(int count, char** given) {
    const std::uint64_t verdicts = count > 2 ? std::stoull(given[2]) : 1'000'000;
    evalbridge::trial t(verdicts);
    if (!t.archive("a", 0) || !t.archive("b", 3))
        return 1;
    return t.compare();
}
