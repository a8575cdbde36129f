#include "cli/teller.hpp"

#include <gtest/gtest.h>

using namespace evalbridge;
using namespace evalbridge::cli;
using namespace std::chrono_literals;

namespace {

run_view view_of(const std::string& id, const std::string& status) {
    run_view out;
    out.id = id;
    out.status = status;
    return out;
}

std::string line(std::initializer_list<run_view> views, duration elapsed) {
    std::deque<followed_run> runs;
    for (const auto& each : views)
        runs.emplace_back(each);
    return progress_line(runs, elapsed, time_point(1h));
}

} // namespace

TEST(StateOf, LeavesOutWhatIsNotKnown) {
    auto run = view_of("p:1", "pending");
    run.total = 1500;
    EXPECT_EQ(state_of(run), "pending 1,500 items");
    run.total = 1;
    EXPECT_EQ(state_of(run), "pending 1 item");
    run.total.reset();
    run.done = 3;
    EXPECT_EQ(state_of(run), "pending 3 done");
}

TEST(ProgressLine, TellsOneRunWholeAndSeveralInNumbers) {
    auto one = view_of("p:1", "running");
    one.phase = "evaluating";
    one.done = 12;
    one.total = 1040;
    EXPECT_EQ(line({one}, 34s), "p:1: running (evaluating) 12/1,040 (1%), 0:34");
    const auto two = view_of("p:2", "completed");
    EXPECT_EQ(line({two, one, two}, 3700s), "3 runs: 2 completed, 1 running, 1:01:40");
}

TEST(ProgressLine, KeepsToNumbersThatMakeSense) {
    auto one = view_of("p:1", "running");
    one.done = 9;
    one.total = 0;
    EXPECT_EQ(line({one}, 0s), "p:1: running 9/0, 0:00");
    one.total = 3;
    EXPECT_EQ(line({one}, 0s), "p:1: running 9/3 (100%), 0:00");
}
