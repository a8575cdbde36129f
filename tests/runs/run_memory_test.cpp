#include "runs/run_memory.hpp"

#include "tests/support/scripted_upstream.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

run make_run(run_status status, std::string native_status, std::string id = "p:1") {
    run r;
    r.id = std::move(id);
    r.status = status;
    r.native_status = std::move(native_status);
    return r;
}

struct RunMemory : ::testing::Test {
    testing::captured_log log;
    run_memory memory{log, 3};
};

TEST_F(RunMemory, FreezesATerminalStatusAndLogsTheContradiction) {
    auto ended = make_run(run_status::completed, "DONE");
    ended.outcome = run_outcome::failed;
    memory.observe(ended);
    auto later = make_run(run_status::running, "RUNNING");
    later.outcome = run_outcome::passed;
    memory.observe(later);
    EXPECT_EQ(later.status, run_status::completed);
    EXPECT_EQ(later.native_status, "DONE");
    EXPECT_EQ(later.outcome, run_outcome::failed);
    EXPECT_EQ(memory.contradictions(), 1u);
    EXPECT_TRUE(log.has("terminal_status_contradicted"));
    ASSERT_EQ(later.mapping.size(), 1u);
    EXPECT_EQ(later.mapping[0].member, "status");
}

TEST_F(RunMemory, SaysNothingWhenATerminalStatusIsRepeated) {
    auto ended = make_run(run_status::failed, "FAILED");
    memory.observe(ended);
    memory.observe(ended);
    EXPECT_EQ(memory.contradictions(), 0u);
    EXPECT_TRUE(ended.mapping.empty());
    EXPECT_TRUE(memory.is_terminal("p:1"));
}

TEST_F(RunMemory, ShowsCancellingAfterOurCancelUntilTheVendorSaysOtherwise) {
    memory.cancel_requested("p:1");
    auto going_on = make_run(run_status::running, "running");
    memory.observe(going_on);
    EXPECT_EQ(going_on.status, run_status::cancelling);
    EXPECT_EQ(going_on.native_status, "running");
    EXPECT_FALSE(memory.is_terminal("p:1"));
    auto done = make_run(run_status::completed, "completed");
    memory.observe(done);
    EXPECT_EQ(done.status, run_status::completed);
    EXPECT_TRUE(memory.is_terminal("p:1"));
}

TEST_F(RunMemory, LeavesATerminalRunAloneWhenACancelComesLate) {
    auto done = make_run(run_status::completed, "completed");
    memory.observe(done);
    memory.cancel_requested("p:1");
    auto again = make_run(run_status::completed, "completed");
    memory.observe(again);
    EXPECT_EQ(again.status, run_status::completed);
}

TEST_F(RunMemory, KeepsTheLabelsARunWasStartedWith) {
    auto fresh = make_run(run_status::pending, "pending");
    memory.created(fresh, {{"team", "checkout"}});
    auto read = make_run(run_status::running, "running");
    memory.observe(read);
    EXPECT_EQ(read.labels.at("team"), "checkout");
}

TEST_F(RunMemory, ForgetsTheLeastRecentlyUsedBeyondItsCapacity) {
    for (const auto* id : {"p:1", "p:2", "p:3"}) {
        auto ended = make_run(run_status::completed, "x", id);
        memory.observe(ended);
    }
    auto used = make_run(run_status::completed, "x", "p:1");
    memory.observe(used);
    auto fourth = make_run(run_status::completed, "x", "p:4");
    memory.observe(fourth);
    EXPECT_TRUE(memory.is_terminal("p:1"));
    EXPECT_FALSE(memory.is_terminal("p:2"));
}

TEST_F(RunMemory, HoldsNothingForLiveRunsItWasNotToldOf) {
    for (int i = 0; i < 10; ++i) {
        auto live = make_run(run_status::running, "x", "p:live" + std::to_string(i));
        memory.observe(live);
    }
    auto ended = make_run(run_status::completed, "x");
    memory.observe(ended);
    EXPECT_TRUE(memory.is_terminal("p:1"));
}

} // namespace
} // namespace evalbridge
