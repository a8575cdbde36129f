#include "adapters/staso/reads.hpp"
#include "tests/adapters/staso/staso_bench.hpp"
#include "tests/adapters/staso/verdict_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace evalbridge::staso {
namespace {

using ::testing::ElementsAre;
using passed_is = verdict_filter::passed_is;

std::string window_of(const bench& b, std::size_t request) {
    const auto target = b.target(request);
    return verdict_server::query(target, "offset") + "+" + verdict_server::query(target, "limit");
}

list_window window(std::uint64_t offset, std::uint32_t limit) {
    list_window w;
    w.skip = offset;
    w.limit = limit;
    return w;
}

std::vector<std::string> traces(const page<verdict>& p) {
    std::vector<std::string> out;
    for (const auto& each : p.items)
        out.push_back(each.result_id);
    return out;
}

struct listing : bench {
    explicit listing(verdict_server& server, options with = {}) : bench(server.answerer(), std::move(with)) {}
    page<verdict> list(const list_window& w, const verdict_filter& filter = {}) {
        auto found = run(provider().list_verdicts("r1", filter, w, plain, any_call));
        EXPECT_TRUE(found) << found.error().detail();
        return found ? std::move(*found) : page<verdict>{};
    }
    std::size_t calls() { return wire.requests.size(); }
};

TEST(StasoListEnd, IsNotAShortPageAlone) {
    EXPECT_TRUE(ends_list(40, 10, 0, 0, {})) << "nothing came";
    EXPECT_FALSE(ends_list(10, 10, 10, 0, {})) << "a full page";
    EXPECT_FALSE(ends_list(7, 10, 7, 0, {})) << "may be the server's own limit";
    EXPECT_FALSE(ends_list(7, 10, 7, 7, {}));
    EXPECT_TRUE(ends_list(7, 10, 7, 8, {})) << "the server can do more";
    EXPECT_TRUE(ends_list(7, 10, 7, 0, 7)) << "the total says so";
    EXPECT_FALSE(ends_list(7, 10, 7, 50, 8)) << "the total says otherwise";
    EXPECT_TRUE(ends_list(7, 10, 7, 50, 3)) << "a total below what was read is none";
}

TEST(StasoVerdicts, AskForOneRowMoreThanTheWindow) {
    verdict_server server{plain_rows(100)};
    listing b(server);
    const auto first = b.list(window(0, 50));
    EXPECT_EQ(first.items.size(), 50u);
    EXPECT_TRUE(first.has_more);
    EXPECT_EQ(first.next, (walk_position{50, 0}));
    EXPECT_FALSE(first.total);
    EXPECT_FALSE(first.run_terminal) << "no run row was read";
    EXPECT_EQ(window_of(b, 0), "0+51");
    EXPECT_EQ(b.calls(), 1u);
    EXPECT_EQ(b.wire.calls[0].operation, "list_verdicts");
}

TEST(StasoVerdicts, TakeNoCallMoreForTheLastPageOfAServerThatServedALargerOne) {
    verdict_server server{plain_rows(100)};
    listing b(server);
    (void)b.list(window(0, 50));
    const auto last = b.list(window(60, 50));
    EXPECT_EQ(last.items.size(), 40u);
    EXPECT_FALSE(last.has_more);
    EXPECT_FALSE(last.next);
    EXPECT_EQ(last.total, 100u);
    EXPECT_EQ(b.calls(), 2u);
}

TEST(StasoVerdicts, AskOnceMoreWhereAShortPageMayBeTheServersLimit) {
    verdict_server server{plain_rows(30)};
    listing b(server);
    const auto all = b.list(window(0, 50));
    EXPECT_EQ(all.items.size(), 30u);
    EXPECT_FALSE(all.has_more);
    EXPECT_EQ(all.total, 30u);
    EXPECT_EQ(b.calls(), 2u);
    EXPECT_EQ(window_of(b, 1), "30+21");
}

TEST(StasoVerdicts, TakeATotalAtItsWord) {
    verdict_server server{plain_rows(30)};
    server.tells_total = true;
    listing b(server);
    const auto all = b.list(window(0, 50));
    EXPECT_EQ(all.total, 30u);
    EXPECT_FALSE(all.has_more);
    EXPECT_EQ(b.calls(), 1u);
    const auto some = b.list(window(10, 5));
    EXPECT_EQ(some.total, 30u);
    EXPECT_TRUE(some.has_more);
    EXPECT_EQ(b.calls(), 2u);
    const auto behind = b.list(window(100'000, 50));
    EXPECT_EQ(behind.total, 30u);
    EXPECT_TRUE(behind.items.empty());
    EXPECT_FALSE(behind.has_more);
    EXPECT_EQ(b.calls(), 3u);
}

TEST(StasoVerdicts, GoOnPastAServersOwnLimit) {
    verdict_server server{plain_rows(100)};
    server.clamp = 20;
    listing b(server);
    const auto first = b.list(window(5, 50));
    EXPECT_EQ(first.items.size(), 50u);
    EXPECT_TRUE(first.has_more);
    EXPECT_EQ(first.next, (walk_position{55, 0}));
    EXPECT_EQ(b.calls(), 3u);
    EXPECT_EQ(window_of(b, 0) + " " + window_of(b, 1) + " " + window_of(b, 2), "5+51 25+31 45+11");
}

TEST(StasoVerdicts, NeverAskForMoreThanTheLargestPage) {
    verdict_server server{plain_rows(2500)};
    listing b(server);
    const auto first = b.list(window(0, 1000));
    EXPECT_EQ(first.items.size(), 1000u);
    EXPECT_TRUE(first.has_more);
    EXPECT_EQ(b.calls(), 1u);
    EXPECT_EQ(window_of(b, 0), "0+1000");

    options smaller;
    smaller.max_page_size = 100;
    listing s(server, smaller);
    const auto wide = s.list(window(0, 250));
    EXPECT_EQ(wide.items.size(), 250u);
    EXPECT_EQ(s.calls(), 3u);
    EXPECT_EQ(window_of(s, 2), "200+50");
}

TEST(StasoVerdicts, EndAWalkAtTheLargestPageWithAnEmptyOneWhereNoTotalTells) {
    verdict_server server{plain_rows(1000)};
    listing b(server);
    const auto first = b.list(window(0, 1000));
    EXPECT_TRUE(first.has_more);
    list_window w;
    w.from = *first.next;
    w.ordinal = 1000;
    w.limit = 1000;
    const auto last = b.list(w);
    EXPECT_TRUE(last.items.empty());
    EXPECT_FALSE(last.has_more);
    EXPECT_EQ(last.total, 1000u);
    EXPECT_EQ(b.calls(), 2u);
}

TEST(StasoVerdicts, DoNotMakeUpATotalBehindTheEnd) {
    verdict_server server{plain_rows(10)};
    listing b(server);
    const auto beyond = b.list(window(5000, 50));
    EXPECT_TRUE(beyond.items.empty());
    EXPECT_FALSE(beyond.has_more);
    EXPECT_FALSE(beyond.total);
    EXPECT_EQ(b.calls(), 1u);
    server.tells_total = true;
    EXPECT_EQ(b.list(window(5000, 50)).total, 10u) << "the vendor's word, as on every other page";
    server.rows.clear();
    EXPECT_EQ(b.list(window(0, 50)).total, 0u);
}

TEST(StasoVerdicts, LeaveTheFilterOnPassedToTheVendor) {
    verdict_server server{plain_rows(100)};
    listing b(server);
    verdict_filter filter;
    filter.passed = passed_is::no;
    const auto failed = b.list(window(30, 10), filter);
    EXPECT_EQ(failed.items.size(), 4u);
    EXPECT_EQ(verdict_server::query(b.target(0), "passed"), "false");
    EXPECT_EQ(verdict_server::query(b.target(0), "offset"), "30") << "offsets count in the filtered list";
    EXPECT_EQ(failed.total, 34u);
    filter.passed = passed_is::yes;
    (void)b.list(window(0, 10), filter);
    EXPECT_EQ(verdict_server::query(b.target(2), "passed"), "true");
}

TEST(StasoVerdicts, AreMalformedWhenTheVendorDidNotFilter) {
    verdict_server server{plain_rows(10)};
    server.ignores_filter = true;
    listing b(server);
    verdict_filter filter;
    filter.passed = passed_is::no;
    const auto lied = b.run(b.provider().list_verdicts("r1", filter, window(0, 5), b.plain, b.any_call));
    ASSERT_FALSE(lied);
    EXPECT_EQ(lied.error().code(), errc::provider_malformed);
    EXPECT_EQ(lied.error().provider()->name, "staso-test");
}

TEST(StasoVerdicts, SurviveATotalThatDoesNotKnowOfTheFilter) {
    verdict_server server{plain_rows(30)};
    server.tells_total = server.tells_unfiltered_total = true;
    listing b(server);
    verdict_filter filter;
    filter.passed = passed_is::no;
    const auto failed = b.list(window(0, 10), filter);
    EXPECT_EQ(failed.items.size(), 10u);
    EXPECT_FALSE(failed.has_more);
    EXPECT_EQ(failed.total, 10u);
}

TEST(StasoVerdicts, OfSpansAreNoneAndAskForTheRunAlone) {
    verdict_server server{plain_rows(30)};
    listing b(server);
    verdict_filter filter;
    filter.level = verdict_filter::levels::span;
    const auto none = b.list(window(0, 10), filter);
    EXPECT_TRUE(none.items.empty());
    EXPECT_FALSE(none.has_more);
    EXPECT_EQ(none.total, 0u);
    EXPECT_EQ(none.run_terminal, true);
    EXPECT_EQ(b.calls(), 1u);
    EXPECT_EQ(b.target(0), "/v1/eval/runs/r1");
    filter.level = verdict_filter::levels::all;
    EXPECT_EQ(b.list(window(0, 10), filter).items.size(), 10u);
    EXPECT_EQ(b.calls(), 2u);
}

TEST(StasoVerdicts, OfSpansOfAnUnknownRunAreNotFound) {
    bench b;
    b.wire.push(404, "{}");
    verdict_filter filter;
    filter.level = verdict_filter::levels::span;
    const auto missing = b.run(b.provider().list_verdicts("r1", filter, window(0, 5), b.plain, b.any_call));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), errc::not_found);
}

TEST(StasoVerdicts, AreScannedWhereTheVendorCannotFilter) {
    verdict_server server{plain_rows(2500)};
    for (const std::size_t at : {3u, 1500u, 2400u})
        server.rows[at].rule = "rare";
    listing b(server);
    verdict_filter filter;
    filter.metric = "rare";
    const auto two = b.list(window(0, 2), filter);
    EXPECT_THAT(traces(two), ElementsAre("t3", "t1500"));
    EXPECT_TRUE(two.has_more);
    EXPECT_EQ(two.next, (walk_position{1501, 0}));
    EXPECT_EQ(b.calls(), 3u);
    EXPECT_EQ(window_of(b, 2), "2000+1000");

    list_window rest;
    rest.from = *two.next;
    rest.ordinal = 2;
    rest.limit = 2;
    const auto last = b.list(rest, filter);
    EXPECT_THAT(traces(last), ElementsAre("t2400"));
    EXPECT_FALSE(last.has_more);
    EXPECT_EQ(last.total, 3u);
    EXPECT_EQ(b.calls(), 4u) << "one page, short of what the server can do";
    EXPECT_EQ(window_of(b, 3), "1501+1000");
}

TEST(StasoVerdicts, ScanWithTheVendorsFilterWhereBothAreAsked) {
    verdict_server server{plain_rows(30)};
    listing b(server);
    verdict_filter filter;
    filter.passed = passed_is::no;
    filter.trace_id = "t27";
    EXPECT_THAT(traces(b.list(window(0, 5), filter)), ElementsAre("t27"));
    EXPECT_EQ(verdict_server::query(b.target(0), "passed"), "false");
    filter.passed = passed_is::undecided;
    EXPECT_TRUE(b.list(window(0, 5), filter).items.empty());
    EXPECT_EQ(verdict_server::query(b.target(2), "passed"), "");
}

TEST(StasoVerdicts, StopAScanAtItsLimitAndSaySo) {
    verdict_server server{plain_rows(3000)};
    options o;
    o.max_scan = 1500;
    listing b(server, o);
    verdict_filter filter;
    filter.metric = "absent";
    const auto refused = b.run(b.provider().list_verdicts("r1", filter, window(0, 5), b.plain, b.any_call));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::unsupported);
    EXPECT_NE(refused.error().detail().find("1500"), std::string::npos);
    EXPECT_NE(refused.error().detail().find("max_scan"), std::string::npos);
    EXPECT_EQ(b.calls(), 2u);
    EXPECT_EQ(window_of(b, 1), "1000+500");
}

