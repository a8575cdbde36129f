#include "mapping/timestamp.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace evalbridge {
namespace {

std::string read(std::string_view text) {
    const auto at = parse_timestamp(text);
    return at ? format_timestamp(*at) : "-";
}
std::string read_strict(std::string_view text) {
    const auto at = parse_strict_timestamp(text);
    return at ? format_timestamp(*at) : "-";
}
std::string read_epoch(double number) {
    const auto at = timestamp_from_epoch(number);
    return at ? format_timestamp(*at) : "-";
}

TEST(Timestamp, ReadsTheWaysVendorsWriteIt) {
    const struct {
        std::string_view text;
        std::string_view utc;
    } cases[] = {
        {"2026-05-10T08:00:00Z", "2026-05-10T08:00:00Z"},
        {"2026-05-10t08:00:00z", "2026-05-10T08:00:00Z"},
        {"2026-05-10 08:00:00", "2026-05-10T08:00:00Z"},
        {"2026-05-10T08:00:00", "2026-05-10T08:00:00Z"},
        {"2026-05-10T08:00:00.5Z", "2026-05-10T08:00:00.500Z"},
        {"2026-05-10T08:00:00.123456", "2026-05-10T08:00:00.123456Z"},
        {"2026-05-10T08:00:00.123456999Z", "2026-05-10T08:00:00.123456Z"},
        {"2026-05-10T08:00:00.000000001Z", "2026-05-10T08:00:00Z"},
        {"2026-05-10T08:00:00+02:00", "2026-05-10T06:00:00Z"},
        {"2026-05-10T01:30:00+0530", "2026-05-09T20:00:00Z"},
        {"2026-05-10T08:00:00-07", "2026-05-10T15:00:00Z"},
        {"2026-05-10T08:00:00.25-00:00", "2026-05-10T08:00:00.250Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
        {"1969-12-31T23:59:59.75Z", "1969-12-31T23:59:59.750Z"},
    };
    for (const auto& each : cases)
        EXPECT_EQ(read(each.text), each.utc) << each.text;
}

TEST(Timestamp, IsEmptyForAnythingElse) {
    for (const auto* text : {"",
                             "2026-05-10",
                             "2026-05-10T",
                             "2026-05-10T08:00",
                             "2026-5-10T08:00:00Z",
                             "2026-05-10T08:00:00.Z",
                             "2026-05-10T08:00:00.1234567890Z",
                             "2026-05-10T08:00:00Zx",
                             " 2026-05-10T08:00:00Z",
                             "2026-05-10T08:00:00Z ",
                             "2026-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-01-00T00:00:00Z",
                             "2026-05-10T24:00:00Z",
                             "2026-05-10T08:60:00Z",
                             "2026-05-10T08:00:61Z",
                             "2026-05-10T08:00:00+24:00",
                             "2026-05-10T08:00:00+02:60",
                             "2026-05-10T08:00:00+2",
                             "2026-05-10T08:00:00+02:",
                             "2026-05-10T08:00:00+020",
                             "0000-01-01T00:00:00Z",
                             "0001-01-01T00:00:00+01:00",
                             "9999-12-31T23:59:59-01:00",
                             "+026-05-10T08:00:00Z",
                             "2026-05-10T08:00:00,5Z",
                             "20260510T080000Z",
                             "1778400000",
                             "null"})
        EXPECT_EQ(read(text), "-") << text;
}

TEST(Timestamp, AsksOfClientsWhatRfc3339Asks) {
    EXPECT_EQ(read_strict("2026-05-10T08:00:00Z"), "2026-05-10T08:00:00Z");
    EXPECT_EQ(read_strict("2026-05-10T08:00:00.5+02:00"), "2026-05-10T06:00:00.500Z");
    EXPECT_EQ(read_strict("2026-05-10t08:00:00z"), "2026-05-10T08:00:00Z");
    for (const auto* text : {"2026-05-10 08:00:00Z", "2026-05-10T08:00:00", "2026-05-10T08:00:00+0200",
                             "2026-05-10T08:00:00+02", "2026-05-10"})
        EXPECT_EQ(read_strict(text), "-") << text;
}

TEST(Timestamp, TellsTheUnitOfAnEpochByItsMagnitude) {
    EXPECT_EQ(read_epoch(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(read_epoch(1778400000), "2026-05-10T08:00:00Z");
    EXPECT_EQ(read_epoch(1778400000.25), "2026-05-10T08:00:00.250Z");
    EXPECT_EQ(read_epoch(1778400000123), "2026-05-10T08:00:00.123Z");
    EXPECT_EQ(read_epoch(1778400000123456), "2026-05-10T08:00:00.123456Z");
    EXPECT_EQ(read_epoch(1778400000000000000), "2026-05-10T08:00:00Z");
    EXPECT_EQ(read_epoch(-1), "1969-12-31T23:59:59Z");
}

TEST(Timestamp, HasNoInstantForImpossibleEpochs) {
    for (const double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity(), 1e300, -9e10, 9e20})
        EXPECT_EQ(read_epoch(number), "-") << number;
}

TEST(Timestamp, ReadsBackWhatItWrites) {
    std::mt19937_64 random(5);
    std::uniform_int_distribution<std::int64_t> micros(-62135596800000000, 253402300799999999);
    for (int i = 0; i < 5'000; ++i) {
        const timestamp at{std::chrono::microseconds(micros(random))};
        EXPECT_EQ(parse_strict_timestamp(format_timestamp(at)), at) << format_timestamp(at);
    }
}

} // namespace
} // namespace evalbridge
