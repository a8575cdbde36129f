#include "mapping/json_writer.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace evalbridge {
namespace {

std::string number_text(double number) {
    std::string out;
    json_writer(out).number(number);
    return out;
}

std::string string_text(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonWriter, SeparatesWhatItWrites) {
    std::string text;
    json_writer out(text);
    out.begin_object();
    out.key("a").begin_array().integer(1).begin_array().end_array().begin_object().end_object().null().end_array();
    out.key("b").string("x");
    out.escaped_key("c\"").boolean(true);
    out.key("d").begin_object().key("e").unsigned_integer(UINT64_MAX).key("f").raw("[1, 2]").end_object();
    out.key("g").boolean(false);
    out.end_object();
    EXPECT_EQ(text, R"({"a":[1,[],{},null],"b":"x","c\"":true,"d":{"e":18446744073709551615,"f":[1, 2]},"g":false})");
}

TEST(JsonWriter, WritesNothingKnownAsNull) {
    std::string text;
    json_writer out(text);
    out.begin_array();
    out.string_or_null(std::optional<std::string>())
        .number_or_null({})
        .boolean_or_null({})
        .integer_or_null(std::optional<int>());
    out.string_or_null(std::optional<std::string>(""))
        .number_or_null(0.0)
        .boolean_or_null(false)
        .integer_or_null(std::optional(INT64_MIN));
    out.integer_or_null(std::optional(UINT64_MAX));
    out.end_array();
    EXPECT_EQ(text, R"([null,null,null,null,"",0,false,-9223372036854775808,18446744073709551615])");
}

TEST(JsonWriter, WritesNumbersAsPeopleDo) {
    EXPECT_EQ(number_text(3), "3");
    EXPECT_EQ(number_text(-3), "-3");
    EXPECT_EQ(number_text(0), "0");
    EXPECT_EQ(number_text(0.5), "0.5");
    EXPECT_EQ(number_text(0.1), "0.1");
    EXPECT_EQ(number_text(0.0001), "0.0001");
    EXPECT_EQ(number_text(1e-6), "0.000001");
    EXPECT_EQ(number_text(100000), "100000");
    EXPECT_EQ(number_text(999999999999999), "999999999999999");
    EXPECT_EQ(number_text(1e15), "1e+15");
    EXPECT_EQ(number_text(1e30), "1e+30");
    EXPECT_EQ(number_text(2.5e-7), "2.5e-07");
    EXPECT_EQ(number_text(0.800000011920929), "0.800000011920929");
}

TEST(JsonWriter, WritesWhatIsNotFiniteAsNull) {
    EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number_text(std::nan("")), "null");
}

TEST(JsonWriter, EscapesOnlyWhatMustBe) {
    EXPECT_EQ(string_text("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(string_text("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(string_text(std::string("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
    EXPECT_EQ(string_text("\u00e9\u20ac\U0001F600\u2028\u2029"), "\"\u00e9\u20ac\U0001F600\u2028\u2029\"");
    EXPECT_EQ(string_text("</script>"), "\"</script>\"");
}

// One U+FFFD for each maximal subpart: Unicode 15, section 3.9, table 3-8 and around it.
TEST(JsonWriter, ReplacesEachMaximalSubpartOfBrokenUtf8) {
    const struct {
        std::string_view bytes;
        std::string_view text;
    } cases[] = {
        {"\x80", "\uFFFD"},
        {"a\xff\xfe!", "a\uFFFD\uFFFD!"},
        {"\xc0\xaf", "\uFFFD\uFFFD"},                         // overlong
        {"\xe0\x80\xaf", "\uFFFD\uFFFD\uFFFD"},               // overlong
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},               // a surrogate
        {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},     // beyond U+10FFFF
        {"\xf0\x9f\x98", "\uFFFD"},                           // cut at the end
        {"\xf0\x9f\x98x", "\uFFFDx"},                         // cut by something else
        {"\xe2\x82\xe2\x82\xac", "\uFFFD\u20ac"},             // cut by a character
        {"\xf1\x80\x80\xe1\x80\xc2z", "\uFFFD\uFFFD\uFFFDz"}, // table 3-8
        {"\xf4\x8f\xbf\xbf", "\U0010FFFF"},
        {"\xed\x9f\xbf\xee\x80\x80", "\uD7FF\uE000"},
    };
    for (const auto& each : cases)
        EXPECT_EQ(string_text(each.bytes), '"' + std::string(each.text) + '"');
}

TEST(JsonWriter, WritesDoublesThatReadBackTheSame) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto number = std::bit_cast<double>(random());
        if (!std::isfinite(number))
            continue;
        const auto text = number_text(number);
        EXPECT_EQ(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)),
                  std::bit_cast<std::uint64_t>(number))
            << text;
        EXPECT_NO_THROW(boost::json::parse(text)) << text;
    }
}

TEST(JsonWriter, WritesStringsThatAnotherParserReadsBack) {
    std::mt19937 random(11);
    const std::string_view pieces[] = {
        "a", "\"", "\\", "\n", "\x01", "\u00e9", "\u20ac", "\U0001F600", "zzzzzzzzzzzzzzzz"};
    for (int i = 0; i < 2'000; ++i) {
        std::string text;
        for (auto n = random() % 20; n > 0; --n)
            text += pieces[random() % std::size(pieces)];
        const auto read = boost::json::parse(string_text(text));
        EXPECT_EQ(std::string_view(read.as_string()), text);
    }
}

TEST(JsonWriter, WritesValidJsonOfAnyBytes) {
    std::mt19937 random(13);
    for (int i = 0; i < 5'000; ++i) {
        std::string bytes;
        for (auto n = random() % 24; n > 0; --n)
            bytes += static_cast<char>(random() % 3 == 0 ? random() % 256 : 0xC0 + random() % 64);
        boost::json::error_code ec;
        boost::json::parse(string_text(bytes), ec);
        EXPECT_FALSE(ec) << string_text(bytes);
    }
}

} // namespace
} // namespace evalbridge