TEST(StasoVerdicts, EndAFullPageWhereAScanMayReadNoFurther) {
    verdict_server server{plain_rows(2900)};
    for (const std::size_t at : {3u, 700u, 2400u})
        server.rows[at].rule = "rare";
    options o;
    o.max_scan = 1500;
    listing b(server, o);
    verdict_filter filter;
    filter.metric = "rare";
    const auto full = b.list(window(0, 2), filter);
    EXPECT_THAT(traces(full), ElementsAre("t3", "t700"));
    EXPECT_TRUE(full.has_more);
    EXPECT_EQ(full.next, (walk_position{1500, 0}));
    EXPECT_FALSE(full.total);
    ASSERT_TRUE(full.next);
    list_window rest;
    rest.from = *full.next;
    rest.ordinal = 2;
    rest.limit = 2;
    const auto last = b.list(rest, filter);
    EXPECT_THAT(traces(last), ElementsAre("t2400"));
    EXPECT_FALSE(last.has_more);
    EXPECT_EQ(last.total, 3u);
}

TEST(StasoVerdicts, AreMalformedWhenTheVendorPassesTheLimitOver) {
    verdict_server server{plain_rows(40)};
    server.ignores_limit = true;
    listing b(server);
    const auto lied = b.run(b.provider().list_verdicts("r1", {}, window(0, 5), b.plain, b.any_call));
    ASSERT_FALSE(lied);
    EXPECT_EQ(lied.error().code(), errc::provider_malformed);
    EXPECT_EQ(lied.error().provider()->name, "staso-test");
    EXPECT_EQ(b.calls(), 1u);
}

