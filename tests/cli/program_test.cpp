#include "cli/cli.hpp"
#include "cli/console.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <streambuf>

using namespace evalbridge::cli;

namespace {

/// Takes nothing, as a full disk.
class full final : public std::streambuf {};

/// The process's streams with others in their place.
struct redirected {
    explicit redirected(std::streambuf* out) : out_(std::cout.rdbuf(out)), err_(std::cerr.rdbuf(said.rdbuf())) {}
    ~redirected() {
        std::cout.rdbuf(out_);
        std::cerr.rdbuf(err_);
        std::cout.clear();
    }
    std::ostringstream said;

  private:
    std::streambuf* out_;
    std::streambuf* err_;
};

int run(std::initializer_list<const char*> arguments) {
    return run_program(static_cast<int>(arguments.size()), arguments.begin());
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
