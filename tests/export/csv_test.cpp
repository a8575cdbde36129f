// CSV that every reader takes apart in the same way, and that no spreadsheet runs.

#include "export/csv.hpp"
#include "tests/mapping/random_unified.hpp"

#include <gtest/gtest.h>

#include <charconv>

namespace evalbridge {
namespace {

std::string cell(std::string_view text, bool guard = true) {
    std::string out;
    append_csv_text(out, text, guard);
    return out;
}

struct cell_row {
    std::string_view text;
    std::string_view written;
};

TEST(CsvCells, AreQuotedWhereTheyHaveToBeAndNotElsewhere) {
    constexpr cell_row rows[] = {
        {"", ""},
        {"plain text 1.5", "plain text 1.5"},
        {"a,b", R"("a,b")"},
        {"a;b", R"("a;b")"},
        {"say \"no\"", R"("say ""no""")"},
        {"two\r\nlines", "\"two\r\nlines\""},
        {"one\nline", "\"one\nline\""},
        {"a\tb", "\"a\tb\""},
        {" lead", "\" lead\""},
        {"trail ", "\"trail \""},
        {"\"", R"("""")"},
        {"Z\xC3\xBCrich", "\"Z\xC3\xBCrich\""},
    };
    for (const auto& each : rows)
        EXPECT_EQ(cell(each.text), each.written) << each.text;
}

TEST(CsvCells, ThatLookLikeFormulasAreDefused) {
    constexpr std::string_view formulas[] = {"=1+1",
                                             "+1",
                                             "-1+2",
                                             "@SUM(A1)",
                                             "\t=1",
                                             "\r=1",
                                             "\n=1",
                                             "=HYPERLINK(\"http://x\",\"y\")",
                                             "  =1+1",
                                             "-",
                                             "-2+3+cmd",
                                             "\xEF\xBC\x9D"
                                             "1",
                                             "=cmd|' /C calc'!A0"};
    for (const auto each : formulas) {
        const auto written = cell(each);
        EXPECT_TRUE(written.starts_with("\"'")) << written;
        EXPECT_TRUE(written.ends_with("\"")) << written;
        EXPECT_FALSE(cell(each, false).starts_with("\"'")) << each;
    }
    for (const auto* each : {"a=1", "1-2", "x@y.z", "'quoted'", "3.5", "(=1)"})
        EXPECT_EQ(cell(each), each);
}

TEST(CsvCells, HoldNothingThatIsNotUtf8AndNoNul) {
    EXPECT_EQ(cell(std::string_view("a\0b", 3)), "\"a\xEF\xBF\xBD"
                                                 "b\"");
    EXPECT_EQ(cell("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
    EXPECT_EQ(cell("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

/// As RFC 4180 has it, and nothing else: the records' cells; empty where it isn't CSV.
std::vector<std::vector<std::string>> take_apart(std::string_view csv) {
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> record;
    std::size_t at = 0;
    while (at < csv.size()) {
        std::string text;
        if (csv[at] == '"') {
            for (++at;; ++at) {
                if (at >= csv.size())
                    return {};
                if (csv[at] == '"' && csv.substr(at + 1, 1) == "\"")
                    ++at;
                else if (csv[at] == '"')
                    break;
                text += csv[at];
            }
            ++at;
        } else {
            const auto end = std::min(csv.find_first_of(",\r", at), csv.size());
            text = csv.substr(at, end - at);
            if (text.find_first_of("\"\n") != std::string::npos)
                return {};
            at = end;
        }
        record.push_back(text);
        if (csv.substr(at, 2) == "\r\n") {
            records.push_back(std::exchange(record, {}));
            at += 2;
        } else if (at < csv.size() && csv[at] == ',') {
            ++at;
        } else {
            return {};
        }
    }
    return record.empty() ? records : std::vector<std::vector<std::string>>();
}

std::optional<double> number_in(const std::string& text) {
    double out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

TEST(CsvRows, HaveTheSameColumnsForEveryVerdictAndGiveBackItsTexts) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        test::random_unified any(seed);
        const auto v = any.verdict();
        for (const bool raw : {false, true}) {
            csv_options options;
            options.guard = false;
            options.raw = raw;
            std::string csv;
            append_csv_header(csv, options);
            append_csv_row(csv, v, options);
            const auto records = take_apart(csv);
            ASSERT_EQ(records.size(), 2u) << csv;
            ASSERT_EQ(records[0].size(), raw ? 27u : 26u);
            ASSERT_EQ(records[1].size(), records[0].size()) << csv;
            std::map<std::string, std::string> row;
            for (std::size_t i = 0; i < records[0].size(); ++i)
                row[records[0][i]] = records[1][i];
            const auto same_text = [](std::string_view text) {
                std::string written;
                append_csv_text(written, text, false);
                return take_apart(written + "\r\n").at(0).at(0);
            };
            EXPECT_EQ(row["verdict_id"], same_text(v.id));
            EXPECT_EQ(row["metric"], same_text(v.measured.metric.name));
            EXPECT_EQ(row["reason"], same_text(v.measured.reason ? std::string_view(*v.measured.reason) : ""));
            EXPECT_EQ(row["error"], same_text(v.measured.error ? std::string_view(*v.measured.error) : ""));
            EXPECT_EQ(row["passed"], !v.measured.passed ? "" : *v.measured.passed ? "true" : "false");
            EXPECT_EQ(row["span_index"], v.span ? std::to_string(v.span->index) : "");
            EXPECT_EQ(row["latency_ms"], v.latency_ms ? std::to_string(*v.latency_ms) : "");
            if (v.measured.score && std::isfinite(*v.measured.score))
                EXPECT_EQ(number_in(row["score"]), v.measured.score) << row["score"];
        }
    }
}

TEST(CsvRows, LeaveNumbersNumbersWhateverTheGuard) {
    verdict v;
    v.measured.score = -0.25;
    v.measured.value.number = -3;
    std::string csv;
    append_csv_row(csv, v, {});
    EXPECT_NE(csv.find(",-0.25,"), std::string::npos) << csv;
    EXPECT_NE(csv.find(",-3,"), std::string::npos) << csv;
    EXPECT_EQ(csv.find('\''), std::string::npos) << csv;
}

} // namespace
} // namespace evalbridge
