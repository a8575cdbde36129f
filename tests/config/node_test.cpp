#include "config/node.hpp"

#include "tests/config/parsed.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge;
using namespace evalbridge::config;
using namespace std::chrono_literals;
using evalbridge::testing::lines;
using evalbridge::testing::parse;
using evalbridge::testing::scratch_folder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ConfigNode, ReadsScalarsOfEveryType) {
    const auto d = parse("text: hello\nquoted: '80'\nyes: true\nno: false\nn: -12\nx: 2.5\nwait: 250ms\nbig: 16KiB\n"
                         "seconds: 90\nbytes: 512\nlist: [a, 'b']\n");
    const auto r = d.root();
    EXPECT_EQ(r.at("text").text(), "hello");
    EXPECT_EQ(r.at("quoted").text(), "80");
    EXPECT_TRUE(r.at("yes").boolean());
    EXPECT_FALSE(r.at("no").boolean());
    EXPECT_EQ(r.at("n").integer(-100, 100), -12);
    EXPECT_EQ(r.at("x").number(), 2.5);
    EXPECT_EQ(r.at("wait").interval(0ms, 1s), 250ms);
    EXPECT_EQ(r.at("big").size(0, 1 << 20), 16384u);
    EXPECT_EQ(r.at("seconds").interval(0ms, 1h), 90s);
    EXPECT_EQ(r.at("bytes").size(0, 1024), 512u);
    EXPECT_THAT(r.at("list").texts(), ElementsAre("a", "b"));
    EXPECT_THAT(lines(d), IsEmpty());
}

TEST(ConfigNode, ReadsQuotesAndBlocksToTheirEnd) {
    const auto d = parse("a: 'it''s \u00fc'\n\"b\": \"say \\\"hi\\\"\"\nc: |\n  'two\n  lines\nd: 'last'");
    const auto r = d.root();
    EXPECT_EQ(r.at("a").text(), "it's \u00fc");
    EXPECT_EQ(r.at("b").text(), "say \"hi\"");
    EXPECT_EQ(r.at("c").text(), "'two\nlines\n");
    EXPECT_EQ(r.at("d").text(), "last");
    EXPECT_THAT(lines(d), IsEmpty());
}

TEST(ConfigNode, FallsBackWhereAMemberIsAbsentOrNull) {
    const auto d = parse("a:\nb: ~\nc: null\n");
    const auto r = d.root();
    EXPECT_EQ(r.text_or("a", "x"), "x");
    EXPECT_TRUE(r.boolean_or("b", true));
    EXPECT_EQ(r.integer_or("c", 7, 0, 10), 7);
    EXPECT_EQ(r.interval_or("d", 5s, 0s, 10s), 5s);
    EXPECT_EQ(r.size_or("e", 9, 0, 10), 9u);
    EXPECT_EQ(r.optional_text("f"), std::nullopt);
    EXPECT_EQ(r.optional_number("g"), std::nullopt);
    EXPECT_THAT(lines(d), IsEmpty());
}

TEST(ConfigNode, ReportsEveryFaultAtOnceInDocumentOrder) {
    const auto d = parse("server:\n"
                         "  port: eighty\n"
                         "  port: 81\n"
                         "  tls: maybe\n"
                         "  lisen: x\n"
                         "log: [1]\n"
                         "colour: red\n");
    const auto r = d.root();
    const auto log = r.at("log");
    log.text_or("level", "info");
    const auto server = r.at("server");
    server.find("listen");
    server.integer_or("port", 1, 1, 65535);
    server.boolean_or("tls", true);
    r.at("auth");
    EXPECT_THAT(lines(d),
                ElementsAre("c.yaml:1:1: the key `auth` is missing", "c.yaml:2:9: server.port: expected a whole number",
                            "c.yaml:3:3: the key `port` is here a second time",
                            "c.yaml:4:8: server.tls: expected true or false",
                            "c.yaml:5:3: unknown key `lisen`; did you mean `listen`?",
                            "c.yaml:6:1: log: expected a mapping, found a list",
                            "c.yaml:7:1: unknown key `colour`; there is `auth`, `log` and `server`"));
}

TEST(ConfigNode, NamesWhereAFaultIs) {
    const auto d = parse("keys:\n  - name: a\n    digest: [x]\n  - {name: {}}\n");
    const auto keys = d.root().at("keys").items();
    ASSERT_EQ(keys.size(), 2u);
    keys[0].at("name").text();
    keys[0].at("digest").text();
    keys[1].at("name").text();
    keys[1].at("digest");
    EXPECT_THAT(lines(d), ElementsAre("c.yaml:3:5: keys[0].digest: expected a text, found a list",
                                      "c.yaml:4:5: keys[1]: the key `digest` is missing",
                                      "c.yaml:4:6: keys[1].name: expected a text, found a mapping"));
}

