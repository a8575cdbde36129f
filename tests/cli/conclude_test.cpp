#include "cli/conclude.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

run_view run(std::string status, std::optional<std::string> outcome = {}, std::optional<std::string> error = {}) {
    run_view out;
    out.id = "p:1";
    out.status = std::move(status);
    out.outcome = std::move(outcome);
    out.error = std::move(error);
    out.terminal = true;
    return out;
}

} // namespace

TEST(Conclusion, IsNullOnlyForWholeRunsThatNoGateFailed) {
    struct row {
        const char* status;
        std::optional<std::string> outcome;
        int exit;
    };
    const row rows[] = {
        {"completed", "passed", 0}, {"completed", {}, 0}, {"completed", "failed", 1},
        {"partial", "passed", 1},   {"partial", {}, 1},   {"failed", {}, 1},
        {"failed", "passed", 1},    {"cancelled", {}, 1}, {"unknown", {}, 1},
        {"a newer status", {}, 1},  {"", {}, 1},
    };
    for (const auto& each : rows)
        EXPECT_EQ(conclude({run(each.status, each.outcome)}).exit, each.exit) << each.status;
}

TEST(Conclusion, IsThatOfTheWorstRunAndOfNoRunsAFailure) {
    EXPECT_EQ(conclude({run("completed", "passed"), run("failed"), run("completed", "passed")}).exit, 1);
    EXPECT_EQ(conclude({run("completed", "passed"), run("completed", "passed")}).exit, 0);
    EXPECT_EQ(conclude({}).exit, 1);
}

TEST(Conclusion, SaysWhy) {
    EXPECT_THAT(conclude({run("failed", {}, "nothing matched\nthe scope")}).reasons,
                ElementsAre("p:1 didn't complete: its status is failed: nothing matched the scope"));
    EXPECT_THAT(conclude({run("completed", "failed")}).reasons,
                ElementsAre(HasSubstr("its outcome at the provider is failed")));
    EXPECT_THAT(conclude({run("completed")}).reasons, ElementsAre(HasSubstr("has no outcome")));
    EXPECT_THAT(conclude({run("completed", "passed")}).reasons, IsEmpty());
    EXPECT_THAT(conclude({run("partial", "failed")}).reasons.size(), 2u);
}
