#include "runs/archive/archived_lists.hpp"
#include "runs/archive/found_places.hpp"
#include "runs/archive/kind_blocks.hpp"
#include "runs/archive/list_totals.hpp"
#include "runs/archive/shown.hpp"
#include "runs/archive/verdict_kinds.hpp"

#include "mapping/read_unified.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

/// Blocks whose kinds are read at once.
constexpr std::int64_t blocks_at_once = 8;

bool wants_all(const std::vector<bool>& wanted) { return std::ranges::find(wanted, false) == wanted.end(); }

// Blocks before the window are passed over by their counts; in those from there on, each place is looked at.
found_places of_kinds(connection& db, const archived_list& list, const std::vector<bool>& wanted, std::uint64_t skip) {
    found_places out;
    std::vector<std::int64_t> blocks; // to look into
    std::uint64_t before = 0;
    std::uint64_t in_blocks = 0;
    const auto needed = static_cast<std::uint64_t>(list.window.limit) + 1;
    for (const auto& each : block_counts(db, list.key(), 'v')) {
        const auto count = count_wanted(each.counts, wanted);
        out.total += count;
        if (blocks.empty() && before + count <= skip)
            before += count;
        else if (count > 0 && in_blocks < skip - before + needed) {
            blocks.push_back(each.block);
            in_blocks += count;
        }
    }
    auto left = skip - before;
    for (std::size_t first = 0; first < blocks.size() && out.positions.size() < needed;) {
        auto end = first + 1;
        while (end < blocks.size() && blocks[end] - blocks[first] < blocks_at_once)
            ++end;
        const auto count = blocks[end - 1] - blocks[first] + 1;
        for (const auto& each : block_kinds(db, list.key(), 'v', blocks[first], count)) {
            for (const auto place : places_wanted(each.kinds, wanted)) {
                if (left > 0)
                    --left;
                else if (out.positions.size() < needed)
                    out.positions.push_back(each.block * block_size + place);
            }
        }
        first = end;
    }
    return out;
}

// A trace has few verdicts: all of them are looked at.
found_places of_trace(connection& db, const archived_list& list, const std::vector<bool>& wanted, std::uint64_t skip) {
    found_places out;
    const auto results = results_of_trace(db, list.key(), *list.filter.trace_id);
    for (const auto& head : verdict_heads_of_results(db, list.key(), results)) {
        const auto kind = static_cast<std::size_t>(head.kind);
        if (kind >= wanted.size() || !wanted[kind])
            continue;
        if (out.total++ >= skip && out.positions.size() <= list.window.limit)
            out.positions.push_back(head.position);
    }
    return out;
}

/// How many verdicts up to and with this position are of the kinds.
std::uint64_t rank_of(connection& db, generation_key key, std::int64_t position, const std::vector<bool>& kinds) {
    const auto block = position / block_size;
    std::uint64_t rank = 0;
    for (const auto& each : block_counts(db, key, 'v'))
        if (each.block < block)
            rank += count_wanted(each.counts, kinds);
    for (const auto& each : block_kinds(db, key, 'v', block, 1))
        for (const auto place : places_wanted(each.kinds, kinds))
            rank += block * block_size + place <= position ? 1 : 0;
    return rank;
}

/// Where a walk through the provider's own list would stand behind this verdict, so that a cursor goes on with either.
walk_position after(connection& db, const archived_list& list, const std::vector<archived_kind>& kinds,
                    const archived_verdict& last) {
    const auto& filter = list.filter;
    if (!told(list.of.totals, told_list::verdicts_by_item)) {
        const bool counts_passed = told(list.of.totals, told_list::filter_passed) && filter.passed &&
                                   *filter.passed != verdict_filter::passed_is::undecided;
        if (!counts_passed)
            return {static_cast<std::uint64_t>(last.position) + 1, 0};
        verdict_filter by_passed;
        by_passed.level = verdict_filter::levels::all;
        by_passed.passed = filter.passed;
        return {rank_of(db, list.key(), last.position, kinds_that_match(kinds, by_passed)), 0};
    }
    verdict_filter by_level;
    by_level.level = filter.level;
    const auto of_level = kinds_that_match(kinds, by_level);
    std::uint32_t through = 0;
    std::uint32_t in_item = 0;
    for (const auto& head : verdict_heads_of_results(db, list.key(), {last.result})) {
        if (!of_level[static_cast<std::size_t>(head.kind)])
            continue;
        ++in_item;
        through += head.position <= last.position ? 1 : 0;
    }
    const auto item = static_cast<std::uint64_t>(last.result);
    return through < in_item ? walk_position{item, through} : walk_position{item + 1, 0};
}

/// Whether the live list could not tell where it ended: one that the vendor selects is read from the window's first row
/// on, so that nothing is met behind the end.
bool is_behind_end(const archived_list& list, const page<verdict>& found) {
    const auto which = verdict_list_of(list.filter);
    const bool selected = told(list.of.totals, told_list::filter_passed) && which != told_list::verdicts_by_metric &&
                          list.filter.level != verdict_filter::levels::span;
    return selected && found.items.empty() && list.window.skip > 0;
}

} // namespace

result<page<verdict>> read_verdict_page(connection& db, const archived_list& list) {
    const auto skip = list.window.ordinal + list.window.skip;
    const auto kinds = kinds_of(db, list.key());
    const auto wanted = kinds_that_match(kinds, list.filter);
    auto places = list.filter.trace_id ? of_trace(db, list, wanted, skip)
                  : wants_all(wanted)  ? every_place(list.of.verdicts, skip, list.window.limit)
                                       : of_kinds(db, list, wanted, skip);
    page<verdict> out;
    out.has_more = places.positions.size() > list.window.limit;
    if (out.has_more)
        places.positions.pop_back();
    const bool spans_read = list.filter.level != verdict_filter::levels::item;
    const auto rows = verdicts_at(db, list.key(), places.positions);
    const auto texts = std::make_shared<text_source>();
    out.sources.push_back(texts);
    out.items.reserve(rows.size());
    for (const auto& row : rows) {
        auto read = read_verdict(texts->keep(row.body), texts.get());
        if (!read)
            return read.error();
        show(*read, list.options, spans_read);
        out.items.push_back(std::move(*read));
    }
    if (out.has_more && !rows.empty())
        out.next = after(db, list, kinds, rows.back());
    if (told(list.of.totals, verdict_list_of(list.filter)) || (!out.has_more && !is_behind_end(list, out)))
        out.total = places.total;
    out.run_terminal = true;
    return out;
}

} // namespace evalbridge
