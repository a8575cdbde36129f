// `evalbridge export` as a whole: what it says, what it ends with, and what it leaves.

#include "cli/console.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/raw_gateway.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

using namespace evalbridge::cli;
using evalbridge::testing::raw_gateway;
using evalbridge::testing::redirected;
using evalbridge::testing::run;
using evalbridge::testing::scratch_folder;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

struct ExportCommand : ::testing::Test {
    scratch_folder folder;
    std::string name = (folder.path() / "out").string();
    std::string out, err;

    int export_from(const raw_gateway& server, const char* format, const std::string& to) {
        const auto url = "http://127.0.0.1:" + std::to_string(server.port());
        std::stringbuf written;
        redirected streams(&written);
        const int code =
            run({"evalbridge", "export", "p:1", "--url", url.c_str(), "--format", format, "-o", to.c_str()});
        out = written.str();
        err = streams.said.str();
        return code;
    }
    bool leaves_nothing() const { return std::filesystem::is_empty(folder.path()); }
};

const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";

} // namespace

TEST_F(ExportCommand, LeavesNoPartOfWhatWasRefused) {
    for (const auto* format : {"ndjson", "junit"}) {
        raw_gateway server([](raw_gateway::peer& to) {
            to.send("HTTP/1.1 409 Conflict\r\nContent-Length: 23\r\n\r\n{\"detail\":\"it goes on\"}");
        });
        EXPECT_EQ(export_from(server, format, name), exit_failed);
        EXPECT_THAT(err, HasSubstr("it goes on"));
        EXPECT_TRUE(leaves_nothing()) << format;
    }
}

TEST_F(ExportCommand, SaysOfAReportOnStdoutThatAndWhyItBrokeOff) {
    raw_gateway server([](raw_gateway::peer& to) {
        to.send(head + "<?xml?>\n<!-- the export broke off: overloaded: too large -->\n");
    });
    EXPECT_EQ(export_from(server, "junit", "-"), exit_failed);
    EXPECT_THAT(err, HasSubstr(": the answer broke off: overloaded: too large\n"));
    EXPECT_THAT(err, HasSubstr("what was written is not complete\n"));
    EXPECT_THAT(err, Not(HasSubstr("serve")));
}

TEST_F(ExportCommand, AsksNobodyWhereItCantWrite) {
    raw_gateway server([](raw_gateway::peer&) { ADD_FAILURE() << "was asked"; });
    EXPECT_EQ(export_from(server, "ndjson", folder.path().string()), exit_failed);
    EXPECT_EQ(err, "error: can't write " + folder.path().string() + ": Is a directory\n");
}
