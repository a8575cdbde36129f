#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <thread>
#include <vector>

using namespace evalbridge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

namespace {

std::string line_of(std::initializer_list<log_field> fields) {
    return format_log_line("2026-10-01T00:00:00.000Z", log_level::info, "e", fields);
}

constexpr std::string_view head = R"({"event":"e","time":"2026-10-01T00:00:00.000Z","level":"info")";

/// What is written to stderr while this lives.
class captured_stderr {
  public:
    captured_stderr() { ::testing::internal::CaptureStderr(); }
    std::string text() { return ::testing::internal::GetCapturedStderr(); }
};

} // namespace

TEST(LogLine, PutsTheEventFirstAndFieldsInTheirOrder) {
    EXPECT_EQ(line_of({}), std::string(head) + "}");
    EXPECT_EQ(
        line_of({{"route", "/v1/runs"}, {"status", 200}, {"ms", 1.5}, {"cached", true}, {"size", std::size_t{7}}}),
        std::string(head) + R"(,"route":"/v1/runs","status":200,"ms":1.5,"cached":true,"size":7})");
}

TEST(LogLine, CannotBeForgedByWhatItHolds) {
    const std::string sent = "x\"}\n{\"event\":\"forged\"}\r\\\t\x1b[31m\x01\x7f";
    const auto line = line_of({{"agent", sent}});
    EXPECT_EQ(line, std::string(head) + R"(,"agent":"x\"}\n{\"event\":\"forged\"}\u000d\\\t\u001b[31m\u0001\u007f"})");
    EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(LogLine, TakesNoFormatStrings) {
    EXPECT_THAT(format_log_line("t", log_level::info, "%s {} %n", {{"{}", "%d{0}"}}),
                HasSubstr(R"("event":"%s {} %n")"));
}

TEST(LogLine, ReplacesWhatIsNotUtf8AndEscapesControlsBeyondAscii) {
    struct row {
        std::string bytes;
        std::string text;
    };
    const row rows[] = {
        {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
        {"\xFF", "\xEF\xBF\xBD"},
        {"a\xC3", "a\xEF\xBF\xBD"},                                               // cut short
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                                 // overlong
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                 // a surrogate
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, // beyond U+10FFFF
        {"\xC2\x9B"
         "31m",
         "\\u009b31m"}, // CSI as one C1 character
        {"\xE2\x80\xA8", "\\u2028"},
        {std::string("a\0b", 3), "a\\u0000b"},
    };
    for (const auto& each : rows)
        EXPECT_EQ(line_of({{"x", each.bytes}}), std::string(head) + R"(,"x":")" + each.text + "\"}");
}

TEST(LogLine, WritesNumbersThatReadBackAndNullWhereJsonHasNoWord) {
    EXPECT_THAT(line_of({{"x", 0.1}}), HasSubstr(R"("x":0.1)"));
    EXPECT_THAT(line_of({{"x", std::numeric_limits<double>::infinity()}}), HasSubstr(R"("x":null)"));
    EXPECT_THAT(line_of({{"x", std::nan("")}}), HasSubstr(R"("x":null)"));
    EXPECT_THAT(line_of({{"x", std::numeric_limits<std::int64_t>::min()}}), HasSubstr(R"("x":-9223372036854775808)"));
    EXPECT_THAT(line_of({{"x", -std::numeric_limits<double>::denorm_min()}}), HasSubstr(R"("x":-5e-324)"));
}

TEST(LogLevel, ReadsItsOwnNames) {
    for (const auto level : {log_level::debug, log_level::info, log_level::warning, log_level::error}) {
        log_level read{};
        ASSERT_TRUE(parse_log_level(name_of(level), read));
        EXPECT_EQ(read, level);
    }
    log_level untouched = log_level::error;
    for (const auto* text : {"", "warn", "Info", "trace"})
        EXPECT_FALSE(parse_log_level(text, untouched)) << text;
    EXPECT_EQ(untouched, log_level::error);
}

TEST(StderrLogger, WritesOneLineWithTheTimeInUtc) {
    const auto log = make_stderr_logger(log_level::info);
    captured_stderr captured;
    log->info("started", {{"port", 80}});
    EXPECT_THAT(captured.text(), MatchesRegex("\\{\"event\":\"started\",\"time\":\"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-"
                                              "2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3}Z\","
                                              "\"level\":\"info\",\"port\":80\\}\n"));
}

TEST(StderrLogger, LeavesOutWhatIsBelowItsLevel) {
    const auto log = make_stderr_logger(log_level::warning);
    captured_stderr captured;
    log->debug("a");
    log->info("b");
    EXPECT_FALSE(log->enabled(log_level::info));
    EXPECT_TRUE(log->enabled(log_level::warning));
    EXPECT_THAT(captured.text(), IsEmpty());
    captured_stderr again;
    log->warning("c");
    log->error("d");
    EXPECT_THAT(again.text(), StartsWith(R"({"event":"c")"));
}

TEST(StderrLogger, KeepsLinesOfSeveralThreadsWhole) {
    constexpr int threads = 8, lines = 200;
    const auto log = make_stderr_logger(log_level::debug);
    captured_stderr captured;
    {
        std::vector<std::jthread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([&log, t] {
                const std::string filler(500, static_cast<char>('a' + t));
                for (int i = 0; i < lines; ++i)
                    log->info("line", {{"filler", filler}});
            });
    }
    std::istringstream in(captured.text());
    int seen = 0;
    for (std::string line; std::getline(in, line); ++seen) {
        ASSERT_THAT(line, StartsWith(R"({"event":"line","time":")"));
        const auto filler = line.substr(line.find("filler\":\"") + 9, 500);
        EXPECT_EQ(filler, std::string(500, filler[0]));
        EXPECT_TRUE(line.ends_with("\"}"));
    }
    EXPECT_EQ(seen, threads * lines);
}
