#include "cli/console.hpp"
#include "tests/cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using evalbridge::testing::redirected;
using evalbridge::testing::run;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

/// Takes nothing, as a full disk.
class full final : public std::streambuf {};

/// What it says of wrong arguments.
std::string refused(std::initializer_list<const char*> arguments) {
    std::stringbuf written;
    redirected streams(&written);
    EXPECT_EQ(run(arguments), exit_usage);
    EXPECT_EQ(written.str(), "");
    return streams.said.str();
}

} // namespace

TEST(Program, FailsWhereItsHelpCannotBeWritten) {
    for (const auto* flag : {"--help", "--version"}) {
        full nowhere;
        redirected streams(&nowhere);
        EXPECT_EQ(run({"evalbridge", flag}), exit_failed) << flag;
        EXPECT_EQ(streams.said.str(), "error: can't write to stdout\n");
    }
}

TEST(Program, TellsHelpAndVersion) {
    for (const auto* flag : {"--help", "--version"}) {
        std::stringbuf written;
        redirected streams(&written);
        EXPECT_EQ(run({"evalbridge", flag}), exit_done) << flag;
        EXPECT_NE(written.str().find("evalbridge"), std::string::npos) << flag;
        EXPECT_EQ(streams.said.str(), "");
    }
}

TEST(Program, WantsToKnowWhichRunToWatch) {
    std::stringbuf written;
    redirected streams(&written);
    EXPECT_EQ(run({"evalbridge", "watch"}), exit_usage);
    EXPECT_EQ(run({"evalbridge", "watch", "p:1", "--give-up", "soon"}), exit_usage);
    EXPECT_EQ(written.str(), "");
}

TEST(Program, SaysInAWordWhatIsNoCount) {
    const auto* words = "must be a whole number, 0 or more\n";
    EXPECT_THAT(refused({"evalbridge", "runs", "--limit", "-1"}), HasSubstr(words));
    EXPECT_THAT(refused({"evalbridge", "verdicts", "p:1", "--limit", "x"}), HasSubstr(words));
    EXPECT_THAT(refused({"evalbridge", "verdicts", "p:1", "--limit", "1.5"}), HasSubstr(words));
    EXPECT_THAT(refused({"evalbridge", "compare", "p:1", "p:2", "--flips", "-1"}), HasSubstr(words));
    EXPECT_THAT(refused({"evalbridge", "runs", "--limit", "99999999999999999999"}), HasSubstr("is too large\n"));
}

TEST(Program, NamesWhatItDoesNotKnow) {
    EXPECT_THAT(refused({"evalbridge", "--nope"}), StartsWith("error: `evalbridge` takes no --nope\n"));
    EXPECT_THAT(refused({"evalbridge", "store", "chekc"}),
                StartsWith("error: `evalbridge store` takes no chekc; did you mean `check`?\n"));
    EXPECT_THAT(refused({"evalbridge", "export", "--nope"}),
                StartsWith("error: `evalbridge export` takes no --nope\n"));
    EXPECT_THAT(refused({"evalbridge", "store"}), HasSubstr("required"));
}

TEST(Program, TakesNoEmptyKey) {
    EXPECT_THAT(refused({"evalbridge", "run", "-p", "x", "--trace", "t", "--idempotency-key", ""}),
                HasSubstr("--idempotency-key: must not be empty: is it from a variable that isn't set?"));
}
