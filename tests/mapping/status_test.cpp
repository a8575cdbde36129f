#include "mapping/status.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace evalbridge {
namespace {

using enum run_status;

constexpr run_status all[] = {pending, running, cancelling, completed, partial, failed, cancelled, unknown};

TEST(Status, EveryNameIsItsOwnAndReadsBack) {
    std::set<std::string_view> names;
    for (const auto status : all) {
        EXPECT_EQ(parse_run_status(name_of(status)), status);
        names.insert(name_of(status));
    }
    EXPECT_EQ(names, (std::set<std::string_view>{"pending", "running", "cancelling", "completed", "partial", "failed",
                                                 "cancelled", "unknown"}));
}

TEST(Status, OtherTextIsNoStatus) {
    for (const auto text : {"", "Pending", "passed", "completed ", "EVALUATION_RUN_QUEUED"})
        EXPECT_EQ(parse_run_status(text), std::nullopt) << text;
}

TEST(Status, TheFourEndsAreTerminalAndNothingElse) {
    for (const auto status : all) {
        const bool end = status == completed || status == partial || status == failed || status == cancelled;
        EXPECT_EQ(is_terminal(status), end) << name_of(status);
    }
}

TEST(Status, OutcomesHaveNames) {
    EXPECT_EQ(name_of(run_outcome::passed), "passed");
    EXPECT_EQ(name_of(run_outcome::failed), "failed");
}

TEST(NextStatus, TheFirstReadIsShownAsItIs) {
    for (const auto read : all) {
        bool contradicted = true;
        EXPECT_EQ(next_status({}, read, contradicted), read);
        EXPECT_FALSE(contradicted);
    }
}

// Rows: shown. Columns: read, in the order of `all`. Written out, so that a change to the rules shows here cell by
// cell.
constexpr run_status expected[8][8] = {
    /* pending    */ {pending, running, cancelling, completed, partial, failed, cancelled, unknown},
    /* running    */ {pending, running, cancelling, completed, partial, failed, cancelled, unknown},
    /* cancelling */ {cancelling, cancelling, cancelling, completed, partial, failed, cancelled, cancelling},
    /* completed  */ {completed, completed, completed, completed, completed, completed, completed, completed},
    /* partial    */ {partial, partial, partial, partial, partial, partial, partial, partial},
    /* failed     */ {failed, failed, failed, failed, failed, failed, failed, failed},
    /* cancelled  */ {cancelled, cancelled, cancelled, cancelled, cancelled, cancelled, cancelled, cancelled},
    /* unknown    */ {pending, running, cancelling, completed, partial, failed, cancelled, unknown},
};

TEST(NextStatus, IsTheTableForEveryPair) {
    for (std::size_t shown = 0; shown < 8; ++shown)
        for (std::size_t read = 0; read < 8; ++read) {
            bool contradicted = false;
            EXPECT_EQ(next_status(all[shown], all[read], contradicted), expected[shown][read])
                << name_of(all[shown]) << " then " << name_of(all[read]);
        }
}

TEST(NextStatus, OnlyADifferentAnswerAfterTheEndContradicts) {
    for (const auto shown : all)
        for (const auto read : all)
            for (const bool before : {false, true}) {
                bool contradicted = before;
                next_status(shown, read, contradicted);
                EXPECT_EQ(contradicted, is_terminal(shown) && shown != read)
                    << name_of(shown) << " then " << name_of(read);
            }
}

} // namespace
} // namespace evalbridge
