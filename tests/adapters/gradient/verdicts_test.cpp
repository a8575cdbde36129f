// Verdicts flattened from prompts, and the summary that is folded from them.

#include "tests/adapters/gradient/listing.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

TEST(Verdicts, AreFlattenedWithPagesOfOneSizeAndNoMoreThanNeeded) {
    listing of(vendor_of(450, 3));
    const auto first = of.verdicts(0, 100);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->items.size(), 100u);
    EXPECT_EQ(first->next, (walk_position{33, 1}));
    EXPECT_EQ(first->total, std::nullopt);
    EXPECT_EQ(of.pages(), (texts{"page=1&per_page=200"}));
    const auto deep = of.verdicts(600, 10); // the 201st prompt's first verdict
    EXPECT_EQ(deep->items.front().result_id, "200");
    EXPECT_EQ(of.pages().size(), 3u);
    const list_window go_on{{200, 1}, 601, 0, 10};
    const auto next = of.on.run(of.on.provider().list_verdicts("run-1", {}, go_on, of.on.plain, of.on.any_call));
    EXPECT_EQ(next->items.front().result_id, "200");
    EXPECT_EQ(of.pages().back(), "page=2&per_page=200");
    EXPECT_EQ(of.pages().size(), 4u);
}

TEST(Verdicts, TheTotalIsKnownAtTheEndAndWhereThereIsNothing) {
    listing of(vendor_of(10, 3));
    EXPECT_EQ(of.verdicts(0, 30)->total, 30u);
    EXPECT_FALSE(of.verdicts(0, 30)->has_more);
    EXPECT_EQ(of.verdicts(100, 30)->total, 30u);
    EXPECT_EQ(listing(vendor_of(0)).verdicts(0, 10)->total, 0u);
}

TEST(Verdicts, AFullWindowAtAPagesEndReadsOnToKnowWhetherMoreFollows) {
    listing of(vendor_of(400));
    const auto found = of.verdicts(0, 200);
    EXPECT_TRUE(found->has_more);
    EXPECT_EQ(found->next, (walk_position{200, 0}));
    EXPECT_EQ(of.pages().size(), 2u);
}

TEST(Verdicts, AreReadNoFurtherThanOneAnswerMay) {
    options with;
    with.page_size = 10;
    with.max_scan = 30;
    listing of(vendor_of(100), with);
    const auto full = of.verdicts(0, 30); // whether more follows isn't known, so the walk may go on and see
    ASSERT_TRUE(full);
    EXPECT_EQ(full->items.size(), 30u);
    EXPECT_EQ(full->next, (walk_position{30, 0}));
    EXPECT_EQ(of.pages().size(), 3u);
    const auto found = of.verdicts(50, 10);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::unsupported);
    EXPECT_NE(found.error().detail().find("max_scan"), std::string::npos);
    EXPECT_EQ(of.pages().size(), 6u);
}

TEST(Verdicts, OfSpansComeOnRequest) {
    auto vendor = std::make_shared<paged_vendor>();
    for (int i = 0; i < 3; ++i)
        vendor->prompts.push_back(
            R"({"prompt_id":)" + std::to_string(i + 1) +
            R"(,"prompt_level_metric_results":[{"metric_name":"a"}],"evaluation_trace_spans":[{"name":"s","span_level_metric_results":[{"metric_name":"b"}]}]})");
    listing of(vendor);
    const auto ids = [&](verdict_filter::levels level) {
        verdict_filter filter;
        filter.level = level;
        texts out;
        const auto found = of.verdicts(0, 10, filter);
        for (const auto& each : found->items)
            out.push_back(each.id);
        return out;
    };
    EXPECT_EQ(ids(verdict_filter::levels::item), (texts{"1:a", "2:a", "3:a"}));
    EXPECT_EQ(ids(verdict_filter::levels::span), (texts{"1:b:0", "2:b:0", "3:b:0"}));
    EXPECT_EQ(ids(verdict_filter::levels::all), (texts{"1:a", "1:b:0", "2:a", "2:b:0", "3:a", "3:b:0"}));
}

TEST(Summary, IsTheFoldOfEveryItemLevelVerdict) {
    auto vendor = vendor_of(450, 2);
    vendor->prompts.push_back(prompt_json(450, {R"({"metric_name":"metric 1","error_description":"no answer"})"}));
    vendor->status = "EVALUATION_RUN_EVALUATING_RESULTS";
    listing of(vendor);
    const auto found = of.on.run(of.on.provider().get_summary("run-1", of.on.plain, of.on.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->source, summary_source::computed);
    EXPECT_EQ(found->run_id, "do:run-1");
    EXPECT_EQ(found->counts.total, 901);
    EXPECT_EQ(found->counts.passed, 225);
    EXPECT_EQ(found->counts.failed, 225);
    EXPECT_EQ(found->counts.undecided, 450);
    EXPECT_EQ(found->counts.errored, 1);
    EXPECT_EQ(found->run_terminal, false);
    EXPECT_EQ(of.pages().size(), 3u);
}

TEST(Summary, OfUnreadableThresholdsDecidesNothing) {
    auto vendor = vendor_of(10);
    vendor->knows_thresholds = false;
    listing of(vendor);
    const auto found = of.on.run(of.on.provider().get_summary("run-1", of.on.plain, of.on.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->counts.undecided, 10);
}

TEST(Verdicts, AreNotFilteredByThresholdsThatCouldNotBeRead) {
    auto vendor = vendor_of(10);
    vendor->knows_thresholds = false;
    listing of(vendor);
    verdict_filter filter;
    for (const auto passed : {verdict_filter::passed_is::yes, verdict_filter::passed_is::undecided}) {
        filter.passed = passed;
        const auto found = of.verdicts(0, 10, filter);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code(), errc::provider_unavailable);
        EXPECT_EQ(found.error().provider()->name, "do");
    }
    filter.passed.reset();
    filter.metric = "correctness";
    EXPECT_EQ(of.verdicts(0, 10, filter)->items.size(), 10u);
}

TEST(Verdicts, OfATestCaseThatIsGoneHaveNoThresholds) {
    auto vendor = vendor_of(10);
    vendor->test_case_status = 404;
    listing of(vendor);
    verdict_filter filter;
    filter.passed = verdict_filter::passed_is::undecided;
    const auto found = of.verdicts(0, 10, filter);
    ASSERT_TRUE(found) << found.error().detail();
    EXPECT_EQ(found->items.size(), 10u);
    vendor->test_case_status = 503;
    EXPECT_FALSE(of.verdicts(0, 10, filter));
}

} // namespace
} // namespace evalbridge::gradient
