#pragma once
// How a window of a list is read from a walk over the vendor's verdicts.

#include "adapters/staso/verdict_walk.hpp"

#include "mapping/paging.hpp"

#include <functional>

namespace evalbridge::staso {

/// Where the vendor can select everything that the filter asks: rows are fetched from the window's first one on. One
/// row more than the window is asked for where that needs no request of its own, so has_more is exact unless the
/// window is as large as the vendor's largest page; then a full last page may say there is more.
boost::asio::awaitable<result<page<verdict>>> read_selected(const verdict_walk::source& from, const list_window& window,
                                                            const call& c);

/// Elsewhere: every row from the window's position on is read and judged here, until the window is full and the item
/// behind it was seen.
boost::asio::awaitable<result<page<verdict>>>
read_scanned(const verdict_walk::source& from, const verdict_filter& filter, const list_window& window, const call& c);

/// Every verdict of the run, to `take`. Fails when there are more than the configured number (`max_scan`).
boost::asio::awaitable<result<void>> read_all(const verdict_walk::source& from,
                                              const std::function<void(verdict&&)>& take, const call& c);

/// What the vendor's own filter can do of ours, and whether that is all that is asked.
struct selection {
    std::optional<bool> passed;
    bool complete = false;
};
selection select(const verdict_filter& filter);

} // namespace evalbridge::staso
