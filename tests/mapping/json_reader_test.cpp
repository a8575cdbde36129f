#include "tests/mapping/json_reading.hpp"

namespace evalbridge {
namespace {

using namespace json_reading;

TEST(JsonReader, ReadsMembersInAnyOrderAndAgain) {
    const std::string body = R"( {"a": 1, "b": {"c": [true, null]}, "d": "x"} )";
    json_document document(body);
    auto root = document.root();
    EXPECT_EQ(root["d"].string(), "x");
    EXPECT_EQ(root["a"].integer(), 1);
    auto b = root["b"];
    EXPECT_EQ(root["d"].string(), "x");
    EXPECT_TRUE(b["c"].is_array());
    EXPECT_EQ(root["a"].integer(), 1);
    EXPECT_EQ(root["a"].integer(), 1);
    EXPECT_FALSE(root["e"].present());
    EXPECT_EQ(root["b"]["c"].raw(), "[true, null]");
    EXPECT_TRUE(document.finish().has_value());
}

TEST(JsonReader, TellsTheKindWithoutReading) {
    const std::string body = R"({"a":{},"b":[],"c":"","d":-1,"e":true,"f":false,"g":null})";
    json_document document(body);
    auto root = document.root();
    using kind = json_reader::kind;
    EXPECT_EQ(root.type(), kind::object);
    EXPECT_EQ(root["a"].type(), kind::object);
    EXPECT_EQ(root["b"].type(), kind::array);
    EXPECT_EQ(root["c"].type(), kind::string);
    EXPECT_EQ(root["d"].type(), kind::number);
    EXPECT_EQ(root["e"].type(), kind::boolean);
    EXPECT_EQ(root["f"].type(), kind::boolean);
    EXPECT_EQ(root["g"].type(), kind::null);
    EXPECT_EQ(root["h"].type(), kind::absent);
    EXPECT_TRUE(root["a"].present());
    EXPECT_FALSE(root["g"].present());
    EXPECT_TRUE(document.finish().has_value());
}

TEST(JsonReader, TakesNullForAbsent) {
    for (const std::string body : {R"({})", R"({"v":null})"}) {
        json_document document(body);
        auto root = document.root();
        auto v = root["v"];
        EXPECT_FALSE(v.present());
        EXPECT_FALSE(v.optional_string());
        EXPECT_FALSE(v.nonempty_string());
        EXPECT_FALSE(v.optional_integer());
        EXPECT_FALSE(v.optional_unsigned());
        EXPECT_FALSE(v.optional_number());
        EXPECT_FALSE(v.optional_boolean());
        EXPECT_FALSE(v["x"]["y"].present());
        v.each([](json_reader&) { ADD_FAILURE(); });
        v.members([](std::string_view, json_reader&) { ADD_FAILURE(); });
        EXPECT_EQ(v.raw(), "null");
        EXPECT_TRUE(document.finish().has_value());
    }
}

TEST(JsonReader, NamesWhatIsMissing) {
    EXPECT_EQ(fault_of("{}", [](json_reader& r) { r["id"].string(); }), "/id: expected a string, but it is missing");
    EXPECT_EQ(fault_of(R"({"a/b":[{}]})",
                       [](json_reader& r) {
                           auto list = r["a/b"];
                           list.each([](json_reader& e) { e["x~y"].boolean(); });
                       }),
              "/a~1b/0/x~0y: expected a boolean, but it is missing");
    EXPECT_EQ(fault_of("{}", [](json_reader& r) { r["a"]["b"].number(); }), "/a: expected a number, but it is missing");
}

TEST(JsonReader, PointsAtTheFirstFaultOnly) {
    const std::string body = R"({"verdicts":[{"passed":true},{"passed":{}},{"passed":[]}],"id":4})";
    std::vector<bool> seen;
    const auto fault = fault_of(body, [&](json_reader& root) {
        auto verdicts = root["verdicts"];
        verdicts.each([&](json_reader& v) { seen.push_back(v["passed"].boolean()); });
        EXPECT_EQ(root["id"].integer(), 0);
        EXPECT_EQ(root.type(), json_reader::kind::absent);
        EXPECT_EQ(root["id"].raw(), "null");
        root["id"].boolean();
    });
    EXPECT_EQ(fault, "/verdicts/1/passed: expected a boolean");
    EXPECT_EQ(seen.size(), 2u);
}

TEST(JsonReader, PointsIntoAnArrayAtTheRoot) {
    const auto fault = fault_of(R"([[1],[2,"x"]])", [](json_reader& root) {
        root.each([](json_reader& row) { row.each([](json_reader& cell) { cell.integer(); }); });
    });
    EXPECT_EQ(fault, "/1/1: expected an integer");
}

TEST(JsonReader, LetsADecoderAddItsOwnFault) {
    EXPECT_EQ(fault_of(R"({"score":7})", [](json_reader& r) { r["score"].fail("expected at most 1"); }),
              "/score: expected at most 1");
}

TEST(JsonReader, WalksMembersWithTheirNamesUnescaped) {
    const std::string body = R"({"a":1,"b\n\u0041":{"x":[1,2]},"":3})";
    json_document document(body);
    auto root = document.root();
    std::string seen;
    EXPECT_EQ(root["a"].integer(), 1);
    root.members([&](std::string_view name, json_reader& value) {
        seen += name;
        seen += '=' + value.raw() + ';';
    });
    EXPECT_EQ(seen, "a=1;b\nA={\"x\":[1,2]};=3;");
    EXPECT_EQ(root["b\nA"].raw(), R"({"x":[1,2]})");
    EXPECT_TRUE(document.finish().has_value());
}

TEST(JsonReader, FindsMembersWhateverTheirNamesLookLike) {
    const std::string body = R"({"a" :1,"ab":2,"\u0061c":3,"d\"e":4,"":5,"f\\":6,"g\q":7})";
    json_document document(body);
    auto root = document.root();
    EXPECT_EQ(root["a"].integer(), 1);
    EXPECT_EQ(root["ab"].integer(), 2);
    EXPECT_EQ(root["ac"].integer(), 3);
    EXPECT_EQ(root["d\"e"].integer(), 4);
    EXPECT_EQ(root[""].integer(), 5);
    EXPECT_EQ(root["f\\"].integer(), 6);
    for (const auto* other : {"b", "d\\\"e", "d\\", "abc", "\\u0061c", "f", "f\\\\", "g", "gq", "a\" :1"})
        EXPECT_FALSE(root[other].present()) << other;
    EXPECT_TRUE(document.finish().has_value());
}

