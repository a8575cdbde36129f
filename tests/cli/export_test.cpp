// Exports that end up whole, however often they break off on the way.

#include "cli/export_file.hpp"
#include "cli/exporting.hpp"
#include "tests/cli/fake_gateway.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace evalbridge::cli {
namespace {

using namespace std::chrono_literals;
using testing::ended_stream;
using testing::failed_stream;
using testing::fake_gateway;
using testing::kept_console;
using testing::opened_stream;
using testing::sent;

TEST(RowCounter, GivesOutWholeRowsHoweverTheyCome) {
    const std::string csv = "a,b\r\n1,\"two\r\nlines \"\"x\"\"\"\r\n3,4\r\n";
    for (std::size_t size = 1; size <= csv.size(); ++size) {
        row_counter rows(row_form::csv, true);
        std::string out;
        for (std::size_t at = 0; at < csv.size(); at += size)
            out += rows.whole(std::string_view(csv).substr(at, size));
        EXPECT_EQ(out, csv);
        EXPECT_EQ(rows.rows(), 2u);
    }
    row_counter lines(row_form::lines, false);
    EXPECT_EQ(lines.whole("{\"a\":\"\\\"\"}\n{"), "{\"a\":\"\\\"\"}\n");
    lines.cut();
    EXPECT_EQ(lines.whole("{}\n"), "{}\n");
    EXPECT_EQ(lines.rows(), 2u);
}

TEST(ExportProgress, TellsTheRateAndTheEnd) {
    const auto begin = time_point(1h);
    export_progress told(begin, 0, 100'000);
    told.now_at(20'000, begin + 2s);
    EXPECT_EQ(told.line(begin + 2s), "20,000 of 100,000 rows (20%), 10,000/s, 0:08 left");
    export_progress without(begin, 500, {});
    without.now_at(1500, begin + 1s);
    EXPECT_EQ(without.line(begin + 1s), "1,500 rows, 1,000/s, 0:01");
    EXPECT_EQ(without.conclusion(begin + 1s), "1,500 rows in 0:01, 1,000/s");
}

answer no_answer() {
    answer out;
    out.failure = "the connection broke";
    return out;
}

answer problem_of(int status, const char* code, std::optional<std::chrono::milliseconds> after = {}) {
    answer out;
    out.status = status;
    out.body = std::string(R"({"code":")") + code + R"(","detail":"d"})";
    out.retry_after = after;
    return out;
}

struct Exporting : ::testing::Test {
    fake_gateway at;
    kept_console console;
    export_wish wish;
    std::string got;
    int anew = 0;
    export_sink sink;

    Exporting() {
        wish.target = "/export?format=ndjson";
        sink.write = [this](std::string_view bytes) {
            got += bytes;
            return std::string();
        };
    }
    void expect(const std::string& target, fake_gateway::script script) {
        at.streams[target].push_back(std::move(script));
    }
    exported run() { return read_export(at, console.to, wish, sink); }
};

TEST_F(Exporting, GoesOnBehindTheLastWholeRow) {
    expect("/export?format=ndjson", {opened_stream(), sent("{1}\n{2}\n{3"), failed_stream(no_answer())});
    expect("/export?format=ndjson&offset=2", {failed_stream(problem_of(503, "overloaded", 4000ms))});
    expect("/export?format=ndjson&offset=2", {opened_stream(), sent("{3}\n"), failed_stream(no_answer())});
    expect("/export?format=ndjson&offset=3", {opened_stream(), sent("{4}\n"), ended_stream()});
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::whole);
    EXPECT_EQ(done.rows, 4u);
    EXPECT_EQ(got, "{1}\n{2}\n{3}\n{4}\n");
    EXPECT_EQ(console.err.str(), "");
    EXPECT_THAT(at.pauses, ::testing::Contains(4s));
}

TEST_F(Exporting, AsksForNoSecondHeader) {
    wish.target = "/export?format=csv";
    wish.form = row_form::csv;
    wish.header = true;
    expect("/export?format=csv", {opened_stream(), sent("a,b"), failed_stream(no_answer())});
    expect("/export?format=csv", {opened_stream(), sent("a,b\r\n1,"), failed_stream(no_answer())});
    expect("/export?format=csv&offset=0", {opened_stream(), sent("1,2\r\n"), ended_stream()});
    EXPECT_EQ(run().rows, 1u);
    EXPECT_EQ(got, "a,b\r\n1,2\r\n");
}

TEST_F(Exporting, FailsAtOnceWhereNothingHasComeYetOrNeverCan) {
    expect("/export?format=ndjson", {failed_stream(no_answer())});
    EXPECT_EQ(run().how, exported::end::refused);
    expect("/export?format=ndjson", {opened_stream(), sent("{1}\n"), failed_stream(no_answer())});
    expect("/export?format=ndjson&offset=1", {failed_stream(problem_of(404, "not_found"))});
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::refused);
    EXPECT_EQ(done.rows, 1u);
    EXPECT_EQ(done.failed.status, 404);
}

TEST_F(Exporting, GivesUpWhereNothingComesForFiveMinutes) {
    expect("/export?format=ndjson", {opened_stream(), sent("{1}\n"), failed_stream(no_answer())});
    for (int i = 0; i < 100; ++i)
        expect("/export?format=ndjson&offset=1", {failed_stream(no_answer())});
    const auto began = at.now();
    EXPECT_EQ(run().how, exported::end::refused);
    EXPECT_GT(at.now() - began, 4min);
    EXPECT_LE(at.now() - began, 5min);
}

TEST_F(Exporting, BeginsADocumentAnewAndOnlyWhereItCan) {
    wish.form = row_form::document;
    expect("/export?format=ndjson", {opened_stream(), sent("<a>"), failed_stream(no_answer())});
    expect("/export?format=ndjson", {opened_stream(), sent("<a/>"), ended_stream()});
    EXPECT_EQ(run().how, exported::end::refused);
    sink.begin_anew = [this] {
        got.clear();
        return std::string();
    };
    at.streams.clear();
    expect("/export?format=ndjson", {opened_stream(), sent("<a>"), failed_stream(no_answer())});
    expect("/export?format=ndjson", {opened_stream(), sent("<a/>"), ended_stream()});
    EXPECT_EQ(run().how, exported::end::whole);
    EXPECT_EQ(got, "<a/>");
}

TEST_F(Exporting, StopsWhereItsOutputCantBeWritten) {
    sink.write = [](std::string_view) { return std::string("disk full"); };
    expect("/export?format=ndjson", {opened_stream(), sent("{1}\n"), sent("{2}\n"), ended_stream()});
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::unwritten);
    EXPECT_EQ(done.why, "disk full");
}

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
        EXPECT_EQ(first.begin(), "");
        EXPECT_EQ(first.write("{1}\n{2}\n"), "");
    }
    EXPECT_FALSE(std::filesystem::exists(name));
    export_file other(name, "another export", GetParam());
    EXPECT_FALSE(other.has_part());
    export_file again(name, "one export", GetParam());
    ASSERT_TRUE(again.has_part());
    if (!GetParam()) // as a killed process leaves it
        std::ofstream(again.part_name(), std::ios::app) << "{3";
    else
        std::filesystem::resize_file(again.part_name(), std::filesystem::file_size(again.part_name()) - 4);
    row_counter rows(row_form::lines, false);
    EXPECT_EQ(again.resume(rows), "");
    EXPECT_EQ(rows.rows(), 2u);
    EXPECT_EQ(again.write("{3}\n"), "");
    EXPECT_EQ(again.finish(), "");
    EXPECT_FALSE(again.has_part());
    const auto bytes = bytes_of(name);
    EXPECT_EQ(bytes.starts_with("\x1f\x8b"), GetParam());
    row_counter whole(row_form::lines, false);
    std::filesystem::rename(name, again.part_name());
    EXPECT_EQ(again.resume(whole), ""); // unpacks it where it is packed
    EXPECT_EQ(whole.rows(), 3u);
}

TEST(ExportFiles, SayWhyTheyCantBeWritten) {
    export_file nowhere("/nowhere/at/all", "x", false);
    EXPECT_THAT(nowhere.begin(), ::testing::HasSubstr("No such file"));
}

} // namespace
} // namespace evalbridge::cli
