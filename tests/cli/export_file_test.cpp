// The file that an export ends up in: whole or not at all, and what was there before is respected.

#include "cli/export_file.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace evalbridge::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string bytes_of(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct ExportFile : ::testing::TestWithParam<bool> {
    testing::scratch_folder folder;
    std::string name = (folder.path() / "out.ndjson").string();
};
INSTANTIATE_TEST_SUITE_P(PlainAndPacked, ExportFile, ::testing::Bool());

TEST_P(ExportFile, HasItsNameOnceItIsWholeAndGoesOnWithAPart) {
    {
        export_file first(name, "one export", GetParam());
        EXPECT_FALSE(first.has_part());
        EXPECT_EQ(first.claim(), "");
        EXPECT_EQ(first.write("{1}\n{2}\n"), "");
    }
    EXPECT_FALSE(fs::exists(name));
    export_file other(name, "another export", GetParam());
    EXPECT_FALSE(other.has_part());
    export_file again(name, "one export", GetParam());
    ASSERT_TRUE(again.has_part());
    if (!GetParam()) // as a killed process leaves it
        std::ofstream(again.part_name(), std::ios::app) << "{3";
    else
        fs::resize_file(again.part_name(), fs::file_size(again.part_name()) - 4);
    EXPECT_EQ(again.claim(), "");
    row_counter rows(row_form::lines, false);
    EXPECT_EQ(again.resume(rows), "");
    EXPECT_EQ(rows.rows(), 2u);
    EXPECT_EQ(again.write("{3}\n"), "");
    EXPECT_EQ(again.finish(), "");
    EXPECT_FALSE(again.has_part());
    const auto bytes = bytes_of(name);
    EXPECT_EQ(bytes.starts_with("\x1f\x8b"), GetParam());
    row_counter whole(row_form::lines, false);
    fs::rename(name, again.part_name());
    EXPECT_EQ(again.resume(whole), ""); // unpacks it where it is packed
    EXPECT_EQ(whole.rows(), 3u);
}

struct ExportFiles : ::testing::Test {
    testing::scratch_folder folder;
    std::string name = (folder.path() / "out.ndjson").string();

    /// The export of one row from its begin to its end: why it failed, if it did.
    static std::string export_to(const std::string& to) {
        export_file file(to, "x", false);
        auto failed = file.claim();
        if (failed.empty())
            failed = file.write("{1}\n");
        return failed.empty() ? file.finish() : failed;
    }
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path()), {}));
    }
};

TEST_F(ExportFiles, SayWhyTheyCantBeWritten) {
    export_file nowhere("/nowhere/at/all", "x", false);
    EXPECT_THAT(nowhere.claim(), HasSubstr("No such file"));
    export_file a_folder(folder.path().string(), "x", false);
    EXPECT_EQ(a_folder.claim(), folder.path().string() + ": Is a directory");
}

TEST_F(ExportFiles, AreWrittenByOneExportAtATime) {
    export_file first(name, "x", false);
    EXPECT_EQ(first.claim(), "");
    EXPECT_EQ(first.write("{1}\n"), "");
    export_file second(name, "x", false);
    EXPECT_EQ(second.claim(), second.part_name() + ": another export is writing it");
    EXPECT_EQ(first.begin(), "");
    EXPECT_NE(export_file(name, "x", false).claim(), ""); // begun anew it still is the first one's
    row_counter rows(row_form::lines, false);
    EXPECT_EQ(first.resume(rows), "");
    EXPECT_NE(export_file(name, "x", false).claim(), "");
    EXPECT_EQ(export_file(name, "another", false).claim(), "");
    EXPECT_EQ(first.finish(), "");
    EXPECT_EQ(second.claim(), "");
}

TEST_F(ExportFiles, KeepThePermissionsOfWhatTheyReplace) {
    for (const auto mode : {0600u, 0444u, 0666u, 0755u}) {
        std::ofstream(name) << "old";
        ASSERT_EQ(::chmod(name.c_str(), mode), 0);
        EXPECT_EQ(export_to(name), "");
        EXPECT_EQ(static_cast<unsigned>(fs::status(name).permissions()), mode);
        EXPECT_EQ(bytes_of(name), "{1}\n");
        fs::remove(name);
    }
    const auto before = ::umask(027);
    EXPECT_EQ(export_to(name), "");
    ::umask(before);
    EXPECT_EQ(static_cast<unsigned>(fs::status(name).permissions()), 0640u);
}

TEST_F(ExportFiles, ShowNobodyMoreWhileTheyAreWritten) {
    std::ofstream(name) << "old";
    ASSERT_EQ(::chmod(name.c_str(), 0600), 0);
    export_file file(name, "x", false);
    std::ofstream(file.part_name()) << "{0}\n";
    ASSERT_EQ(::chmod(file.part_name().c_str(), 0644), 0);
    EXPECT_EQ(file.claim(), "");
    EXPECT_EQ(file.write("{1}\n"), "");
    EXPECT_EQ(static_cast<unsigned>(fs::status(file.part_name()).permissions()), 0600u);
}

TEST_F(ExportFiles, LeaveLinksAndWriteWhatTheyLeadTo) {
    fs::create_directory(folder.path() / "there");
    fs::create_symlink("there/real", name);
    for (const auto* round : {"to nothing yet", "to a file"}) {
        EXPECT_EQ(export_to(name), "") << round;
        EXPECT_TRUE(fs::is_symlink(name)) << round;
        EXPECT_EQ(bytes_of(folder.path() / "there/real"), "{1}\n") << round;
    }
    EXPECT_EQ(entries(), 2u);
    fs::remove(name);
    fs::create_symlink("out.ndjson", name);
    EXPECT_THAT(export_to(name), HasSubstr("Too many levels of symbolic links"));
}

TEST_F(ExportFiles, WriteStraightToWhatIsNoFile) {
    ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
    const int reader = ::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(reader, 0);
    EXPECT_EQ(export_to(name), "");
    char got[10] = {};
    EXPECT_EQ(::read(reader, got, sizeof got), 4);
    EXPECT_STREQ(got, "{1}\n");
    ::close(reader);
    EXPECT_TRUE(fs::is_fifo(name));
    EXPECT_EQ(entries(), 1u);
    export_file device("/dev/null", "x", false);
    EXPECT_FALSE(device.keeps_part());
    EXPECT_FALSE(device.has_part());
    EXPECT_EQ(export_to("/dev/null"), "");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(ExportFiles, LeaveNothingThatIsOfNoUse) {
    export_file file(name, "x", false);
    EXPECT_EQ(file.claim(), "");
    file.discard(); // nothing came
    EXPECT_EQ(entries(), 0u);
    EXPECT_EQ(file.claim(), "");
    EXPECT_EQ(file.write("<a>"), "");
    file.discard();
    EXPECT_EQ(entries(), 0u);
    std::ofstream(file.part_name()) << "{1}\n"; // of an earlier export, which may be gone on with yet
    EXPECT_EQ(file.claim(), "");
    file.discard();
    EXPECT_EQ(bytes_of(file.part_name()), "{1}\n");
}

} // namespace
} // namespace evalbridge::cli
