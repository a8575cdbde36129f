#include "mapping/run_spec.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

namespace evalbridge {
namespace {

namespace json = boost::json;

std::string from_base64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=')
            break;
        bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xFF);
        }
    }
    return out;
}

std::string case_text(const json::value& packed) {
    if (packed.is_string())
        return from_base64(packed.get_string());
    std::string out;
    const auto piece = from_base64(packed.at("repeat").as_string());
    for (auto n = packed.at("times").as_int64(); n > 0; --n)
        out += piece;
    return out + from_base64(packed.at("then").as_string());
}

/// "valid", or what the refusal says: its detail, then each fault.
std::string verdict_on(std::string_view text) {
    const auto read = parse_client_json(text);
    if (read.has_value())
        return "valid";
    const auto refusal = read.error();
    EXPECT_EQ(refusal.code(), errc::invalid_request);
    auto out = refusal.detail();
    for (const auto& fault : refusal.faults())
        out += "|" + fault.pointer + ": " + fault.detail;
    return out;
}

bool is_called_invalid(std::string_view text) { return verdict_on(text).starts_with("The body is not valid JSON: "); }

constexpr std::string_view refused = "The body is JSON, but not such as is taken here.|";

TEST(ClientJson, AgreesWithJsonTestSuite) {
    std::ifstream in(EVALBRIDGE_SOURCE_DIR "/tests/fixtures/json_test_suite/cases.json", std::ios::binary);
    const std::string packed{std::istreambuf_iterator<char>(in), {}};
    const auto cases = json::parse(packed).as_object();
    ASSERT_EQ(cases.size(), 318u);
    for (const auto& each : cases) {
        const std::string_view name = each.key();
        const bool invalid = is_called_invalid(case_text(each.value()));
        if (name.starts_with("y_"))
            EXPECT_FALSE(invalid) << name;
        if (name.starts_with("n_"))
            EXPECT_TRUE(invalid) << name;
    }
}

TEST(ClientJson, ReadsValuesAsTheyStand) {
    const auto read =
        parse_client_json(R"( {"a":[1,-2,18446744073709551615,0.5,"x\u00e9\n",true,null,{}],"b":{"":""}} )");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, json::parse(R"({"a":[1,-2,18446744073709551615,0.5,"xé\n",true,null,{}],"b":{"":""}})"));
    EXPECT_EQ(*parse_client_json("3"), json::value(3));
}

TEST(ClientJson, RefusesMembersGivenTwiceAtAnyDepth) {
    EXPECT_EQ(verdict_on(R"({"a":1,"b":[{},{"c":1,"c":2}],"a":3})"),
              std::string(refused) + "/b/1/c: this member is given twice|/a: this member is given twice");
    EXPECT_EQ(verdict_on(R"({"a":1,"\u0061":1})"), std::string(refused) + "/a: this member is given twice");
    EXPECT_EQ(verdict_on(R"({"x/~":1,"x/~":1})"), std::string(refused) + "/x~1~0: this member is given twice");
    EXPECT_EQ(verdict_on(R"({"a":{"a":{"b":1}},"b":[{"a":1},{"a":1}]})"), "valid");
}

TEST(ClientJson, RefusesDeepNestingButKnowsIfItIsJson) {
    const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(verdict_on(nested(32)), "valid");
    const auto verdict = verdict_on(nested(33));
    EXPECT_TRUE(verdict.starts_with(refused)) << verdict;
    EXPECT_TRUE(verdict.ends_with(": nested deeper than 32 levels")) << verdict;
    EXPECT_TRUE(is_called_invalid(nested(33) + "]"));
    EXPECT_TRUE(is_called_invalid(std::string(100'000, '[')));
    EXPECT_FALSE(is_called_invalid(nested(100'000)));
}

TEST(ClientJson, RefusesNumbersBeyondADouble) {
    EXPECT_EQ(verdict_on(R"({"a":[0,1e400]})"), std::string(refused) + "/a/1: this number is too large");
    EXPECT_EQ(verdict_on(R"({"a":-1e400})"), std::string(refused) + "/a: this number is too large");
    EXPECT_EQ(verdict_on(R"({"a":1e99999999999999999999})"), std::string(refused) + "/a: this number is too large");
    EXPECT_EQ(verdict_on(R"({"a":1e308})"), "valid");
    EXPECT_EQ(verdict_on(R"({"a":1e-400})"), "valid");
}

TEST(ClientJson, RefusesHalfASurrogatePair) {
    for (const auto* text : {R"({"a":"\ud83d"})", R"({"a":"\ude00"})", R"({"a":"\ud83dx"})", R"({"a":"\ud83d\ud83d"})",
                             R"({"a":"\ud83d\n"})"})
        EXPECT_EQ(verdict_on(text), std::string(refused) + "/a: this text has half of a surrogate pair") << text;
    EXPECT_EQ(verdict_on(R"({"a":"\ud83d\ude00"})"), "valid");
}

TEST(ClientJson, SaysWhyATextIsNotJson) {
    EXPECT_EQ(verdict_on(""), "The body is not valid JSON: the text is empty.");
    EXPECT_EQ(verdict_on("{\"a\":\"\xff\"}"), "The body is not valid JSON: the text is not valid UTF-8.");
    EXPECT_EQ(verdict_on("{\"a\":1} x"), "The body is not valid JSON: expected a comma.");
    EXPECT_EQ(verdict_on("{\"a\":1,}"), "The body is not valid JSON: a value is missing.");
    for (const std::string text : {"\xEF\xBB\xBF{}", "{}{}", "{'a':1}", "{a:1}", "[1] ]", "// c\n{}", "{\"a\":NaN}"})
        EXPECT_TRUE(is_called_invalid(text)) << text;
}

TEST(ClientJson, CallsATextInvalidEvenWhereAFaultCameBefore) {
    EXPECT_TRUE(is_called_invalid(R"({"a":1,"a":2)"));
    EXPECT_TRUE(is_called_invalid(R"({"a":1e999999999999,)"));
}

TEST(ClientJson, ListsSoManyFaultsOnly) {
    std::string text = "[";
    for (int i = 0; i < 1000; ++i)
        text += R"({"a":1,"a":1},)";
    text += "0]";
    const auto read = parse_client_json(text);
    ASSERT_TRUE(read.has_error());
    EXPECT_EQ(read.error().faults().size(), 20u);
}

TEST(ClientJson, AgreesWithAnotherParserOnBrokenTexts) {
    std::mt19937 random(3);
    const std::string seed = R"({"a":[1,-2.5e3,"x\u00e9\\",true,null,{"b":{}}],"c":"\ud83d\ude00"})";
    constexpr std::string_view bytes = "{}[],:\"\\ue0-+.Etn \n\x01\xc3";
    for (int i = 0; i < 20'000; ++i) {
        auto text = seed;
        for (auto n = 1 + random() % 3; n > 0; --n) {
            const auto at = random() % text.size();
            switch (random() % 3) {
            case 0: text[at] = bytes[random() % bytes.size()]; break;
            case 1: text.erase(at, 1 + random() % 3); break;
            default: text.insert(at, 1, bytes[random() % bytes.size()]);
            }
            if (text.empty())
                text = "0";
        }
        json::error_code ec;
        json::parse(text, ec);
        const auto verdict = verdict_on(text);
        if (!ec)
            EXPECT_TRUE(verdict == "valid" || verdict.starts_with(refused)) << text << '\n' << verdict;
        else
            EXPECT_NE(verdict, "valid") << text;
    }
}

} // namespace
} // namespace evalbridge
