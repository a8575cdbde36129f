#include "tests/mapping/json_reading.hpp"

#include <cmath>

namespace evalbridge {
namespace {

using namespace json_reading;

TEST(JsonReaderValues, ReadsStrings) {
    EXPECT_EQ(value_of(R"("")", as_string), "");
    EXPECT_EQ(value_of(R"("a\"\\\/\b\f\n\r\tz")", as_string), "a\"\\/\b\f\n\r\tz");
    EXPECT_EQ(value_of(R"("\u0041\u00e9\u20ac\ud83d\ude00")", as_string), "A\u00e9\u20ac\U0001F600");
    EXPECT_EQ(value_of("\"\u20ac \U0001F600\"", as_string), "\u20ac \U0001F600");
    EXPECT_EQ(value_of(R"("\u0000x")", as_string), std::string("\0x", 2));
    EXPECT_EQ(value_of(R"("[\"}, ")", as_string), "[\"}, ");
}

TEST(JsonReaderValues, ReadsHalfACharacterAsItsReplacement) {
    EXPECT_EQ(value_of(R"("cut\ud83d")", as_string), "cut\uFFFD");
    EXPECT_EQ(value_of(R"("\ud83dx\ude00")", as_string), "\uFFFDx\uFFFD");
    EXPECT_EQ(value_of(R"("\ud83d\ud83d\ude00")", as_string), "\uFFFD\U0001F600");
    EXPECT_EQ(value_of(R"("\ud83d\n")", as_string), "\uFFFD\n");
    EXPECT_EQ(value_of(R"("\ud83d")", as_raw), R"("\ud83d")");
}

TEST(JsonReaderValues, ReadsANumbersOwnDigitsAsAString) {
    EXPECT_EQ(value_of("18446744073709551617", as_string), "18446744073709551617");
    EXPECT_EQ(value_of("-1.50e+3 ", as_string), "-1.50e+3");
}

TEST(JsonReaderValues, RefusesBrokenStrings) {
    EXPECT_EQ(member_fault(R"("\x")", as_string), "/v: a string has an escape that JSON doesn't have");
    EXPECT_EQ(member_fault(R"("\u12g4")", as_string), "/v: a string has an escape that JSON doesn't have");
    EXPECT_EQ(member_fault(R"("\ud83d\u00")", as_string), "/v: a string has an escape that JSON doesn't have");
    EXPECT_EQ(member_fault("true", as_string), "/v: expected a string");
    EXPECT_EQ(member_fault("null", as_string), "/v: expected a string");
    EXPECT_EQ(member_fault("{}", as_string), "/v: expected a string");
    EXPECT_EQ(member_fault("1x", as_string), "/v: expected a string");
}

TEST(JsonReaderValues, ReadsIntegersHoweverWritten) {
    EXPECT_EQ(value_of("0", as_integer), 0);
    EXPECT_EQ(value_of("-0", as_integer), 0);
    EXPECT_EQ(value_of("-9223372036854775808", as_integer), INT64_MIN);
    EXPECT_EQ(value_of("9223372036854775807", as_integer), INT64_MAX);
    EXPECT_EQ(value_of("18446744073709551615", as_unsigned), UINT64_MAX);
    EXPECT_EQ(value_of(R"("18446744073709551615")", as_unsigned), UINT64_MAX);
    EXPECT_EQ(value_of(R"("-12")", as_integer), -12);
    EXPECT_EQ(value_of("3.0", as_integer), 3);
    EXPECT_EQ(value_of("3e2", as_unsigned), 300u);
}

TEST(JsonReaderValues, RefusesWhatIsNoInteger) {
    for (const auto* json : {"9223372036854775808", "-9223372036854775809", "3.5", "1e400", "1e17", R"("")", R"(" 1")",
                             R"("1 ")", R"("0x10")", R"("+1")", R"("01")", "01", "1.", "-", "true", "null", "[]"})
        EXPECT_EQ(member_fault(json, as_integer), "/v: expected an integer") << json;
    for (const auto* json : {"18446744073709551616", "-1", "-1.0", R"("-1")"})
        EXPECT_EQ(member_fault(json, as_unsigned), "/v: expected an integer that isn't negative") << json;
}

TEST(JsonReaderValues, ReadsNumbers) {
    EXPECT_EQ(value_of("0.5", as_number), 0.5);
    EXPECT_EQ(value_of("18446744073709551616", as_number), 18446744073709551616.0);
    EXPECT_EQ(value_of("123456789012345678901234567890", as_number), 123456789012345678901234567890.0);
    EXPECT_EQ(value_of("9007199254740993", as_number), 9007199254740992.0);
    EXPECT_EQ(value_of("1e-400", as_number), 0.0);
    EXPECT_EQ(value_of("4.9e-324", as_number), 4.9e-324);
    EXPECT_TRUE(std::signbit(value_of("-1e-400", as_number)));
    EXPECT_EQ(value_of("0." + std::string(400, '0') + "1", as_number), 0.0);
    EXPECT_EQ(value_of("0e999999999999999999999", as_number), 0.0);
    EXPECT_EQ(value_of(R"("123")", as_number), 123.0);
    EXPECT_EQ(value_of(R"("0.5")", as_number), 0.5);
    EXPECT_EQ(value_of("0.800000011920929", as_number), 0.800000011920929);
}

TEST(JsonReaderValues, RefusesNumbersThatAreNotFinite) {
    for (const auto* json : {"1e400", "-1e400", R"("1e400")", "1e99999999999999999999"})
        EXPECT_EQ(member_fault(json, as_number), "/v: expected a finite number") << json;
    EXPECT_EQ(member_fault("1" + std::string(400, '0'), as_number), "/v: expected a finite number");
    for (const auto* json : {R"("NaN")", R"("Infinity")", R"("-Infinity")", R"("inf")", R"("")", R"("0.5 ")", "true"})
        EXPECT_EQ(member_fault(json, as_number), "/v: expected a number") << json;
    EXPECT_NE(member_fault("NaN", as_number), "");
}

TEST(JsonReaderValues, TakesTheWordsForNotFiniteAsNoNumberWhereNoneIsNeeded) {
    const auto read = [](json_reader& r) { return r.optional_number(); };
    for (const auto* json : {R"("NaN")", R"("\u004eaN")", R"("Infinity")", R"("-Infinity")", "null"})
        EXPECT_EQ(value_of(json, read), std::nullopt) << json;
    EXPECT_EQ(value_of(R"("1.5")", read), 1.5);
    EXPECT_EQ(member_fault(R"("nan")", read), "/v: expected a number");
    EXPECT_EQ(member_fault("1e400", read), "/v: expected a finite number");
}

TEST(JsonReaderValues, ReadsBooleansAndZeroAndOne) {
    EXPECT_TRUE(value_of("true", as_boolean));
    EXPECT_TRUE(value_of("1", as_boolean));
    EXPECT_FALSE(value_of("false", as_boolean));
    EXPECT_FALSE(value_of("0", as_boolean));
    for (const auto* json : {"2", "1.0", R"("true")", "truth", "fals", "null", "{}"})
        EXPECT_EQ(member_fault(json, as_boolean), "/v: expected a boolean") << json;
}

TEST(JsonReaderValues, TellsEmptyTextFromNone) {
    const auto optional = [](json_reader& r) { return r.optional_string(); };
    const auto nonempty = [](json_reader& r) { return r.nonempty_string(); };
    EXPECT_EQ(value_of(R"("")", optional), "");
    EXPECT_EQ(value_of(R"("")", nonempty), std::nullopt);
    EXPECT_EQ(value_of(R"("x")", nonempty), "x");
    EXPECT_EQ(member_fault("[]", optional), "/v: expected a string");
}

TEST(JsonReaderValues, KeepsRawBytes) {
    EXPECT_EQ(value_of(R"( { "a" : 12345678901234567890.10 , "b":[ ] } )", as_raw),
              R"({ "a" : 12345678901234567890.10 , "b":[ ] })");
    EXPECT_EQ(value_of("  \"x\\u0041\"  ", as_raw), "\"x\\u0041\"");
    EXPECT_EQ(value_of(" 1.0 ", as_raw), "1.0");
    EXPECT_EQ(value_of("null", as_raw), "null");
    EXPECT_EQ(value_of("[]", as_raw), "[]");
}

TEST(JsonReaderValues, ValidatesWhatItPassesOnRaw) {
    for (const auto* json : {"[1,]",
                             "[,1]",
                             "[1 2]",
                             "[1:2]",
                             R"({"a"})",
                             R"({"a":})",
                             R"({"a":1,})",
                             R"({1:2})",
                             R"({"a":1 "b":2})",
                             "[tru]",
                             "[01]",
                             "[1.]",
                             R"(["\q"])",
                             R"({"\q":1})",
                             "[nul]",
                             "[+1]",
                             "[.5]",
                             "[NaN]",
                             "['a']",
                             "[\"a\"b]",
                             "[1]x",
                             "truex",
                             "-"})
        EXPECT_NE(member_fault(json, as_raw), "") << json;
}

TEST(JsonReaderValues, LimitsTheDepthOfWhatItPassesOnRaw) {
    const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    const auto shallow = [](json_reader& r) { return r.raw(3); };
    EXPECT_EQ(value_of(nested(3), shallow), "[[[]]]");
    EXPECT_EQ(member_fault(nested(4), shallow), "/v: nested deeper than 3 levels");
    EXPECT_EQ(value_of(nested(256), as_raw), nested(256));
    EXPECT_EQ(member_fault(nested(257), as_raw), "/v: nested deeper than 256 levels");
}

} // namespace
} // namespace evalbridge
