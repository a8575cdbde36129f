// How many calls a list of results costs, and what it does with a vendor whose pages aren't what was asked for.

#include "tests/adapters/gradient/listing.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

TEST(Results, AWindowCostsTheFewestPages) {
    listing of(vendor_of(500));
    const auto found = of.results(50, 50);
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_EQ(found->items.size(), 50u);
    EXPECT_EQ(found->items.front().id, "50");
    EXPECT_EQ(found->total, 500u);
    EXPECT_EQ(found->next, (walk_position{100, 0}));
    EXPECT_EQ(found->run_terminal, true);
    EXPECT_EQ(of.pages(), (texts{"page=2&per_page=50"}));
    ASSERT_TRUE(of.results(0, 500));
    EXPECT_EQ(of.pages().size(), 4u);
}

TEST(Results, TheThresholdsCostTwoCallsOnce) {
    listing of(vendor_of(10));
    ASSERT_TRUE(of.results(0, 5));
    ASSERT_TRUE(of.results(5, 5));
    EXPECT_EQ(of.on.wire.requests.size(), 4u);
}

TEST(Results, PromptsWithoutMetricResultsCostNoThresholds) {
    listing of(vendor_of(10, 0));
    ASSERT_TRUE(of.results(0, 10));
    EXPECT_EQ(of.on.wire.requests.size(), 1u);
}

TEST(Results, TheEndIsKnownFromTheTotalAndAnEmptyRunIsOneCall) {
    listing of(vendor_of(100));
    EXPECT_FALSE(of.results(50, 50)->has_more);
    EXPECT_EQ(of.results(50, 50)->total, 100u);
    EXPECT_EQ(of.results(300, 50)->items.size(), 0u);
    EXPECT_EQ(of.results(300, 50)->total, 100u);
    listing empty(vendor_of(0));
    const auto found = empty.results(0, 50);
    EXPECT_EQ(found->total, 0u);
    EXPECT_FALSE(found->has_more);
    EXPECT_EQ(empty.on.wire.requests.size(), 1u);
}

TEST(Results, AClampedPageIsNoticedOnceAndNothingIsLost) {
    auto vendor = vendor_of(100);
    vendor->clamp = 20;
    listing of(vendor);
    const auto found = of.results(0, 50);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items.size(), 50u);
    EXPECT_EQ(found->items.back().id, "49");
    // Once twenty are known to be the most, two pages of seventeen cover the rest.
    EXPECT_EQ(of.pages(), (texts{"page=1&per_page=50", "page=2&per_page=17", "page=3&per_page=17"}));
    const auto later = of.results(60, 20);
    EXPECT_EQ(later->items.front().id, "60");
    EXPECT_EQ(of.pages().size(), 4u);
    EXPECT_EQ(of.pages().back(), "page=4&per_page=20");
}

TEST(Results, AClampedPageInTheMiddleIsAskedForAgain) {
    for (const bool meta : {true, false}) {
        auto vendor = vendor_of(95);
        vendor->clamp = 20;
        vendor->meta = meta;
        listing of(vendor);
        const auto found = of.results(50, 25);
        ASSERT_TRUE(found) << found.error().detail();
        ASSERT_EQ(found->items.size(), 25u);
        EXPECT_EQ(found->items.front().id, "50");
        EXPECT_EQ(found->items.back().id, "74");
    }
}

TEST(Results, AShortPageByChanceIsntTakenForTheLastOne) {
    // Asked for page 2 of 20: five rows of 25 would be right, but they are rows 5 to 9 of a vendor that serves five a
    // page.
    auto vendor = vendor_of(25);
    vendor->clamp = 5;
    vendor->pages_in_meta = false;
    listing of(vendor);
    const auto found = of.results(20, 20);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->items.size(), 5u);
    EXPECT_EQ(found->items.front().id, "20");
}

TEST(Results, ATotalThatLiesEndsWithTheRows) {
    auto vendor = vendor_of(7);
    vendor->told_total = 100;
    listing of(vendor);
    const auto found = of.results(0, 50);
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_EQ(found->items.size(), 7u);
    EXPECT_FALSE(found->has_more);
    EXPECT_EQ(found->total, 7u);
    vendor->told_total = UINT64_MAX; // and the provider doesn't take seven for the size of the vendor's pages
    vendor->prompts = vendor_of(60)->prompts;
    ASSERT_TRUE(of.results(0, 50));
    EXPECT_EQ(of.pages().back(), "page=1&per_page=50");
}

TEST(Results, WithoutMetaAFullPageLeavesTheEndOpenAndAnEmptyOneClosesIt) {
    auto vendor = vendor_of(100);
    vendor->meta = false;
    listing of(vendor);
    const auto last = of.results(50, 50);
    EXPECT_TRUE(last->has_more);
    EXPECT_EQ(last->total, std::nullopt);
    const auto after = of.results(100, 50);
    EXPECT_FALSE(after->has_more);
    EXPECT_TRUE(after->items.empty());
    EXPECT_EQ(of.pages().size(), 2u);
}

