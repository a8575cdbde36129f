#include "compare/flip_texts.hpp"

#include <algorithm>
#include <span>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

/// More between two flips than this isn't read along.
constexpr std::uint64_t largest_gap = 100;

/// A verdict that is wanted, and the flip that wants it.
struct place {
    std::uint64_t position = 0;
    std::size_t flip = 0;
};

/// The places at the front that one read covers: of one page of the walk that was made, none far from the next.
std::span<const place> neighbours(std::span<const place> places, std::uint64_t page_end) {
    std::size_t size = 1;
    while (size < places.size() && places[size].position < page_end &&
           places[size].position - places[size - 1].position <= largest_gap)
        ++size;
    return places.first(size);
}

std::optional<std::string> copy_of(const auto& text) {
    return text ? std::optional(std::string(std::string_view(*text))) : std::nullopt;
}

flip_side side_of(const verdict& v) {
    flip_side out;
    out.verdict_id = v.id;
    out.result_id = v.result_id;
    out.trace_id = copy_of(v.trace_id);
    out.passed = v.measured.passed.value_or(false);
    out.score = v.measured.score;
    out.reason = copy_of(v.measured.reason);
    return out;
}

/// One run's side of the flips.
struct side {
    const compared_run& run;
    const call& how;
    const std::vector<page_mark>& pages;
    std::uint32_t flip::* position;
    flip_side told_flip::* into;
    bool passed_if_regression = false;
};

bool is_what_was_compared(const verdict& v, const flip& what, const side& of, std::string_view metric) {
    return v.measured.passed == (what.regression == of.passed_if_regression) &&
           folded_name(v.measured.metric.name) == folded_name(metric);
}

error changed(const compared_run& run) {
    return error(errc::conflict)
        .because("The verdicts of the run " + run.id + " have changed since they were compared. Ask again.")
        .retryable(true);
}

awaitable<result<void>> tell(const side& of, const std::vector<metric_comparison>& metrics,
                             std::vector<told_flip>& flips) {
    std::vector<place> sorted;
    for (std::size_t i = 0; i < flips.size(); ++i)
        sorted.push_back({flips[i].what.*of.position, i});
    std::ranges::sort(sorted, {}, &place::position);
    const verdict_filter of_items;
    const read_options plain;
    for (std::span<const place> left = sorted; !left.empty();) {
        const auto first = left.front().position;
        const auto after = std::ranges::upper_bound(of.pages, first, {}, &page_mark::position);
        if (after == of.pages.begin())
            co_return changed(of.run);
        const auto page = after - 1;
        const auto together = neighbours(left, after == of.pages.end() ? UINT64_MAX : after->position);
        list_window window;
        window.from = page->from;
        window.ordinal = page->position;
        window.skip = first - page->position;
        window.limit = static_cast<std::uint32_t>(together.back().position - first + 1);
        const auto got = co_await of.run.from->list_verdicts(of.run.native_id, of_items, window, plain, of.how);
        if (!got)
            co_return got.error();
        for (const auto& each : together) {
            auto& into = flips[each.flip];
            const auto at = each.position - first;
            if (at >= got->items.size() ||
                !is_what_was_compared(got->items[at], into.what, of, metrics[into.what.metric].name))
                co_return changed(of.run);
            into.*of.into = side_of(got->items[at]);
        }
        left = left.subspan(together.size());
    }
    co_return result<void>();
}

} // namespace

awaitable<result<std::vector<told_flip>>> tell_flips(const finished_comparison& from, std::vector<flip> flips,
                                                     const compared_run& a, const compared_run& b, const call& how_a,
                                                     const call& how_b) {
    std::vector<told_flip> out(flips.size());
    for (std::size_t i = 0; i < flips.size(); ++i)
        out[i].what = flips[i];
    const side of_a{a, how_a, from.pages_a, &flip::a, &told_flip::a, true};
    if (const auto told = co_await tell(of_a, from.what.metrics, out); !told)
        co_return told.error();
    const side of_b{b, how_b, from.pages_b, &flip::b, &told_flip::b, false};
    if (const auto told = co_await tell(of_b, from.what.metrics, out); !told)
        co_return told.error();
    co_return out;
}

} // namespace evalbridge
