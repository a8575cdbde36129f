#include "mapping/page_request.hpp"
#include "tests/mapping/test_mac.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace evalbridge {
namespace {

using numbers = std::vector<int>;

list_window window_of(std::uint64_t skip, std::uint32_t limit) { return {{}, 0, skip, limit}; }

void offer_each(window_collector<int>& into, int from, int to) {
    for (int i = from; i < to; ++i)
        into.offer(int(i), {static_cast<std::uint64_t>(i) + 1, 0});
}

TEST(WindowCollector, WantsOneItemMoreThanTheWindowHolds) {
    window_collector<int> collector(window_of(2, 3));
    EXPECT_EQ(collector.wanted(), 6u);
    offer_each(collector, 0, 3);
    EXPECT_EQ(collector.wanted(), 3u);
    offer_each(collector, 3, 5);
    EXPECT_TRUE(collector.full());
    EXPECT_FALSE(collector.satisfied());
    EXPECT_EQ(collector.wanted(), 1u);
    offer_each(collector, 5, 6);
    EXPECT_TRUE(collector.satisfied());
    EXPECT_EQ(collector.wanted(), 0u);
    const auto page = std::move(collector).finish(false);
    EXPECT_EQ(page.items, (numbers{2, 3, 4}));
    EXPECT_TRUE(page.has_more);
    EXPECT_EQ(page.next, (walk_position{5, 0}));
    EXPECT_EQ(page.total, std::nullopt);
}

TEST(WindowCollector, KnowsTheTotalAtTheEnd) {
    window_collector<int> collector(window_of(2, 3));
    offer_each(collector, 0, 4);
    const auto page = std::move(collector).finish(true);
    EXPECT_EQ(page.items, (numbers{2, 3}));
    EXPECT_FALSE(page.has_more);
    EXPECT_EQ(page.next, std::nullopt);
    EXPECT_EQ(page.total, 4u);
}

TEST(WindowCollector, CountsWhatCameBeforeTheCursor) {
    window_collector<int> collector({{40, 2}, 35, 0, 10});
    offer_each(collector, 40, 42);
    EXPECT_EQ(std::move(collector).finish(true).total, 37u);
}

TEST(WindowCollector, IsFullExactlyAtTheEndWithoutMore) {
    window_collector<int> collector(window_of(0, 3));
    offer_each(collector, 0, 3);
    const auto page = std::move(collector).finish(true);
    EXPECT_FALSE(page.has_more);
    EXPECT_EQ(page.total, 3u);
}

TEST(WindowCollector, BelievesThatMoreFollowsAFullWindow) {
    window_collector<int> collector(window_of(0, 3));
    offer_each(collector, 0, 3);
    const auto page = std::move(collector).finish(false, 10);
    EXPECT_TRUE(page.has_more);
    EXPECT_EQ(page.next, (walk_position{3, 0}));
    EXPECT_EQ(page.total, 10u);
}

TEST(WindowCollector, HasMoreWhereAnItemFollowedWhateverItIsTold) {
    window_collector<int> collector(window_of(0, 3));
    offer_each(collector, 0, 4);
    EXPECT_TRUE(std::move(collector).finish(true).has_more);
}

TEST(WindowCollector, RefusesToLeaveAListEarly) {
    window_collector<int> short_of_items(window_of(0, 3));
    offer_each(short_of_items, 0, 2);
    EXPECT_THROW(std::move(short_of_items).finish(false), std::logic_error);
    window_collector<int> still_skipping(window_of(5, 3));
    offer_each(still_skipping, 0, 3);
    EXPECT_THROW(std::move(still_skipping).finish(false, 100), std::logic_error);
}

TEST(WindowCollector, RefusesToPassOverMoreThanItSkips) {
    window_collector<int> collector(window_of(2, 3));
    EXPECT_THROW(collector.pass_over(3, {3, 0}), std::logic_error);
}

TEST(WindowCollector, PassesOverWhatTheVendorSkipsItself) {
    window_collector<int> collector(window_of(100, 2));
    collector.pass_over(100, {100, 0});
    offer_each(collector, 100, 101);
    const auto page = std::move(collector).finish(true);
    EXPECT_EQ(page.items, (numbers{100}));
    EXPECT_EQ(page.total, 101u);
}

TEST(WindowCollector, InventsNoTotalFromItemsThatNobodySaw) {
    window_collector<int> beyond(window_of(1000, 2));
    beyond.pass_over(1000, {1000, 0});
    EXPECT_EQ(std::move(beyond).finish(true).total, std::nullopt);
    window_collector<int> told(window_of(1000, 2));
    told.pass_over(1000, {1000, 0});
    EXPECT_EQ(std::move(told).finish(true, 10).total, 10u);
}

TEST(WindowCollector, CorrectsATotalThatItsItemsRefute) {
    window_collector<int> at_end(window_of(0, 5));
    offer_each(at_end, 0, 4);
    EXPECT_EQ(std::move(at_end).finish(true, 3).total, 4u);
    window_collector<int> going_on(window_of(0, 3));
    offer_each(going_on, 0, 4);
    EXPECT_EQ(std::move(going_on).finish(false, 3).total, std::nullopt);
}

// A list as a vendor has it: rows, each with verdicts of which some match the client's filter.
struct vendor_list {
    struct entry {
        int id;
        bool matches;
    };
    std::vector<std::vector<entry>> rows;
    numbers matching;
};

vendor_list random_list(std::mt19937& random) {
    vendor_list list;
    const auto most_verdicts = 1 + random() % 7;
    const auto one_in = 1 + random() % 4;
    const auto row_count = random() % (random() % 8 == 0 ? 400 : 40);
    int id = 0;
    for (unsigned row = 0; row < row_count; ++row) {
        auto& verdicts = list.rows.emplace_back();
        const auto count = random() % (most_verdicts + 1);
        for (unsigned i = 0; i < count; ++i, ++id) {
            const bool matches = random() % one_in == 0;
            verdicts.push_back({id, matches});
            if (matches)
                list.matching.push_back(id);
        }
    }
    return list;
}

/// What an adapter does that flattens rows, read page by page, and filters by itself.
page<int> read_by_flattening(const vendor_list& list, const list_window& window, std::size_t page_size) {
    window_collector<int> collector(window);
    auto first = window.from.index / page_size * page_size;
    for (; first < list.rows.size() && !collector.satisfied(); first += page_size) {
        const auto last = std::min(list.rows.size(), first + page_size);
        for (auto row = std::max<std::size_t>(first, window.from.index); row < last; ++row)
            for (std::uint32_t sub = row == window.from.index ? window.from.sub : 0; sub < list.rows[row].size(); ++sub)
                if (list.rows[row][sub].matches)
                    collector.offer(int(list.rows[row][sub].id), {row, sub + 1});
    }
    return std::move(collector).finish(first >= list.rows.size());
}

/// What an adapter does whose vendor filters and takes an offset, and tells the total or at least whether more follows.
page<int> read_by_offset(const vendor_list& list, const list_window& window, bool tells_total) {
    window_collector<int> collector(window);
    const auto from = window.from.index + window.skip;
    collector.pass_over(window.skip, {from, 0});
    auto at = std::min<std::uint64_t>(from, list.matching.size());
    for (; at < list.matching.size() && !collector.full(); ++at)
        collector.offer(int(list.matching[at]), {at + 1, 0});
    const auto total = tells_total ? std::optional<std::uint64_t>(list.matching.size()) : std::nullopt;
    return std::move(collector).finish(at == list.matching.size(), total);
}

using query = std::vector<std::pair<std::string, std::string>>;

query next_query(paging_style style, std::uint32_t limit, unsigned turn, const page_info& before) {
    switch (style) {
    case paging_style::offset: return {{"limit", std::to_string(limit)}, {"offset", std::to_string(turn * limit)}};
    case paging_style::number: return {{"per_page", std::to_string(limit)}, {"page", std::to_string(turn + 1)}};
    case paging_style::cursor: break;
    }
    if (turn == 0)
        return {{"limit", std::to_string(limit)}};
    return {{"cursor", before.next_cursor.value()}};
}

/// Walks as a client does, from query to query; fails the test where it doesn't end.
template <class Read> numbers walk(paging_style style, std::uint32_t limit, const vendor_list& list, const Read& read) {
    numbers seen;
    page_info info;
    for (unsigned turn = 0; turn <= list.matching.size() / limit; ++turn) {
        const auto request =
            read_list_request(next_query(style, limit, turn, info), list_kind::verdicts, "run", {}, true, test_mac);
        EXPECT_EQ(request->offset, seen.size());
        const page<int> given = read(request->window);
        seen.insert(seen.end(), given.items.begin(), given.items.end());
        info = make_page_info(*request, given, "run", test_mac);
        if (given.total) {
            EXPECT_EQ(*given.total, list.matching.size());
        }
        EXPECT_EQ(info.next_cursor.has_value(), info.has_more);
        if (!info.has_more) {
            EXPECT_EQ(given.total.has_value(), true);
            return seen;
        }
    }
    ADD_FAILURE() << "the walk didn't end";
    return seen;
}

TEST(Walk, GivesEachItemOnceAndEndsInEveryStyleOnRandomLists) {
    std::mt19937 random(20260510);
    for (int round = 0; round < 300; ++round) {
        const auto list = random_list(random);
        const auto limit = static_cast<std::uint32_t>(1 + random() % (random() % 3 == 0 ? 1000 : 20));
        for (const auto style : {paging_style::offset, paging_style::number, paging_style::cursor}) {
            // The vendor's pages may be cut anew in each window: a position doesn't depend on them.
            const auto flattening = [&](const list_window& w) {
                return read_by_flattening(list, w, 1 + random() % 60);
            };
            const auto telling = [&](const list_window& w) { return read_by_offset(list, w, true); };
            ASSERT_EQ(walk(style, limit, list, flattening), list.matching) << "round " << round;
            ASSERT_EQ(walk(style, limit, list, telling), list.matching) << "round " << round;
        }
    }
}

TEST(Walk, EndsWhereTheVendorTellsNoTotalAndTheOffsetIsPastTheEnd) {
    std::mt19937 random(1);
    for (int round = 0; round < 100; ++round) {
        const auto list = random_list(random);
        const auto past = read_by_offset(list, window_of(list.matching.size() + random() % 50, 7), false);
        EXPECT_TRUE(past.items.empty());
        EXPECT_FALSE(past.has_more);
        EXPECT_EQ(past.total.value_or(list.matching.size()), list.matching.size());
        const auto walked = read_by_flattening(list, window_of(list.matching.size() + random() % 50, 7), 5);
        EXPECT_TRUE(walked.items.empty());
        EXPECT_EQ(walked.total, list.matching.size());
    }
}

TEST(Walk, MayChangeFromCountingToACursorHalfWay) {
    std::mt19937 random(2);
    for (int round = 0; round < 100; ++round) {
        const auto list = random_list(random);
        const auto request =
            read_list_request(query{{"limit", "3"}, {"offset", "6"}}, list_kind::verdicts, "run", {}, true, test_mac);
        const auto first = read_by_flattening(list, request->window, 4);
        const auto info = make_page_info(*request, first, "run", test_mac);
        if (!info.has_more)
            continue;
        const auto again =
            read_list_request(query{{"cursor", *info.next_cursor}}, list_kind::verdicts, "run", {}, true, test_mac);
        const auto second = read_by_flattening(list, again->window, 9);
        const auto end = std::min<std::size_t>(list.matching.size(), 12);
        EXPECT_EQ(second.items, numbers(list.matching.begin() + 9, list.matching.begin() + static_cast<int>(end)));
        EXPECT_EQ(again->offset, 9u);
    }
}

} // namespace
} // namespace evalbridge