TEST(StasoVerdicts, DropRepeatsFromAScanHoweverLargeItsPagesAre) {
    verdict_server server{plain_rows(10)};
    server.rows.insert(server.rows.begin() + 4, server.rows[1]);
    server.tells_total = true;
    verdict_filter filter;
    filter.metric = "m";
    for (const std::uint32_t largest : {3u, 1000u}) {
        options o;
        o.max_page_size = largest;
        listing b(server, o);
        const auto all = b.list(window(0, 50), filter);
        EXPECT_EQ(all.items.size(), 10u) << largest;
        EXPECT_EQ(all.total, 10u) << largest;
    }
}

TEST(StasoVerdicts, DropRowsThatMovedIntoTheNextPage) {
    verdict_server server{plain_rows(40)};
    server.clamp = 20;
    testing::scripted_upstream::answerer moving = [&](const http_request& request) -> result<http_response> {
        auto answer = server.answer(request);
        server.rows.insert(server.rows.begin(), {"new" + std::to_string(server.rows.size()), "m", true});
        return answer;
    };
    bench moved(moving);
    const auto found = moved.run(moved.provider().list_verdicts("r1", {}, window(0, 100), moved.plain, moved.any_call));
    ASSERT_TRUE(found);
    std::set<std::string> ids;
    for (const auto& each : found->items)
        EXPECT_TRUE(ids.insert(each.id).second) << each.id;
    EXPECT_EQ(ids.size(), 40u);
}

TEST(StasoVerdicts, EndWhenTheVendorServesTheSameRowsOverAndOver) {
    verdict_server server{plain_rows(40)};
    server.clamp = 20;
    server.ignores_offset = true;
    listing b(server);
    const auto all = b.list(window(0, 100));
    EXPECT_EQ(all.items.size(), 20u);
    EXPECT_FALSE(all.has_more);
    EXPECT_EQ(b.calls(), 2u);
}

TEST(StasoVerdicts, OfAnUnknownRunAreNotFound) {
    bench b;
    b.wire.push(404, R"({"detail":"no run"})");
    const auto missing = b.run(b.provider().list_verdicts("r1", {}, window(0, 5), b.plain, b.any_call));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), errc::not_found);
    EXPECT_EQ(b.run(b.provider().list_verdicts("..", {}, window(0, 5), b.plain, b.any_call)).error().code(),
              errc::not_found);
    EXPECT_EQ(b.wire.requests.size(), 1u);
}

} // namespace
} // namespace evalbridge::staso
