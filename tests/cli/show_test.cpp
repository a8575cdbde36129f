#include "cli/show.hpp"

#include "tests/cli/fake_gateway.hpp"

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using evalbridge::testing::kept_console;
using ::testing::HasSubstr;
using ::testing::Not;
namespace json = boost::json;

TEST(Show, ASummaryHasARowForEachMetricAndOneForAll) {
    kept_console console;
    show_summary(console.to, read_summary(json::parse(R"({
        "run_id":"p:1","total":1240,"passed":70,"failed":9,"undecided":1161,"errored":0,"pass_rate":0.886,"average_score":null,
        "average_latency_ms":12.25,"run_terminal":true,
        "metrics":[{"metric":{"name":"correctness"},"total":20,"passed":10,"failed":5,"undecided":0,"errored":5,
                    "pass_rate":0.66666,"average_score":0.71,"average_latency_ms":null}]})")));
    EXPECT_EQ(console.out.str(),
              "METRIC       TOTAL  PASSED  FAILED  UNDECIDED  ERRORED  PASS RATE  SCORE   LATENCY\n"
              "correctness     20      10       5          0        5      66.7%   0.71         -\n"
              "all metrics  1,240      70       9      1,161        0      88.6%      -  12.25 ms\n");
}

TEST(Show, ASummaryOfARunThatGoesOnSaysSo) {
    kept_console console;
    show_summary(console.to, read_summary(json::parse(R"({"total":0,"run_terminal":false})")));
    EXPECT_THAT(console.out.str(), HasSubstr("The run goes on"));
}

TEST(Show, VerdictsTellPassedFailedUndecidedAndErroredApart) {
    kept_console console;
    std::vector<verdict_view> rows;
    for (
        const auto* each :
        {R"({"result_id":"r1","trace_id":"t1","metric":{"name":"m"},"passed":true,"score":1,"reason":"good"})",
         R"({"result_id":"r2","trace_id":null,"metric":{"name":"m"},"passed":false,"score":0.25,"reason":"bad\u001b[2J"})",
         R"({"result_id":"r3","metric":{"name":"tone"},"passed":null,"score":null,"value":{"text":"joy"}})",
         R"({"result_id":"r4","metric":{"name":"m"},"passed":null,"error":"judge timed out"})"})
        rows.push_back(read_verdict(json::parse(each)));
    show_verdicts(console.to, rows);
    EXPECT_EQ(console.out.str(), "PASSED  METRIC  SCORE  ITEM  REASON\n"
                                 "passed  m           1  t1    good\n"
                                 "failed  m        0.25  r2    bad [2J\n"
                                 "-       tone      joy  r3\n"
                                 "error   m           -  r4    judge timed out\n");
}

TEST(Show, VerdictsOfSpansHaveAColumnForThem) {
    kept_console console;
    show_verdicts(
        console.to,
        {read_verdict(json::parse(R"({"result_id":"r","metric":{"name":"m"},"span":{"index":3,"name":"search"}})"))});
    EXPECT_THAT(console.out.str(), HasSubstr("SPAN"));
    EXPECT_THAT(console.out.str(), HasSubstr("3 search"));
}

TEST(Show, TheFooterCountsHonestly) {
    page_view more{1234, "c", true}, unknown{{}, "c", {}}, all{3, {}, true}, open{3, {}, false};
    EXPECT_EQ(verdicts_footer(50, more, false),
              "The first 50 of 1,234 verdicts; --limit 0 shows all, --json every field.");
    EXPECT_EQ(verdicts_footer(50, unknown, true),
              "The first 50 matching verdicts; --limit 0 shows all, --json every field.");
    EXPECT_EQ(verdicts_footer(3, all, true), "All 3 matching verdicts.");
    EXPECT_EQ(verdicts_footer(3, open, false), "All 3 verdicts. The run goes on, so there may be more.");
    EXPECT_EQ(verdicts_footer(0, all, true), "No matching verdicts.");
}

TEST(Show, ARunTellsStatusAndOutcomeApartAndLeavesOutWhatIsNull) {
    kept_console console;
    show_run(console.to,
             json::parse(R"({"id":"p:1","provider":"p","vendor":"v","name":"weekly\neval","status":"completed",
        "native_status":"SUCCESSFUL","outcome":"failed","terminal":true,"scope":{"agent_id":"a","sample_pct":20},
        "agent":{"id":"a1","name":null},"metrics":[{"name":"x"},{"name":"y"}],"progress":null,"labels":{"team":"checkout"},
        "created_at":"2026-10-01T00:00:00Z","baseline_run_id":null,
        "star_metric":{"metric":{"name":"x"},"threshold":0.8,"result":null},
        "run_metrics":[{"metric":{"name":"x"},"passed":false,"score":0.7}]})"));
    const auto text = console.out.str();
    for (const auto* line :
         {"id             p:1\n", "name           weekly eval\n", "status         completed (there: SUCCESSFUL)\n",
          "outcome        failed\n", "scope          agent_id=a, sample_pct=20\n", "metrics        x, y\n",
          "star metric    x, threshold 0.8\n", "agent          a1\n", "labels         team=checkout\n",
          "failed  x         0.7  run\n"})
        EXPECT_THAT(text, HasSubstr(line));
    EXPECT_THAT(text, Not(HasSubstr("baseline")));
    EXPECT_THAT(text, Not(HasSubstr("agent name")));
}

TEST(Show, SurvivesObjectsOfANewerOrOtherServer) {
    kept_console console;
    for (const auto* each :
         {"null", "[]", "7", "{}", R"({"id":7,"status":[],"progress":3,"metrics":{},"labels":[1],"scope":"x",
                             "run_metrics":[null,{"metric":[]}],"star_metric":[],"raw":[1]})"}) {
        const auto value = json::parse(each);
        show_run(console.to, value);
        show_summary(console.to, read_summary(value));
        show_verdicts(console.to, {read_verdict(value)});
        EXPECT_EQ(read_page(value).next_cursor, std::nullopt);
    }
}
