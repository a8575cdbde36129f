#pragma once
// How a run's lists were when they were read from the vendor: which of them told their total before their end, and what
// walks through them counted. An archived list is as the live one was, so that a client sees no difference; at the end
// of a list the total is known in any case.

#include "mapping/paging.hpp"

#include <cstdint>

namespace evalbridge {

/// A bit each, as archives.totals has them.
enum class told_list : std::uint32_t {
    verdicts = 1,
    verdicts_by_passed = 2, ///< filtered by `passed` yes or no, and nothing else
    verdicts_by_metric = 4, ///< any other filter
    results = 8,
    results_filtered = 16,
    // Not totals, but as in capabilities:
    verdicts_by_item = 32,
    filter_passed = 64,
};

inline bool told(std::uint32_t totals, told_list list) { return (totals & static_cast<std::uint32_t>(list)) != 0; }

inline told_list verdict_list_of(const verdict_filter& filter) {
    if (filter.empty())
        return told_list::verdicts;
    const bool passed_alone =
        !filter.metric && !filter.trace_id && filter.passed && *filter.passed != verdict_filter::passed_is::undecided;
    return passed_alone ? told_list::verdicts_by_passed : told_list::verdicts_by_metric;
}
inline told_list result_list_of(const verdict_filter& filter) {
    return filter.empty() ? told_list::results : told_list::results_filtered;
}

} // namespace evalbridge
