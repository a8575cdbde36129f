#include "runs/usual_durations.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using std::chrono::seconds;

run ended_run(std::string id, int took, std::string metric = "m", run_status status = run_status::completed) {
    run r;
    r.id = std::move(id);
    r.provider = "p";
    r.status = status;
    r.scope = trace_scope{"t"};
    metric_ref ref;
    ref.native_name = std::move(metric);
    r.metrics.push_back(ref);
    r.started_at = timestamp(seconds(1'000'000));
    r.finished_at = *r.started_at + seconds(took);
    return r;
}

TEST(UsualDurations, AreTheMedianFromTheThirdRunOn) {
    usual_durations usual;
    usual.learn(ended_run("1", 10));
    usual.learn(ended_run("2", 500));
    EXPECT_FALSE(usual.of(ended_run("", 0)));
    usual.learn(ended_run("3", 30));
    EXPECT_EQ(usual.of(ended_run("", 0)), seconds(30));
}

TEST(UsualDurations, ARunCountsOnce) {
    usual_durations usual;
    for (int i = 0; i < 5; ++i)
        usual.learn(ended_run("the same", 10));
    EXPECT_FALSE(usual.of(ended_run("", 0)));
}

TEST(UsualDurations, TellKindsOfRunsApart) {
    usual_durations usual;
    for (const auto* id : {"1", "2", "3"})
        usual.learn(ended_run(id, 10, "a"));
    EXPECT_TRUE(usual.of(ended_run("", 0, "a")));
    EXPECT_FALSE(usual.of(ended_run("", 0, "b")));
    auto other_scope = ended_run("", 0, "a");
    other_scope.scope = dataset_scope{"d"};
    EXPECT_FALSE(usual.of(other_scope));
    auto other_trace = ended_run("", 0, "a");
    other_trace.scope = trace_scope{"another"};
    EXPECT_TRUE(usual.of(other_trace)) << "the kind of scope counts, not what it names";
    auto other_provider = ended_run("", 0, "a");
    other_provider.provider = "q";
    EXPECT_FALSE(usual.of(other_provider));
}

TEST(UsualDurations, LearnNothingFromRunsThatDidNotCompleteOrHaveNoTimes) {
    usual_durations usual;
    for (const auto* id : {"1", "2", "3"}) {
        usual.learn(ended_run(id, 10, "m", run_status::failed));
        usual.learn(ended_run(id, -5));
        auto timeless = ended_run(id, 10);
        timeless.finished_at.reset();
        usual.learn(timeless);
    }
    EXPECT_FALSE(usual.of(ended_run("", 0)));
    for (const auto* id : {"1", "2", "3"}) {
        auto never_started = ended_run(id, 10);
        never_started.created_at = *never_started.started_at - seconds(5);
        never_started.started_at.reset();
        usual.learn(never_started);
    }
    EXPECT_EQ(usual.of(ended_run("", 0)), seconds(15));
}

TEST(UsualDurations, FollowTheLatestSixteenAndForgetTheKindLearnedLongestAgo) {
    usual_durations usual(2);
    for (int i = 0; i < 20; ++i)
        usual.learn(ended_run(std::to_string(i), i < 12 ? 10 : 99, "a"));
    EXPECT_EQ(usual.of(ended_run("", 0, "a")), seconds(99)) << "8 of the latest 16, and the upper median";
    for (const auto* id : {"1", "2", "3"}) {
        usual.learn(ended_run(id, 10, "b"));
        usual.learn(ended_run(id, 10, "c"));
    }
    EXPECT_FALSE(usual.of(ended_run("", 0, "a")));
    EXPECT_TRUE(usual.of(ended_run("", 0, "b")));
}

} // namespace
} // namespace evalbridge