TEST(Results, LinksAloneTellTheEnd) {
    auto vendor = vendor_of(100);
    vendor->meta = false;
    vendor->links = true;
    listing of(vendor);
    EXPECT_TRUE(of.results(0, 50)->has_more);
    EXPECT_FALSE(of.results(50, 50)->has_more);
}

TEST(Results, AVendorThatRepeatsItsFirstPageIsMalformedNotEndless) {
    const auto same = std::make_shared<paged_vendor>(*vendor_of(10));
    same->meta = false;
    bench on(
        [same](const http_request& request) {
            auto first = request;
            if (const auto at = first.target.find("?page="); at != std::string::npos)
                first.target = first.target.substr(0, at) + "?page=1&per_page=10";
            return (*same)(first);
        },
        [] {
            options with;
            with.page_size = 10;
            return with;
        }());
    const auto found = on.run(on.provider().get_summary("run-1", on.plain, on.any_call));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::provider_malformed);
    EXPECT_LT(on.wire.requests.size(), 8u);
}

TEST(Results, AVendorThatDoesntPageHasOnePage) {
    const auto whole = std::make_shared<paged_vendor>(*vendor_of(10));
    whole->meta = false;
    bench on([whole](const http_request& request) {
        auto first = request;
        if (const auto at = first.target.find("?page="); at != std::string::npos)
            first.target = first.target.substr(0, at) + "?page=1&per_page=200";
        return (*whole)(first);
    });
    const auto found =
        on.run(on.provider().list_results("run-1", on.no_filter, on.first_window, on.plain, on.any_call));
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_EQ(found->items.size(), 10u);
    EXPECT_FALSE(found->has_more);
}

TEST(Results, AFilterKeepsWhatHasAMatchingVerdict) {
    listing of(vendor_of(450));
    verdict_filter failed;
    failed.passed = verdict_filter::passed_is::no;
    const auto found = of.results(0, 500, failed);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->items.size(), 225u);
    EXPECT_EQ(found->total, 225u);
    EXPECT_EQ(of.pages(), (texts{"page=1&per_page=200", "page=2&per_page=200", "page=3&per_page=200"}));
    verdict_filter trace;
    trace.trace_id = "t-3";
    EXPECT_EQ(of.results(0, 500, trace)->items.size(), 90u);
}

TEST(Results, AreNotFilteredByThresholdsThatCouldNotBeRead) {
    auto vendor = vendor_of(10);
    vendor->test_case_status = 500;
    listing of(vendor);
    verdict_filter failed;
    failed.passed = verdict_filter::passed_is::no;
    const auto found = of.results(0, 10, failed);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::provider_unavailable);
    EXPECT_EQ(of.results(0, 10)->items.size(), 10u);
    vendor->test_case_status = 200;
    EXPECT_EQ(of.results(0, 10, failed)->items.size(), 5u);
}

TEST(Results, AFullWindowIsGivenAlthoughMoreMayNotBeRead) {
    options with;
    with.page_size = 10;
    with.max_scan = 30;
    listing of(vendor_of(100), with);
    verdict_filter trace;
    trace.trace_id = "t-3"; // 3, 8, 13, ...: six among the first thirty
    const auto found = of.results(0, 6, trace);
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_EQ(found->items.size(), 6u);
    EXPECT_TRUE(found->has_more);
    EXPECT_EQ(found->next, (walk_position{30, 0}));
    EXPECT_EQ(of.pages().size(), 3u);
    EXPECT_FALSE(of.results(0, 7, trace));
}

TEST(Results, TheLargestOffsetStillAsksTheVendor) {
    listing of(vendor_of(10));
    const auto found = of.results(std::uint64_t(1) << 53, 10);
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_TRUE(found->items.empty());
    EXPECT_EQ(found->total, 10u);
    EXPECT_FALSE(of.pages().empty());
}

TEST(Results, AVendorThatGivesMoreThanAskedAndTheSameAgainHasOnePage) {
    const auto whole = std::make_shared<paged_vendor>(*vendor_of(30));
    whole->meta = false;
    options with;
    with.page_size = 10;
    bench on(
        [whole](const http_request& request) {
            auto first = request;
            if (const auto at = first.target.find("?page="); at != std::string::npos)
                first.target = first.target.substr(0, at) + "?page=1&per_page=200";
            return (*whole)(first);
        },
        with);
    for (int times = 0; times < 2; ++times) { // nothing wrong is learnt of the vendor's pages
        const auto found = on.run(on.provider().get_summary("run-1", on.plain, on.any_call));
        ASSERT_TRUE(found) << found.error().detail();
        EXPECT_EQ(found->counts.total, 30);
    }
}

} // namespace
} // namespace evalbridge::gradient
