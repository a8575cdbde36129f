// Which of the vendor's answers are handed on as true for good.

#include "tests/adapters/staso/staso_bench.hpp"
#include "tests/adapters/staso/verdict_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

using ::testing::Each;

std::vector<std::string> kept_by(const bench& b) {
    std::vector<std::string> out;
    for (const auto& each : b.wire.kept)
        out.emplace_back(each.operation);
    return out;
}

TEST(StasoKeep, ReadsTheResultsOfAnEndedRunOnce) {
    verdict_server server;
    server.rows = plain_rows(2345);
    bench b(server.answerer());
    b.wire.answers_from_kept = true;
    b.any_call.run_has_ended = true;
    list_window window;
    window.limit = 50;
    std::vector<std::string> met;
    for (int pages = 0; pages < 100; ++pages) {
        const auto found = b.run(b.provider().list_results("r1", {}, window, b.plain, b.any_call));
        ASSERT_TRUE(found) << found.error().detail();
        for (const auto& each : found->items)
            met.push_back(each.id);
        EXPECT_EQ(b.wire.requests.size(), 3u) << "one walk over the vendor's pages serves every page of ours";
        if (!found->has_more)
            break;
        window.from = *found->next;
        window.ordinal = met.size();
    }
    EXPECT_EQ(met.size(), 2345u);
    EXPECT_THAT(kept_by(b), Each(std::string("list_verdicts")));
}

TEST(StasoKeep, AsksAgainWhileARunGoesOn) {
    verdict_server server;
    server.rows = plain_rows(5);
    bench b(server.answerer());
    b.wire.answers_from_kept = true;
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(b.run(b.provider().list_results("r1", {}, {}, b.plain, b.any_call)));
    EXPECT_GE(b.wire.requests.size(), 2u);
    EXPECT_TRUE(b.wire.kept.empty());
}

TEST(StasoKeep, NoPageThatContradictsWhatWasAskedFor) {
    verdict_server server;
    server.rows = plain_rows(30);
    server.ignores_filter = true;
    bench b(server.answerer());
    b.any_call.run_has_ended = true;
    verdict_filter passed;
    passed.passed = verdict_filter::passed_is::yes;
    ASSERT_FALSE(b.run(b.provider().list_verdicts("r1", passed, {}, b.plain, b.any_call)));
    EXPECT_TRUE(b.wire.kept.empty());
}

TEST(StasoKeep, TheSummaryOfAnEndedRunAndWhatItIsComputedFrom) {
    constexpr const char* summary = R"({"passed":1,"total":2})";
    bench told;
    told.any_call.run_has_ended = true;
    told.wire.push(200, summary);
    ASSERT_TRUE(told.run(told.provider().get_summary("r1", told.plain, told.any_call)));
    EXPECT_EQ(kept_by(told), std::vector<std::string>{"get_summary"});

    bench live;
    live.wire.push(200, summary);
    ASSERT_TRUE(live.run(live.provider().get_summary("r1", live.plain, live.any_call)));
    EXPECT_TRUE(live.wire.kept.empty());

    bench computed; // nobody knew that it has ended, but its row says so
    computed.wire.push(404, "{}");
    computed.wire.push(200, R"({"id":"r1","status":"completed"})");
    computed.wire.push(200, R"({"verdicts":[],"total":0})");
    ASSERT_TRUE(computed.run(computed.provider().get_summary("r1", computed.plain, computed.any_call)));
    EXPECT_EQ(kept_by(computed), (std::vector<std::string>{"get_run", "list_verdicts"}));
}

TEST(StasoKeep, NothingThatCannotBeReadWhichIsToldApart) {
    bench b;
    auto half = verdict_server::json_answer("{\"id\":");
    half.fields.add("X-Request-Id", "req-ak_live_planted_secret");
    b.wire.push(half);
    const auto found = b.run(b.provider().get_run("r1", b.plain, b.any_call));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::provider_malformed);
    EXPECT_EQ(found.error().provider()->name, "staso-test");
    EXPECT_EQ(found.error().provider()->status, 200);
    EXPECT_EQ(found.error().provider()->request_id, "req-[key]");
    EXPECT_TRUE(b.wire.kept.empty());
}

} // namespace
} // namespace evalbridge::staso
