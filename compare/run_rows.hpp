#pragma once
// One run's item-level verdicts, taken in page by page: a row for each, and what is known of each metric.

#include "compare/judged_row.hpp"
#include "mapping/mean.hpp"
#include "mapping/paging.hpp"
#include "mapping/summary.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace evalbridge {

/// How items of two runs are known to be the same.
enum class join_key { trace_id, input };
std::string_view name_of(join_key);

/// A metric in one run. Several metrics of a run that the dictionary gives one canonical name are one here.
struct run_metric {
    metric_ref metric; ///< as its first verdict has it
    score_direction direction = score_direction::unknown;
    verdict_counts counts;
    mean score;
    bool scale_known = true; ///< false where a score is as the vendor gave it
};

/// Where a page of the list of item-level verdicts began.
struct page_mark {
    std::uint64_t position = 0; ///< of its first verdict
    walk_position from;
};

struct run_rows {
    std::vector<judged_row> rows; ///< of the verdicts whose item has a key
    std::vector<run_metric> metrics;
    std::vector<page_mark> pages;  ///< in order
    std::uint64_t verdicts = 0;    ///< with a key or without
    std::uint64_t without_key = 0; ///< verdicts whose item names no trace, or has no input
};

/// More metrics than any run has; a run that names more isn't compared.
inline constexpr std::size_t most_metrics = 2000;

class run_intake {
  public:
    /// Room for so many verdicts, where their number is known.
    void expect(std::uint64_t verdicts);
    /// A page begins here in the vendor's own sequence.
    void begin_page(walk_position from);
    /// Joined on the trace id: a verdict of the list, in order. Those of spans are passed over.
    void add(const verdict& v);
    /// Joined on the input: an item with its verdicts, in order.
    void add(const run_result& item);

    std::uint64_t verdicts() const { return rows_.verdicts; }
    /// Whether the run names more than most_metrics.
    bool has_too_many_metrics() const { return rows_.metrics.size() > most_metrics; }
    /// Whether an item had an input, or there was none that could have had.
    bool has_inputs() const { return items_ == 0 || items_with_input_ > 0; }
    run_rows take() && { return std::move(rows_); }

  private:
    const item_key& key_of_trace(std::string_view trace_id);
    void add(const measurement& m, const item_key* key);
    std::uint32_t index_of(const measurement& m);

    run_rows rows_;
    std::unordered_map<std::string, std::uint32_t> index_; ///< by the canonical name, in lower case
    std::string folded_;                                   ///< of the name looked up last
    std::string trace_;                                    ///< the verdicts of an item mostly follow one another
    item_key trace_key_;
    std::uint64_t items_ = 0;
    std::uint64_t items_with_input_ = 0;
};

/// The name as metrics are matched by: the canonical one, whatever the case of its ASCII letters.
std::string folded_name(std::string_view canonical);

} // namespace evalbridge
