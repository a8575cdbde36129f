// Exports that end up whole, however often they break off on the way.

#include "cli/export_reason.hpp"
#include "cli/exporting.hpp"
#include "tests/cli/fake_gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    EXPECT_EQ(console.err.str(), "waiting: the connection broke; going on in 1 s\n"
                                 "waiting: d (HTTP 503 overloaded); going on in 4 s\n"
                                 "waiting: the connection broke; going on in 1 s\n");
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

TEST_F(Exporting, EndsWhereItBreaksOffAtTheSamePlaceAgainAndAgain) {
    expect("/export?format=ndjson", {opened_stream(), sent("{1}\n"), failed_stream(no_answer())});
    for (int i = 0; i < 100; ++i)
        expect("/export?format=ndjson&offset=1", {opened_stream(), sent("{2"), failed_stream(no_answer())});
    const auto began = at.now();
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::refused);
    EXPECT_EQ(at.opened.size(), 4u);
    EXPECT_LT(at.now() - began, 1min);
    EXPECT_EQ(explain(done.failed, at), "error: no whole answer from the gateway at http://gateway.test: the "
                                        "connection broke, 3 times in a row at the same place\n");
}

TEST_F(Exporting, GoesOnForAsLongAsRowsCome) {
    for (int row = 1; row <= 20; ++row) {
        const auto target = "/export?format=ndjson" + (row > 1 ? "&offset=" + std::to_string(row - 1) : "");
        if (row > 1)
            expect(target, {opened_stream(), failed_stream(no_answer())});
        if (row > 1)
            expect(target, {opened_stream(), failed_stream(no_answer())});
        expect(target, {opened_stream(), sent("{}\n"), failed_stream(no_answer())});
    }
    expect("/export?format=ndjson&offset=20", {opened_stream(), ended_stream()});
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::whole);
    EXPECT_EQ(done.rows, 20u);
}

TEST_F(Exporting, EndsADocumentThatBreaksOffEachTimeWithItsReason) {
    wish.form = row_form::document;
    sink.begin_anew = [this] {
        ++anew;
        return std::string();
    };
    for (int i = 0; i < 100; ++i)
        expect("/export?format=ndjson",
               {opened_stream(), sent("<?xml?>\n" + std::string(i, '\n')),
                sent("<!-- the export broke off: overloaded: 2 &gt; 1 -->\n"), failed_stream(no_answer())});
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::refused);
    EXPECT_EQ(anew, 2);
    EXPECT_EQ(done.failed.failure, "the connection broke: overloaded: 2 > 1, 3 times in a row at the same place");
}

TEST_F(Exporting, TellsOfADocumentThatCantBeginAnewThatItBrokeOff) {
    wish.form = row_form::document;
    expect("/export?format=ndjson", {opened_stream(), sent("<!-- the export broke off: unsupported: too many -->\n"),
                                     failed_stream(no_answer())});
    const auto done = run();
    EXPECT_TRUE(done.begun);
    EXPECT_EQ(explain(done.failed, at), "error: no whole answer from the gateway at http://gateway.test: the "
                                        "connection broke: unsupported: too many\n");
}

TEST(ReasonAtEnd, IsOfTheEndAndNotOfWhatAVerdictSays) {
    reason_at_end reason;
    EXPECT_EQ(reason.told(), "");
    reason.take("<failure>&lt;!-- the export broke off: no --&gt;</failure>");
    EXPECT_EQ(reason.told(), "");
    reason.take(std::string(100'000, ' ') + "<!-- the export bro");
    reason.take("ke off: a &amp;lt; &quot;b&quot; -->\n");
    EXPECT_EQ(reason.told(), "a &lt; \"b\"");
}

TEST_F(Exporting, KnowsAPartThatHasMoreRowsThanTheRun) {
    wish.had = 5;
    expect("/export?format=ndjson&offset=5", {opened_stream(), ended_stream()});
    expect("/export?format=ndjson&offset=4", {opened_stream(), ended_stream()});
    EXPECT_EQ(run().how, exported::end::overlong);
    expect("/export?format=ndjson&offset=5", {opened_stream(), ended_stream()});
    expect("/export?format=ndjson&offset=4", {opened_stream(), failed_stream(no_answer())});
    expect("/export?format=ndjson&offset=4", {opened_stream(), sent("{5}\n"), ended_stream()});
    const auto done = run();
    EXPECT_EQ(done.how, exported::end::whole);
    EXPECT_EQ(done.rows, 5u);
    EXPECT_EQ(got, "");
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

} // namespace
} // namespace evalbridge::cli
