// Randomly shaped runs on a server that takes random liberties, walked in both styles that a provider sees, with random
// filters: each item exactly once, and an end. Seeds are fixed, so that a failure comes again.

#include "tests/adapters/staso/staso_bench.hpp"
#include "tests/adapters/staso/verdict_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace evalbridge::staso {
namespace {

struct random_case {
    verdict_server server;
    verdict_filter filter;
    std::uint32_t limit = 50;
    options settings;
};

class dice {
  public:
    explicit dice(unsigned seed) : engine_(seed) {}
    std::uint64_t below(std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_);
    }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    template <class T> void shuffle(std::vector<T>& items) { std::ranges::shuffle(items, engine_); }
    template <class T> T pick(std::initializer_list<T> from) { return from.begin()[below(from.size())]; }

  private:
    std::mt19937 engine_;
};

random_case make_case(dice& d) {
    random_case c;
    const auto traces = d.pick<std::uint64_t>({0, 1, 5, 40, 400});
    const auto rules = 1 + d.below(7);
    for (std::uint64_t t = 0; t < traces; ++t)
        for (std::uint64_t r = 0; r < rules; ++r)
            if (!d.one_in(8))
                c.server.rows.push_back({"t" + std::to_string(t), "m" + std::to_string(r), !d.one_in(3)});
    if (d.one_in(2))
        d.shuffle(c.server.rows);
    c.server.clamp = d.pick<std::size_t>({1000, 1000, 500, 100, 33});
    c.server.tells_total = d.one_in(3);
    c.server.tells_unfiltered_total = c.server.tells_total && d.one_in(3);
    c.settings.max_page_size = d.pick<std::uint32_t>({1000, 1000, 100, 40});
    const bool is_large = c.server.rows.size() > 100; // where a small limit only takes long
    c.limit = is_large ? d.pick<std::uint32_t>({99, 100, 101, 1000}) : d.pick<std::uint32_t>({1, 20, 50, 100, 1000});
    if (d.one_in(2))
        c.filter.passed = d.pick(
            {verdict_filter::passed_is::yes, verdict_filter::passed_is::no, verdict_filter::passed_is::undecided});
    if (d.one_in(4))
        c.filter.metric = "m" + std::to_string(d.below(rules));
    if (d.one_in(6))
        c.filter.trace_id = "t" + std::to_string(d.below(traces + 1));
    if (d.one_in(10))
        c.filter.level = d.pick({verdict_filter::levels::span, verdict_filter::levels::all});
    return c;
}

// What the answers must add up to, computed from the rows and not from an answer.
bool is_listed(const served_row& row, const verdict_filter& f) {
    if (f.level == verdict_filter::levels::span || f.passed == verdict_filter::passed_is::undecided)
        return false;
    return (!f.passed || (*f.passed == verdict_filter::passed_is::yes) == row.passed) &&
           (!f.metric || *f.metric == row.rule) && (!f.trace_id || *f.trace_id == row.trace_id);
}

std::vector<std::string> expected_verdicts(const random_case& c) {
    std::vector<std::string> ids;
    for (const auto& row : c.server.rows)
        if (is_listed(row, c.filter))
            ids.push_back(row.trace_id + "/" + row.rule);
    return ids;
}

std::vector<std::string> expected_results(const random_case& c) {
    std::vector<std::string> order;
    for (const auto& row : c.server.rows)
        if (std::ranges::find(order, row.trace_id) == order.end())
            order.push_back(row.trace_id);
    std::vector<std::string> ids;
    for (const auto& trace : order) {
        const auto matching = [&](const served_row& row) { return row.trace_id == trace && is_listed(row, c.filter); };
        const bool trace_alone = !c.filter.passed && !c.filter.metric;
        if (trace_alone ? !c.filter.trace_id || *c.filter.trace_id == trace
                        : std::ranges::any_of(c.server.rows, matching))
            ids.push_back(trace);
    }
    return ids;
}

std::string id_of(const verdict& v) { return v.result_id + "/" + v.measured.metric.native_name; }
std::string id_of(const run_result& r) { return r.id; }

enum class style { cursor, offset };

template <class List>
void expect_walk(const random_case& c, style how, const std::vector<std::string>& expected, List list) {
    std::vector<std::string> got;
    list_window window;
    window.limit = c.limit;
    for (std::size_t pages = 0; pages <= expected.size() / c.limit + 2; ++pages) {
        auto page = list(window);
        ASSERT_TRUE(page) << page.error().detail();
        ASSERT_LE(page->items.size(), c.limit);
        ASSERT_EQ(page->has_more, page->next.has_value());
        for (const auto& each : page->items)
            got.push_back(id_of(each));
        if (!page->has_more) {
            EXPECT_EQ(got, expected);
            if (page->total)
                EXPECT_EQ(*page->total, expected.size());
            return;
        }
        ASSERT_EQ(page->items.size(), c.limit) << "a page may only be short at the end";
        if (how == style::cursor) {
            window.from = *page->next;
            window.ordinal = got.size();
        } else {
            window.skip = got.size();
        }
    }
    FAIL() << "the walk doesn't end";
}

class StasoWalk : public ::testing::TestWithParam<unsigned> {};

TEST_P(StasoWalk, MeetsEachItemExactlyOnceAndEnds) {
    dice d(GetParam());
    for (int round = 0; round < 5; ++round) {
        auto c = make_case(d);
        SCOPED_TRACE("round " + std::to_string(round) + ", " + std::to_string(c.server.rows.size()) + " rows, limit " +
                     std::to_string(c.limit) + ", clamp " + std::to_string(c.server.clamp));
        const auto verdicts = expected_verdicts(c);
        const auto results = expected_results(c);
        for (const auto how : {style::cursor, style::offset}) {
            bench b(c.server.answerer(), c.settings);
            expect_walk(c, how, verdicts, [&](const list_window& w) {
                return b.run(b.provider().list_verdicts("r1", c.filter, w, b.plain, b.any_call));
            });
            expect_walk(c, how, results, [&](const list_window& w) {
                return b.run(b.provider().list_results("r1", c.filter, w, b.plain, b.any_call));
            });
            for (const auto& request : b.wire.requests)
                if (request.target.find("/verdicts") != std::string::npos)
                    ASSERT_LE(std::stoul(verdict_server::query(request.target, "limit")), c.settings.max_page_size);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StasoWalk, ::testing::Range(1u, 17u));

} // namespace
} // namespace evalbridge::staso
