#include "adapters/staso/reads.hpp"

#include <algorithm>

namespace evalbridge::staso {
namespace {

error too_many(const options& settings) {
    return error(errc::unsupported)
        .because("Answering this takes more than the " + std::to_string(settings.max_scan) +
                 " verdicts that may be read for one answer (max_scan of the provider's configuration). Ask for the "
                 "run's verdicts without a filter or by `passed` alone, or have max_scan raised.");
}

// How much a scan may still ask for at once; 0 when its allowance is used up.
std::uint32_t next_limit(const verdict_walk& walk, const options& settings) {
    const auto left = settings.max_scan - std::min(settings.max_scan, walk.rows_read());
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(left, settings.max_page_size));
}

} // namespace

selection select(const verdict_filter& filter) {
    using passed_is = verdict_filter::passed_is;
    selection out;
    if (filter.passed == passed_is::yes || filter.passed == passed_is::no)
        out.passed = filter.passed == passed_is::yes;
    out.complete = !filter.metric && !filter.trace_id && filter.passed != passed_is::undecided;
    return out;
}

boost::asio::awaitable<result<page<verdict>>> read_selected(const verdict_walk::source& from, const list_window& window,
                                                            const call& c) {
    const auto largest = from.settings.max_page_size;
    const auto start = window.from.index + window.skip;
    const std::uint64_t target = window.limit < largest ? window.limit + 1 : window.limit;
    verdict_walk walk(from, start, verdict_walk::texts::borrowed);
    page<verdict> out;
    auto next = start;
    bool seen_after = false;
    while (!walk.ended() && !seen_after && out.items.size() < target) {
        const auto missing = target - out.items.size();
        auto read =
            co_await walk.next(static_cast<std::uint32_t>(std::min<std::uint64_t>(missing, largest)), missing, c);
        if (!read)
            co_return std::move(read).error();
        out.sources.push_back(read->texts);
        if (out.items.empty() && read->repeated.empty() && read->rows.size() <= window.limit) {
            next = read->offset + read->rows.size();
            out.items = std::move(read->rows);
            continue;
        }
        for (std::size_t i = 0; i < read->rows.size() && !seen_after; ++i) {
            if (read->is_repeated(i))
                continue;
            if (out.items.size() == window.limit) {
                seen_after = true;
            } else {
                out.items.push_back(std::move(read->rows[i]));
                next = read->offset + i + 1;
            }
        }
    }
    out.has_more = seen_after || !walk.ended();
    if (out.has_more)
        out.next = walk_position{next, 0};
    // Coming to the end tells the total, unless the window began behind the end.
    const bool counted = walk.ended() && (walk.rows_read() > 0 || window.skip == 0);
    out.total = walk.total();
    if (!out.total && counted)
        out.total = start + walk.rows_read() - walk.rows_repeated();
    co_return out;
}

boost::asio::awaitable<result<page<verdict>>>
read_scanned(const verdict_walk::source& from, const verdict_filter& filter, const list_window& window, const call& c) {
    const auto& settings = from.settings;
    verdict_walk walk(from, window.from.index);
    window_collector<verdict> collector(window);
    while (!walk.ended() && !collector.satisfied()) {
        const auto limit = next_limit(walk, settings);
        if (limit == 0 && collector.full()) { // the rest is for the next page
            collector.pass_over(0, walk_position{window.from.index + walk.rows_read(), 0});
            co_return std::move(collector).finish(false);
        }
        if (limit == 0)
            co_return too_many(settings);
        auto read = co_await walk.next(limit, verdict_walk::whole_list, c);
        if (!read)
            co_return std::move(read).error();
        for (std::size_t i = 0; i < read->rows.size() && !collector.satisfied(); ++i)
            if (!read->is_repeated(i) && matches(filter, read->rows[i]))
                collector.offer(std::move(read->rows[i]), walk_position{read->offset + i + 1, 0});
    }
    co_return std::move(collector).finish(!collector.satisfied());
}

boost::asio::awaitable<result<void>> read_all(const verdict_walk::source& from,
                                              const std::function<void(verdict&&)>& take, const call& c) {
    const auto& settings = from.settings;
    verdict_walk walk(from, 0);
    while (!walk.ended()) {
        const auto limit = next_limit(walk, settings);
        if (limit == 0)
            co_return too_many(settings);
        auto read = co_await walk.next(limit, verdict_walk::whole_list, c);
        if (!read)
            co_return std::move(read).error();
        for (std::size_t i = 0; i < read->rows.size(); ++i)
            if (!read->is_repeated(i))
                take(std::move(read->rows[i]));
    }
    co_return result<void>();
}

} // namespace evalbridge::staso
