#include "mapping/paging.hpp"

#include "mapping/ascii.hpp"

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

bool passed_matches(const std::optional<verdict_filter::passed_is>& wanted, std::optional<bool> passed) {
    if (!wanted)
        return true;
    switch (*wanted) {
    case verdict_filter::passed_is::yes: return passed == true;
    case verdict_filter::passed_is::no: return passed == false;
    case verdict_filter::passed_is::undecided: return !passed;
    }
    return false;
}

bool metric_matches(const std::optional<std::string>& wanted, const metric_ref& metric) {
    return !wanted || equal_folded(*wanted, metric.name) || equal_folded(*wanted, metric.native_name) ||
           metric.native_id == wanted;
}

bool level_matches(verdict_filter::levels wanted, verdict_level level) {
    if (wanted == verdict_filter::levels::all)
        return true;
    return (wanted == verdict_filter::levels::span) == (level == verdict_level::span);
}

/// All but the trace id, which a result's verdict may leave to its result.
bool matches_but_for_trace(const verdict_filter& filter, const verdict& v) {
    return level_matches(filter.level, v.level) && passed_matches(filter.passed, v.measured.passed) &&
           metric_matches(filter.metric, v.measured.metric);
}

} // namespace

page_plan plan_pages(std::uint64_t offset, std::uint64_t count, std::uint32_t max_page_size) {
    const auto largest = std::max<std::uint64_t>(max_page_size, 1);
    count = std::max<std::uint64_t>(count, 1);
    const auto end = std::numeric_limits<std::uint64_t>::max();
    const auto last = count - 1 > end - offset ? end : offset + (count - 1);

    // The window spans at least ceil(count / largest) pages, and where no size does with those, the largest does with
    // one more; so the second turn always ends it.
    for (auto pages = (count - 1) / largest + 1;; ++pages) {
        for (auto size = (count - 1) / pages + 1; size <= largest; ++size) {
            const auto first_page = offset / size;
            if (last / size - first_page < pages)
                return {static_cast<std::uint32_t>(size), first_page + 1, last / size + 1, offset % size};
        }
    }
}

bool matches(const verdict_filter& filter, const verdict& v) {
    return matches_but_for_trace(filter, v) && (!filter.trace_id || v.trace_id == filter.trace_id);
}

bool matches(const verdict_filter& filter, const run_result& r) {
    if (filter.empty())
        return true;
    const bool trace_alone = !filter.passed && !filter.metric;
    if (trace_alone && r.trace_id == filter.trace_id)
        return true;
    return std::ranges::any_of(r.verdicts, [&](const verdict& v) {
        const auto& trace_id = v.trace_id ? v.trace_id : r.trace_id;
        return matches_but_for_trace(filter, v) && (!filter.trace_id || trace_id == filter.trace_id);
    });
}

} // namespace evalbridge
