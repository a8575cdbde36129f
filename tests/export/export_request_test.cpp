// What a client may ask an export for, and what a cursor of one is good for.

#include "export/export_request.hpp"
#include "tests/mapping/test_mac.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using ::testing::ElementsAre;
using query = std::vector<std::pair<std::string, std::string>>;

result<export_request> read(const query& parameters, std::string_view run = "prod:1") {
    return read_export_request(parameters, run, test_mac);
}

std::vector<std::string> wrong(const query& parameters, std::string_view run = "prod:1") {
    const auto r = read(parameters, run);
    std::vector<std::string> out;
    if (!r) {
        const auto why = r.error();
        for (const auto& each : why.faults())
            out.push_back(each.pointer);
    }
    return out;
}

TEST(ExportRequest, TakesNdjsonOfEveryItemWhereNothingIsSaid) {
    const auto r = read({});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->format, export_format::ndjson);
    EXPECT_EQ(r->filter, verdict_filter());
    EXPECT_EQ(r->offset(), 0u);
    EXPECT_FALSE(r->goes_on);
    EXPECT_TRUE(r->guard);
}

TEST(ExportRequest, RefusesWhatAFormatHasNoPlaceFor) {
    EXPECT_THAT(wrong({{"format", "xml"}}), ElementsAre("format"));
    EXPECT_THAT(wrong({{"format", "junit"}, {"offset", "5"}}), ElementsAre("offset"));
    EXPECT_THAT(wrong({{"format", "junit"}, {"cursor", "x"}}), ElementsAre("cursor"));
    EXPECT_THAT(wrong({{"format", "junit"}, {"include", "raw"}}), ElementsAre("include"));
    EXPECT_THAT(wrong({{"format", "csv"}, {"include", "cursor"}}), ElementsAre("include"));
    EXPECT_THAT(wrong({{"bom", "true"}}), ElementsAre("bom"));
    EXPECT_THAT(wrong({{"format", "junit"}, {"guard", "false"}}), ElementsAre("guard"));
    EXPECT_THAT(wrong({{"format", "csv"}, {"bom", "1"}}), ElementsAre("bom"));
    EXPECT_THAT(wrong({{"passed", "yes"}, {"level", "x"}}), ElementsAre("passed", "level"));
    EXPECT_THAT(wrong({{"offset", "-1"}}), ElementsAre("offset"));
    EXPECT_THAT(wrong({{"format", "csv"}, {"format", "csv"}}), ElementsAre("format"));
}

std::string cursor_of(const query& parameters) {
    const auto r = read(parameters);
    walk_position next;
    next.index = 41;
    next.sub = 2;
    return make_export_cursor(*r, 1000, next, "prod:1", test_mac);
}

TEST(ExportCursor, CarriesTheFilterAndWhereItGoesOn) {
    const auto r = read({{"cursor", cursor_of({{"metric", "m"}, {"passed", "false"}, {"include", "cursor,raw"}})}});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->filter.metric, "m");
    EXPECT_EQ(r->filter.passed, verdict_filter::passed_is::no);
    EXPECT_TRUE(r->raw);
    EXPECT_TRUE(r->cursors);
    EXPECT_EQ(r->from.index, 41u);
    EXPECT_EQ(r->from.sub, 2u);
    EXPECT_EQ(r->offset(), 1000u);
    EXPECT_TRUE(r->goes_on);
}

TEST(ExportCursor, IsForItsOwnRunFilterAndFormatAlone) {
    const auto cursor = cursor_of({{"metric", "m"}, {"include", "cursor"}});
    EXPECT_THAT(wrong({{"cursor", cursor}}, "prod:2"), ElementsAre("cursor"));
    EXPECT_THAT(wrong({{"cursor", cursor}, {"format", "csv"}}), ElementsAre("format"));
    EXPECT_THAT(wrong({{"cursor", cursor}, {"metric", "n"}}), ElementsAre("metric"));
    EXPECT_THAT(wrong({{"cursor", cursor}, {"include", "cursor,raw"}}), ElementsAre("include"));
    EXPECT_THAT(wrong({{"cursor", cursor}, {"offset", "3"}}), ElementsAre("offset"));
    EXPECT_THAT(wrong({{"cursor", cursor + "x"}}), ElementsAre("cursor"));
    EXPECT_TRUE(read({{"cursor", cursor}, {"metric", "m"}, {"format", "ndjson"}, {"include", "cursor"}}));
    // One of the list of verdicts is none of an export, nor the other way round.
    evalbridge::cursor listed;
    listed.subject = "prod:1";
    listed.limit = 50;
    EXPECT_THAT(wrong({{"cursor", encode_cursor(listed, test_mac)}}), ElementsAre("cursor"));
    EXPECT_FALSE(read_list_request(query{{"cursor", cursor}}, list_kind::verdicts, "prod:1", {}, true, test_mac));
}

} // namespace
} // namespace evalbridge
