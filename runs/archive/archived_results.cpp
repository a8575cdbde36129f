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

// A result may match by several of its verdicts, so how many do can't be told without looking at each.
found_places of_kinds(connection& db, const archived_list& list, const std::vector<bool>& wanted, std::uint64_t skip) {
    constexpr std::int64_t blocks_at_once = 8;
    found_places out;
    const auto blocks = (list.of.results + block_size - 1) / block_size;
    for (std::int64_t first = 0; first < blocks; first += blocks_at_once)
        for (const auto& each : block_kinds(db, list.key(), 'r', first, blocks_at_once))
            for (const auto place : results_wanted(each.kinds, wanted))
                out.add(each.block * block_size + place, skip, list.window.limit);
    return out;
}

// As matches(filter, run_result) has it: by the result's own trace, and then by its verdicts'.
found_places of_trace(connection& db, const archived_list& list, const std::vector<bool>& wanted, std::uint64_t skip) {
    found_places out;
    const auto results = results_of_trace(db, list.key(), *list.filter.trace_id);
    const bool trace_alone = !list.filter.passed && !list.filter.metric;
    std::vector<std::int64_t> matching;
    for (const auto& head : verdict_heads_of_results(db, list.key(), results))
        if (static_cast<std::size_t>(head.kind) < wanted.size() && wanted[static_cast<std::size_t>(head.kind)])
            matching.push_back(head.result);
    for (const auto each : results)
        if (trace_alone || std::ranges::find(matching, each) != matching.end())
            out.add(each, skip, list.window.limit);
    return out;
}

result<run_result> whole(const archived_result& row, text_source& texts) {
    auto read = read_run_result(texts.keep(row.body), &texts);
    if (read)
        read->verdicts.clear();
    return read;
}

// The results of these rows, with their verdicts; texts borrow from `texts`.
result<std::vector<run_result>> assemble(connection& db, generation_key key, const std::vector<archived_result>& rows,
                                         text_source& texts) {
    std::vector<run_result> out;
    std::vector<std::int64_t> positions;
    for (const auto& row : rows) {
        auto read = whole(row, texts);
        if (!read)
            return read.error();
        out.push_back(std::move(*read));
        positions.push_back(row.position);
    }
    for (const auto& row : verdicts_of_results(db, key, positions)) {
        auto read = read_verdict(texts.keep(row.body), &texts);
        if (!read)
            return read.error();
        const auto at = std::ranges::lower_bound(positions, row.result) - positions.begin();
        out[static_cast<std::size_t>(at)].verdicts.push_back(std::move(*read));
    }
    return out;
}

error no_such_result() { return error(errc::not_found).because("The run has no result of that id."); }

} // namespace

result<page<run_result>> read_result_page(connection& db, const archived_list& list) {
    const auto skip = list.window.ordinal + list.window.skip;
    const auto& filter = list.filter;
    const auto wanted = kinds_that_match(kinds_of(db, list.key()), filter);
    auto places = filter.trace_id  ? of_trace(db, list, wanted, skip)
                  : filter.empty() ? every_place(list.of.results, skip, list.window.limit)
                                   : of_kinds(db, list, wanted, skip);
    page<run_result> out;
    out.has_more = places.positions.size() > list.window.limit;
    if (out.has_more)
        places.positions.pop_back();
    const auto texts = std::make_shared<text_source>();
    out.sources.push_back(texts);
    auto read = assemble(db, list.key(), results_at(db, list.key(), places.positions), *texts);
    if (!read)
        return read.error();
    out.items = std::move(*read);
    for (auto& each : out.items)
        show(each, list.options, filter.level);
    if (out.has_more && !places.positions.empty())
        out.next = walk_position{static_cast<std::uint64_t>(places.positions.back()) + 1, 0};
    if (!out.has_more || told(list.of.totals, result_list_of(filter)))
        out.total = places.total;
    out.run_terminal = true;
    return out;
}

result<run_result> read_one_result(connection& db, generation_key key, const std::string& result_id,
                                   const read_options& options) {
    const auto rows = results_by_id(db, key, result_id);
    text_source texts;
    auto read = assemble(db, key, rows, texts);
    if (!read)
        return read.error();
    for (auto& each : *read)
        if (each.id == result_id) {
            show(each, options, verdict_filter::levels::item);
            return run_result(each); // a copy owns its texts
        }
    return no_such_result();
}

} // namespace evalbridge