TEST(ConfigNode, AnAbsentNodeAnswersEverythingAndReportsNothing) {
    const auto d = parse("a: 1\n");
    d.root().at("a");
    const auto gone = d.root().find("b");
    EXPECT_FALSE(gone.present() || gone.is_mapping() || gone.is_sequence() || gone.is_scalar());
    EXPECT_EQ(gone.at("x").at("y").text(), "");
    EXPECT_THAT(gone.items(), IsEmpty());
    EXPECT_THAT(gone.members(), IsEmpty());
    EXPECT_EQ(gone.integer(3, 5), 3);
    EXPECT_EQ(gone.interval(1s, 2s), 1s);
    EXPECT_TRUE(gone.read_secret().empty());
    gone.fail("nothing");
    EXPECT_THAT(lines(d), IsEmpty());
}

TEST(ConfigNode, OneValueOfTheWrongTypeIsOneFault) {
    const auto d = parse("server: 8080\n");
    const auto server = d.root().at("server");
    server.find("a");
    server.at("b");
    server.text_or("c", "");
    EXPECT_THAT(lines(d), ElementsAre("c.yaml:1:9: server: expected a mapping, found a plain value"));
}

TEST(ConfigNode, MembersMarkTheirKeysAsReadButNotWhatIsBelow) {
    const auto d = parse("providers:\n  a: {vendor: x, odd: 1}\n  b: {anything: {deep: 1}}\n");
    const auto all = d.root().at("providers").members();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].first, "a");
    all[0].second.at("vendor").text();
    all[1].second.members(); // read wholesale: nothing of it is unknown
    EXPECT_THAT(lines(d), ElementsAre("c.yaml:2:18: unknown key `odd`; there is `vendor`"));
}

TEST(ConfigNode, AQuotedScalarIsAText) {
    const auto d = parse("a: '80'\nb: \"true\"\nc: '1.5'\nd: '30'\ne: '30s'\nf: \"1KiB\"\ng: '12'\n");
    const auto r = d.root();
    r.at("a").integer(0, 100);
    r.at("b").boolean();
    r.at("c").number();
    r.at("d").interval(0s, 60s);
    EXPECT_EQ(r.at("e").interval(0s, 60s), 30s); // no number can be meant
    EXPECT_EQ(r.at("f").size(0, 4096), 1024u);
    r.at("g").size(0, 100);
    EXPECT_THAT(lines(d),
                ElementsAre(HasSubstr("a: expected a whole number, found a text; take the quotes away"),
                            HasSubstr("b: expected true or false, found a text"), HasSubstr("c: expected a number"),
                            HasSubstr("d: expected a time"), HasSubstr("g: expected a size")));
}

TEST(ConfigNode, RefusesWhatOnlyLooksLikeAValue) {
    for (const std::string text : {"0x10", "010", "1_000", "1e3", "12 ", "+-1", "9223372036854775808", "1.0", "ten"}) {
        const auto d = parse("n: " + text + "\n");
        d.root().at("n").integer(INT64_MIN, INT64_MAX);
        if (text != "12 ") // trailing space isn't part of a plain scalar
            EXPECT_THAT(lines(d), ElementsAre("c.yaml:1:4: n: expected a whole number")) << text;
    }
    for (const std::string text : {"yes", "on", "True", "TRUE", "1"}) {
        const auto d = parse("n: " + text + "\n");
        d.root().at("n").boolean();
        EXPECT_THAT(lines(d), ElementsAre("c.yaml:1:4: n: expected true or false")) << text;
    }
    for (const std::string text : {".inf", ".nan", "inf", "nan", "1e999", "0x1p3", "1.2.3"}) {
        const auto d = parse("n: " + text + "\n");
        d.root().at("n").number();
        EXPECT_THAT(lines(d), ElementsAre("c.yaml:1:4: n: expected a finite number")) << text;
    }
    for (const std::string text : {"10 s", "10x", "-1s", "s", "1w", "1.0001ms", "1e30h"}) {
        const auto d = parse("n: " + text + "\n");
        d.root().at("n").interval(0s, 1h);
        EXPECT_THAT(lines(d), ElementsAre(HasSubstr("n: expected a time"))) << text;
    }
    for (const std::string text : {"10 KiB", "1KB", "1.5MiB", "-1", "KiB", "99999999999GiB"}) {
        const auto d = parse("n: " + text + "\n");
        d.root().at("n").size(0, 1 << 30);
        EXPECT_THAT(lines(d), ElementsAre(HasSubstr("n: expected a size"))) << text;
    }
}

TEST(ConfigNode, TellsTheBounds) {
    const auto d = parse("a: 70000\nb: 1ms\nc: 2GiB\n");
    d.root().at("a").integer(0, 65535);
    d.root().at("b").interval(100ms, 10min);
    d.root().at("c").size(1024, 1 << 20);
    EXPECT_THAT(lines(d),
                ElementsAre("c.yaml:1:4: a: out of bounds, 0 to 65535", "c.yaml:2:4: b: out of bounds, 100ms to 10m",
                            "c.yaml:3:4: c: out of bounds, 1KiB to 1MiB"));
}

