#include "base/retry_after.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

const std::chrono::system_clock::time_point now{1'760'000'000s}; // 2025-10-09T08:53:20Z

TEST(RetryAfter, IsSecondsOrADateAndADayAtMost) {
    struct {
        const char* text;
        std::optional<std::chrono::milliseconds> wait;
    } const rows[] = {
        {"0", 0ms},
        {"120", 120s},
        {" 7\t", 7s},
        {"86400", 24h},
        {"86401", 24h},
        {"999999999", 24h},
        {"99999999999999999999", 24h},
        {"Thu, 09 Oct 2025 08:54:20 GMT", 60s},
        {" Thu, 09 Oct 2025 08:54:20 GMT ", 60s},
        {"Thu, 09 Oct 2025 08:00:00 GMT", 0ms},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
        {"Thu, 01 Jan 0001 00:00:00 GMT", 0ms},
        {"-1", {}},
        {"+1", {}},
        {"1.5", {}},
        {"7 s", {}},
        {"soon", {}},
        {"", {}},
        {" ", {}},
    };
    for (const auto& row : rows)
        EXPECT_EQ(parse_retry_after(row.text, now), row.wait) << '"' << row.text << '"';
}

TEST(RetryAfter, OfADateIsNeverEarly) {
    EXPECT_EQ(parse_retry_after("Thu, 09 Oct 2025 08:54:20 GMT", now + 100ms + 400us), 59'900ms);
}

TEST(HttpDate, IsAnImfFixdateAndNothingElse) {
    using std::chrono::sys_seconds;
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), sys_seconds(784'111'777s));
    EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), sys_seconds(0s));
    EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT"), sys_seconds(1'709'164'800s));
    EXPECT_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT"), sys_seconds(1'483'228'800s));
    for (const auto* text :
         {"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 6 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 94 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT", "Foo, 06 Nov 1994 08:49:37 GMT",
          "Thu, 32 Oct 2025 08:54:20 GMT", "Sat, 29 Feb 2025 08:54:20 GMT", "Thu, 00 Oct 2025 08:54:20 GMT",
          "Thu, 09 Foo 2025 08:54:20 GMT", "Thu, 09 anF 2025 08:54:20 GMT", "Thu, 09 Oct 2025 24:54:20 GMT",
          "Thu, 09 Oct 2025 08:60:20 GMT", "Thu, 09 Oct 2025 08:54:61 GMT", "Thu, 09 Oct 2025 -1:54:20 GMT",
          "Thu, 09 Oct 2025 08:54:20 UTC", "Thu, 09 Oct 2025 08:54:20 GMT!", "Thu, 09 Oct 2025 08:54:20", ""})
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

} // namespace
} // namespace evalbridge