TEST(JsonReader, GoesOnAfterAChildThatWasReadInPart) {
    const std::string body = R"({"list":[{"a":1,"b":[1,2]},{"a":2}],"z":9})";
    json_document document(body);
    auto root = document.root();
    std::int64_t sum = 0;
    auto list = root["list"];
    list.each([&](json_reader& e) { sum += e["a"].integer(); });
    EXPECT_EQ(sum, 3);
    EXPECT_EQ(root["z"].integer(), 9);
    EXPECT_TRUE(document.finish().has_value());
}

TEST(JsonReader, RefusesTextsThatAreNotOneContainer) {
    EXPECT_EQ(fault_of(""), "the text is empty");
    EXPECT_EQ(fault_of(" \n"), "the text is empty");
    EXPECT_EQ(fault_of("1"), "expected an object or an array");
    EXPECT_EQ(fault_of("\"x\""), "expected an object or an array");
    EXPECT_EQ(fault_of("null"), "expected an object or an array");
    EXPECT_EQ(fault_of("}"), "expected an object or an array");
    EXPECT_EQ(fault_of("<html>"), "expected an object or an array");
    EXPECT_EQ(fault_of("{\"a\":\"\xff\"}"), "the text is not valid UTF-8");
    EXPECT_EQ(fault_of("{\"a\":\"x"), "the text ends inside a string");
    EXPECT_EQ(fault_of("{\"a\":\"x\ny\"}"), "a string has a control character in it");
    EXPECT_EQ(fault_of("{\"a\":[1,2"), "the text ends before the value does");
    EXPECT_EQ(fault_of("{\"a\":[1,2}"), "brackets don't match at byte 9");
    EXPECT_EQ(fault_of("[1]]"), "something follows the value at byte 3");
    EXPECT_EQ(fault_of("{} {}"), "something follows the value at byte 3");
    EXPECT_EQ(fault_of("{},"), "something follows the value at byte 2");
    EXPECT_EQ(fault_of("[] x"), "something follows the value at byte 3");
}

TEST(JsonReader, PassesOverAByteOrderMark) {
    EXPECT_EQ(fault_of("\xEF\xBB\xBF{\"a\":1}", [](json_reader& r) { EXPECT_EQ(r["a"].integer(), 1); }), "");
}

TEST(JsonReader, FindsBrokenStructureWhereItIsWalked) {
    const auto look = [](json_reader& r) { r["z"].present(); };
    EXPECT_EQ(fault_of(R"({"a":1,})", look), "expected a member's name and value");
    EXPECT_EQ(fault_of(R"({"a"})", look), "expected a member's name and value");
    EXPECT_EQ(fault_of(R"({"a":})", look), "expected a member's name and value");
    EXPECT_EQ(fault_of(R"({"a":,"b":1})", look), "a value is missing");
    EXPECT_EQ(fault_of(R"({"a":1 "b":1})", look), "expected a comma between members");
    EXPECT_EQ(fault_of(R"({"a":1:2})", look), "expected a comma between members");
    EXPECT_EQ(fault_of(R"({a:1})", look), "expected a member's name and value");
    const auto walk = [](json_reader& r) { r.each([](json_reader&) {}); };
    EXPECT_EQ(fault_of("[1,]", walk), "a value is missing");
    EXPECT_EQ(fault_of("[,]", walk), "a value is missing");
    EXPECT_EQ(fault_of("[1 2]", walk), "expected a comma between elements");
    EXPECT_EQ(fault_of("{}", walk), "expected an array");
    EXPECT_EQ(fault_of("[]", [](json_reader& r) { r.members([](std::string_view, json_reader&) {}); }),
              "expected an object");
    EXPECT_EQ(fault_of(R"({"a\q":1})", [](json_reader& r) { r.members([](std::string_view, json_reader&) {}); }),
              "a member's name has an escape that JSON doesn't have");
    EXPECT_EQ(fault_of("[]", look), "expected an object");
}

TEST(JsonReader, SurvivesDeepNesting) {
    for (const std::string open : {"[", "{\"a\":"}) {
        std::string body;
        for (int i = 0; i < 100'000; ++i)
            body += open;
        EXPECT_EQ(fault_of(body), "nested deeper than 1024 levels");
        body += "1";
        for (int i = 0; i < 100'000; ++i)
            body += open == "[" ? ']' : '}';
        EXPECT_EQ(fault_of(body), "nested deeper than 1024 levels");
    }
}

TEST(JsonReader, ReadsSeveralDocumentsAtOnce) {
    const std::string one = R"({"a":1})";
    const std::string two = R"({"a":[2,3],"b":4})";
    json_document first(one);
    json_document second(two);
    auto r1 = first.root();
    auto r2 = second.root();
    EXPECT_EQ(r1["a"].integer(), 1);
    EXPECT_EQ(r2["b"].integer(), 4);
    EXPECT_EQ(r1["a"].integer(), 1);
}

} // namespace
} // namespace evalbridge
