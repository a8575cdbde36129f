#pragma once
// Compares two runs of any providers: reads both, page by page, into rows, joins them on threads of their own, and
// remembers what came of it. One for the whole process, used by every shard.

#include "compare/comparison_memory.hpp"
#include "compare/read_rows.hpp"
#include "compare/work_threads.hpp"

namespace evalbridge {

struct comparison_limits {
    std::uint64_t most_verdicts = 5'000'000; ///< of both runs together
    std::uint64_t most_held = 8'000'000;     ///< by all comparisons that are under way
    std::size_t remembered_bytes = 64 << 20;
    duration remembered_for = std::chrono::minutes(5);
    /// Two, so that a small comparison doesn't wait for a large one; they take a share of the shards' processors.
    unsigned threads = 2;
};

struct comparison_task {
    compared_run a;
    compared_run b;
    join_key by = join_key::trace_id;
    std::vector<std::string> metrics; ///< empty: all
    std::uint32_t min_pairs = usual_min_pairs;
};

class comparisons {
  public:
    using finished = std::shared_ptr<const finished_comparison>;

    /// The clock outlives it.
    explicit comparisons(clock& time, comparison_limits limits = {});
    /// Does what is being compared, then ends. Before the shards are destroyed.
    void stop() { threads_.stop(); }

    /// Compares, or remembers. `how_a` and `how_b` are for reading each run; `goes_on` is asked before each page.
    /// Errors: those of read_rows.
    boost::asio::awaitable<result<finished>> compare(const comparison_task& task, const call& how_a, const call& how_b,
                                                     const std::function<bool()>& goes_on);

  private:
    clock& time_;
    const comparison_limits limits_;
    row_budget budget_;
    comparison_memory memory_;
    work_threads threads_;
};

} // namespace evalbridge
