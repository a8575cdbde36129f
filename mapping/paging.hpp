#pragma once
// One paging contract over every vendor's style. A client's request becomes a window on a filtered list; an adapter
// walks the vendor's pages in order and offers what it reads to a window_collector, which says when to stop.

#include "mapping/run_result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

/// Where a walk stands in the vendor's own sequence, whatever the client's filter: `index` counts what the vendor
/// lists (rows, prompts) from 0; `sub` counts verdicts inside that one, for lists that flatten it.
struct walk_position {
    std::uint64_t index = 0;
    std::uint32_t sub = 0;
    friend bool operator==(const walk_position&, const walk_position&) = default;
};

/// The part of a filtered list that is wanted: starting at `from` in the vendor's sequence, pass over `skip` matching
/// items, then take `limit`. `ordinal` is the number of matching items before `from` (0 at the start of the list), so
/// that a walk that comes to the end knows the total.
struct list_window {
    walk_position from;
    std::uint64_t ordinal = 0;
    std::uint64_t skip = 0;
    std::uint32_t limit = 50;
};

template <class T> struct page {
    std::vector<T> items;
    std::vector<std::shared_ptr<const text_source>> sources; ///< what texts of the items borrow from
    std::optional<std::uint64_t> total;                      ///< matching items of the whole list, when known
    bool has_more = false;
    std::optional<walk_position> next; ///< exactly when has_more
    std::optional<bool> run_terminal;  ///< false: the run goes on, so pages may still change. Empty: not known
};

/// Takes the items of a list in order until the window is full and it is known whether anything follows.
template <class T> class window_collector {
  public:
    explicit window_collector(const list_window& window) : window_(window), to_skip_(window.skip), next_(window.from) {}

    /// How many more matching items the window can use, the one that proves `has_more` included.
    std::uint64_t wanted() const { return satisfied() ? 0 : to_skip_ + (window_.limit - items_.size()) + 1; }
    /// Whether the window is full and an item after it was seen.
    bool satisfied() const { return seen_after_; }
    /// Whether the window is full; what follows may not be known yet.
    bool full() const { return to_skip_ == 0 && items_.size() >= window_.limit; }

    /// The next matching item. `after` is where a walk that has taken it goes on.
    void offer(T&& item, walk_position after) {
        passed_over_unseen_ = false;
        if (full()) {
            seen_after_ = true;
            return;
        }
        if (to_skip_ > 0)
            --to_skip_;
        else
            items_.push_back(std::move(item));
        ++passed_;
        next_ = after;
    }
    /// Passes over `count` matching items that needn't be built, or that the vendor passes over by itself; `after` is
    /// where a walk goes on. Never more than `to_skip()`.
    void pass_over(std::uint64_t count, walk_position after) {
        if (count > to_skip_)
            throw std::logic_error("a window was made to pass over more items than it skips");
        passed_over_unseen_ = passed_over_unseen_ || count > 0;
        to_skip_ -= count;
        passed_ += count;
        next_ = after;
    }
    std::uint64_t to_skip() const { return to_skip_; }

    /// The page. `at_end`: the list was walked to its end. With `at_end` false the window must be full, and something
    /// follows; a page that is short although its list goes on would make a client who counts in offsets lose items,
    /// so it is a bug that throws. `total` is the vendor's word; it yields to what was really met. Without it the total
    /// is known at the end of the list, unless that was reached by passing over items that may not exist.
    page<T> finish(bool at_end, std::optional<std::uint64_t> total = {}) && {
        if (!at_end && !full())
            throw std::logic_error("a list was left before its window was full");
        page<T> out;
        out.has_more = seen_after_ || !at_end;
        if (out.has_more)
            out.next = next_;
        out.total = total_of(out.has_more, total);
        out.items = std::move(items_);
        return out;
    }

  private:
    std::optional<std::uint64_t> total_of(bool has_more, std::optional<std::uint64_t> told) const {
        const auto met = window_.ordinal + passed_;
        if (told && (passed_over_unseen_ || *told >= met + (has_more ? 1 : 0)))
            return told;
        if (has_more || passed_over_unseen_)
            return {};
        return met;
    }

    list_window window_;
    std::uint64_t to_skip_;
    std::uint64_t passed_ = 0;
    walk_position next_;
    std::vector<T> items_;
    bool seen_after_ = false;
    bool passed_over_unseen_ = false; ///< nothing has proved yet that the items passed over last exist
};

/// Which pages of a page-numbered list to fetch for a window of it.
struct page_plan {
    std::uint32_t page_size = 0;
    std::uint64_t first_page = 1; ///< numbered from 1
    std::uint64_t last_page = 1;
    std::uint64_t skip = 0; ///< items of the first page before the window
};

/// The fewest pages of one size (1..max_page_size) that cover [offset, offset + count), and among those the smallest
/// size. A count or maximum of 0 is taken as 1. At most two looks at each size, and usually a few in all.
page_plan plan_pages(std::uint64_t offset, std::uint64_t count, std::uint32_t max_page_size);

/// Filter on verdicts; on a list of results it keeps the items that have at least one verdict that matches.
struct verdict_filter {
    enum class passed_is { yes, no, undecided };
    enum class levels { item, span, all };
    std::optional<passed_is> passed;   ///< `undecided` takes in what couldn't be calculated: nothing says there either
    std::optional<std::string> metric; ///< canonical or native name (ASCII case-insensitive), or native id (exactly)
    levels level = levels::item;
    std::optional<std::string> trace_id;

    bool empty() const { return !passed && !metric && !trace_id; }
    friend bool operator==(const verdict_filter&, const verdict_filter&) = default;
};

bool matches(const verdict_filter& filter, const verdict& v);
/// Whether a result is listed under the filter: always when it is empty, else when a verdict of it matches (and, for
/// a trace_id alone, when the result's own trace id is it). A verdict without a trace id has its result's.
bool matches(const verdict_filter& filter, const run_result& r);

/// How a client asked for a page.
enum class paging_style { offset, number, cursor };

} // namespace evalbridge