TEST(ConfigNode, RefusesTheYamlThatCanMeanTwoThings) {
    struct row {
        std::string_view text;
        std::string_view fault;
    };
    const row rows[] = {
        {"a: &x 1\n", "c.yaml:1:4: anchors and aliases are not taken here; write the value out"},
        {"a: {b: &x 1, c: *x}\n", "c.yaml:1:8: anchors and aliases are not taken here; write the value out"},
        {"a: !!str 1\n", "c.yaml:1:4: tags are not taken here; types follow from the key"},
        {"a: !thing {}\n", "c.yaml:1:4: tags are not taken here; types follow from the key"},
        {"a: 1\n---\nb: 2\n", "c.yaml:2:1: a second document; a configuration file is one"},
        {"? [1]\n: 2\n", "c.yaml:1:3: a key has to be a text"},
        {"", "c.yaml: the file is empty"},
        {"# only a comment\n", "c.yaml: the file is empty"},
        {"a: \xFF\n", "c.yaml:1:4: not UTF-8"},
        {"a: \x01\n", "c.yaml:1:4: a control character"},
    };
    for (const auto& each : rows) {
        const auto d = parse(std::string(each.text));
        EXPECT_FALSE(d.root().present()) << each.text;
        EXPECT_THAT(lines(d), ElementsAre(std::string(each.fault))) << each.text;
    }
    for (const std::string text : {"a: [1\n", "a: b: c\n", "\ta: 1\n", "a: *x\n", "a: 'open\n", "a: \"open\\\"\nb: 1\n",
                                   "a: 'it''\nb: 1\n", "'k: 1\n", "}{", "a: @b\n"}) {
        const auto d = parse(text);
        EXPECT_FALSE(d.root().present()) << text;
        EXPECT_EQ(lines(d).size(), 1u) << text;
    }
}

TEST(ConfigNode, BoundsDepthSizeAndCount) {
    const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_THAT(lines(parse(nested(32))), IsEmpty());
    EXPECT_THAT(lines(parse(nested(33))), ElementsAre("c.yaml:1:33: nested deeper than 32 levels"));
    EXPECT_THAT(lines(parse(nested(100'000))), ElementsAre("c.yaml:1:33: nested deeper than 32 levels"));
    EXPECT_THAT(lines(parse("a: " + std::string(1024 * 1024, 'x'))), ElementsAre("c.yaml: larger than 1048576 bytes"));
    std::string many;
    for (int i = 0; i < 50'001; ++i)
        many += "- 1\n";
    EXPECT_THAT(lines(parse(many)), ElementsAre(HasSubstr("more than 50000 values")));
}

TEST(ConfigNode, CutsAnEndlessListOfFaults) {
    std::string text = "known: 1\n";
    for (int i = 0; i < 500; ++i)
        text += "k" + std::to_string(i) + "zzzzzzzz: 1\n";
    const auto d = parse(text);
    d.root().at("known");
    const auto found = lines(d);
    ASSERT_EQ(found.size(), 101u);
    EXPECT_THAT(found.back(), HasSubstr("more faults follow"));
}

TEST(ConfigNode, KeepsControlCharactersOutOfMessages) {
    const auto d = parse("\"\\e[31mred\\n\": 1\nb: \"\\e]0;x\"\n");
    d.root().find("a");
    d.root().at("b").text();
    EXPECT_THAT(lines(d), ElementsAre("c.yaml:1:1: unknown key `?[31mred?`; there is `a` and `b`",
                                      "c.yaml:2:4: b: holds a control character"));
}

TEST(ConfigDocument, LoadsAFileAndTellsWhyItCannot) {
    const scratch_folder folder;
    const auto d = document::load(folder.write("a.yaml", "\xEF\xBB\xBF# with a mark\na: 1\npath: sub/x.yaml\n"));
    EXPECT_EQ(d.root().at("a").integer(0, 2), 1);
    EXPECT_EQ(d.root().at("path").path(), folder.path() / "sub/x.yaml");
    EXPECT_THAT(lines(d), IsEmpty());

    EXPECT_THAT(lines(document::load(folder.path() / "none.yaml")),
                ElementsAre(HasSubstr("none.yaml: can't be read: No such file or directory")));
    EXPECT_THAT(lines(document::load(folder.path())), ElementsAre(HasSubstr("can't be read: Is a directory")));
    const auto large = folder.write("large.yaml", std::string(2 * 1024 * 1024, '#'));
    EXPECT_THAT(lines(document::load(large)), ElementsAre(HasSubstr("larger than")));
}
