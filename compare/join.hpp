#pragma once
// Two runs' verdicts brought together, item by item and metric by metric.
//
// A verdict of A and one of B are a pair where their items have one key and their metrics one name. Where an item
// carries a metric several times (it was judged more than once, or several items have the same trace or input), the
// verdicts are paired in the order of the lists if both runs have equally many; if not, nobody can say which one is
// missing, and all of them count as ambiguous.

#include "compare/run_rows.hpp"
#include "stats/paired_table.hpp"
#include "stats/rank_correlation.hpp"
#include "stats/threshold_equivalence.hpp"

#include <optional>
#include <vector>

namespace evalbridge {

/// A metric of the comparison: where it stands among those of each run; empty where the run doesn't have it.
struct metric_match {
    std::optional<std::uint32_t> a;
    std::optional<std::uint32_t> b;
};

/// By folded canonical name: A's in their order, then those that only B has. With `wanted`, only those that one of
/// these is the canonical or native name (whatever the case) or the native id of, in either run.
std::vector<metric_match> match_metrics(const std::vector<run_metric>& a, const std::vector<run_metric>& b,
                                        const std::vector<std::string>& wanted);
/// Those of `wanted` that name no metric of either run.
std::vector<std::string> names_of_none(const std::vector<run_metric>& a, const std::vector<run_metric>& b,
                                       const std::vector<std::string>& wanted);

/// Verdicts with a key: all of them are in one of these.
struct pair_counts {
    std::uint64_t pairs = 0;
    std::uint64_t only_a = 0;
    std::uint64_t only_b = 0;
    std::uint64_t ambiguous_a = 0;
    std::uint64_t ambiguous_b = 0;
};

/// Items that carry a verdict of a compared metric.
struct item_counts {
    std::uint64_t both = 0;
    std::uint64_t only_a = 0;
    std::uint64_t only_b = 0;
};

struct joined_metric {
    pair_counts coverage;
    paired_table table;                 ///< pairs that both runs decided
    std::vector<score_pair> scores;     ///< pairs that both runs scored
    std::vector<scored_verdict> judged; ///< B's score and A's verdict, where there are both
};

/// A pair that one run passed and the other failed.
struct flip {
    item_key item;
    std::uint32_t a = 0; ///< position in A's list of item-level verdicts
    std::uint32_t b = 0;
    std::uint32_t metric = 0; ///< of the comparison's
    bool regression = false;  ///< passed in A, failed in B
};

struct joined_runs {
    item_counts items;
    std::vector<joined_metric> metrics; ///< as matched
    std::vector<flip> flips;            ///< regressions first; each kind in the order of A's list
    std::uint64_t regressions = 0;
};

/// Sorts and merges: O(n log n) in time, and besides the rows given no more than what it gives back.
joined_runs join(const std::vector<metric_match>& metrics, std::vector<judged_row> a, std::vector<judged_row> b);

} // namespace evalbridge
