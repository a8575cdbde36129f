#include "mapping/run_tag.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

const std::string id = "0123456789abcdef0123";

std::string told(const std::optional<std::string>& text) { return text.value_or("(none)"); }

TEST(RunTag, IsTakenOffTheNameItWasPutOn) {
    for (const auto* pattern : {"[eb-{id}]", "#{id}", "(run {id} of evalbridge)", "~{id}~"}) {
        const auto tags = run_tag_format::parse(pattern);
        ASSERT_TRUE(tags) << pattern;
        for (const auto* name : {"weekly", "weekly eval, 2nd try", "[draft] x", "漢字 ✓", "[eb-]", "a]"}) {
            const auto split = tags->split(tagged_name(name, tags->tag_of(id)));
            EXPECT_EQ(told(split.name), name) << pattern;
            EXPECT_EQ(told(split.create_id), id) << pattern;
        }
    }
}

TEST(RunTag, KeepsWhatTheVendorPutAroundIt) {
    const run_tag_format tags;
    struct {
        std::string name;
        std::string without;
    } const rows[] = {
        {"weekly [eb-" + id + "]-3f2a1c", "weekly-3f2a1c"},
        {"copy of weekly [eb-" + id + "] (2)", "copy of weekly (2)"},
        {"[eb-" + id + "]-3f2a1c", "-3f2a1c"},
        {"[eb-" + id + "]", "(none)"},
        {"weekly[eb-" + id + "]", "weekly"},
    };
    for (const auto& row : rows) {
        const auto split = tags.split(row.name);
        EXPECT_EQ(told(split.name), row.without) << row.name;
        EXPECT_EQ(told(split.create_id), id) << row.name;
    }
}

TEST(RunTag, IsOnlyWhatWeWrite) {
    const run_tag_format tags;
    for (const std::string name :
         {"", "weekly", "[eb-]", "[eb-0123456789abcdef012]", "[eb-0123456789abcdef01234]", "[eb-0123456789ABCDEF0123]",
          "[eb-0123456789abcdef0123", "eb-0123456789abcdef0123]", "[eb-0123456789abcdef012 ]", "[eb-[eb-[eb-"}) {
        const auto split = tags.split(name);
        EXPECT_EQ(told(split.name), name);
        EXPECT_FALSE(split.create_id) << name;
    }
}

TEST(RunTag, IsTheLastOneWhereAClientWroteOneItself) {
    const run_tag_format tags;
    const std::string forged = "weekly [eb-ffffffffffffffffffff]";
    const auto split = tags.split(tagged_name(forged, tags.tag_of(id)) + "-3f2a1c");
    EXPECT_EQ(told(split.create_id), id);
    EXPECT_EQ(told(split.name), forged + "-3f2a1c");
}

TEST(RunTag, FitsIntoTheVendorsLimit) {
    const run_tag_format tags;
    const auto tag = tags.tag_of(id);
    for (std::size_t length = 0; length < 300; ++length)
        for (const std::size_t longest : {30u, 200u, 255u}) {
            const auto name = tagged_name(std::string(length, 'x'), tag, longest);
            EXPECT_LE(name.size(), longest);
            EXPECT_EQ(told(tags.split(name).create_id), id);
        }
    const auto cut = tagged_name("漢漢漢漢漢漢漢漢漢漢漢漢", tag, 40);
    EXPECT_EQ(told(tags.split(cut).name), "漢漢漢漢") << "between characters";
    EXPECT_EQ(tagged_name(std::string(300, 'x'), {}, 200).size(), 300u) << "without a tag the name is the client's";
    EXPECT_EQ(tagged_name("", tag), *tag);
}

TEST(RunTag, OfAnEmptyPatternIsNone) {
    const auto none = run_tag_format::parse("");
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
    EXPECT_FALSE(none->tag_of(id));
    const auto name = "weekly [eb-" + id + "]";
    EXPECT_EQ(told(none->split(name).name), name);
    EXPECT_FALSE(none->split(name).create_id);
    EXPECT_EQ(tagged_name("weekly", none->tag_of(id)), "weekly");
}

TEST(RunTag, RefusesPatternsThatCouldNotBeFoundAgain) {
    for (const std::string pattern :
         {"eb", "{id}", "{id}]", "x{id}", "[{id}a]", "[{id}{id}]", "[é{id}]", "[\t{id}]", "{ID}"})
        EXPECT_FALSE(run_tag_format::parse(pattern)) << pattern;
    EXPECT_FALSE(run_tag_format::parse("[" + std::string(64, ' ') + "{id}]"));
    for (const std::string pattern : {"[{id}]", "-{id}", "evalbridge={id};"})
        EXPECT_TRUE(run_tag_format::parse(pattern)) << pattern;
}

TEST(RunTag, IsNotedOnTheRunItIsTakenOff) {
    const run_tag_format tags;
    run r;
    r.name = "weekly [eb-" + id + "]-3f2a1c";
    take_tag_off(r, tags);
    EXPECT_EQ(r.name, "weekly-3f2a1c");
    EXPECT_EQ(r.create_id, id);
    ASSERT_EQ(r.mapping.size(), 1u);
    EXPECT_EQ(r.mapping[0].kind, note_kind::derived);
    EXPECT_EQ(r.mapping[0].member, "name");

    run other;
    other.name = "weekly";
    take_tag_off(other, tags);
    EXPECT_EQ(other.name, "weekly");
    EXPECT_FALSE(other.create_id);
    EXPECT_TRUE(other.mapping.empty());
    run nameless;
    take_tag_off(nameless, tags);
    EXPECT_FALSE(nameless.name || nameless.create_id);
}

} // namespace
} // namespace evalbridge
