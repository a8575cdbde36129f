#include "gateway/http/request_checks.hpp"
#include "gateway/http/target.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

TEST(RequestTimeout, IsAPositiveNumberOfSecondsUnderACap) {
    EXPECT_EQ(*request_timeout("", 30s, 120s), 30s);
    EXPECT_EQ(*request_timeout("5", 30s, 120s), 5s);
    EXPECT_EQ(*request_timeout("2.5", 30s, 120s), 2500ms);
    EXPECT_EQ(*request_timeout("0.0001", 30s, 120s), 1ms);
    EXPECT_EQ(*request_timeout("121", 30s, 120s), 120s);
    EXPECT_EQ(*request_timeout("99999999999999999999", 30s, 120s), 120s);
    for (const std::string_view junk :
         {"0", "0.0", "-1", "+1", "1s", "1e3", "0x1", "inf", "nan", "1,5", ".5", "5.", "1.2.3", "5 ", "."}) {
        const auto got = request_timeout(junk, 30s, 120s);
        ASSERT_FALSE(got) << junk;
        EXPECT_EQ(got.error().faults().at(0).in, "header");
        EXPECT_EQ(got.error().faults().at(0).pointer, "request-timeout");
    }
}

TEST(Query, IsDecodedInOrder) {
    route_options options;
    options.query = {"limit", "metric"};
    const auto got = read_query("limit=10&metric=a%20b+c%2B&&metric", options);
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), 3u);
    EXPECT_EQ((*got)[1].value, "a b c+");
    EXPECT_TRUE((*got)[1].has_value);
    EXPECT_FALSE((*got)[2].has_value);
    EXPECT_TRUE(read_query("", {})->empty());
}

TEST(Query, AnUnknownParameterIsNamedWithASuggestion) {
    route_options options;
    options.query = {"limit", "offset"};
    const auto near = read_query("limt=10", options);
    ASSERT_FALSE(near);
    EXPECT_EQ(near.error().code(), errc::invalid_request);
    EXPECT_EQ(near.error().faults().at(0).pointer, "limt");
    EXPECT_EQ(near.error().faults().at(0).in, "query");
    EXPECT_NE(near.error().detail().find("did you mean `limit`"), std::string::npos);
    EXPECT_NE(read_query("colour=1", options).error().detail().find("it takes limit, offset"), std::string::npos);
    EXPECT_NE(read_query("a=1", {}).error().detail().find("takes no query parameters"), std::string::npos);
    EXPECT_FALSE(read_query("=1", options));
    EXPECT_FALSE(read_query("Limit=1", options));
}

TEST(Query, BadEncodingIsRefused) {
    route_options options;
    options.query = {"a"};
    for (const std::string_view query :
         {"a=%2", "a=%zz", "a=%00", "a=%0a", "a=%ff", "a=%c0%af", "a=%ed%a0%80", "%ff=1"})
        EXPECT_FALSE(read_query(query, options)) << query;
    EXPECT_EQ(read_query("a=%C3%A9", options)->at(0).value, "\xc3\xa9");
}

TEST(Body, HasToBeWhatTheRouteTakes) {
    route_options none;
    route_options json;
    json.takes_body = true;
    EXPECT_FALSE(check_body(none, "", ""));
    EXPECT_TRUE(check_body(none, "application/json", "{}"));
    EXPECT_FALSE(check_body(json, "", ""));
    for (const std::string_view type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                                        "application/json;charset=\"UTF-8\"", "application/json;"})
        EXPECT_FALSE(check_body(json, type, "{}")) << type;
    for (const std::string_view type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                                        "application/json; charset=latin1", "application/json; a=b"}) {
        const auto bad = check_body(json, type, "{}");
        ASSERT_TRUE(bad) << type;
        EXPECT_EQ(bad->faults().at(0).pointer, "content-type");
    }
    json.json_body = false;
    EXPECT_FALSE(check_body(json, "", "anything"));
}

TEST(SingleFields, AreThereOnce) {
    EXPECT_FALSE(check_single_fields({{"accept", "a"}, {"accept", "b"}, {"authorization", "x"}}));
    EXPECT_TRUE(check_single_fields({{"authorization", "x"}, {"authorization", "x"}}));
    EXPECT_TRUE(check_single_fields({{"idempotency-key", "1"}, {"a", "b"}, {"idempotency-key", "2"}}));
}

TEST(Target, IsSplitIntoPathAndQuery) {
    struct {
        std::string_view target, path, query;
    } const cases[] = {
        {"/", "/", ""},
        {"/a?b=c?d", "/a", "b=c?d"},
        {"/a?", "/a", ""},
        {"*", "*", ""},
        {"http://h:1/a?b", "/a", "b"},
        {"http://h", "/", ""},
        {"HTTPS://h?b", "/", "b"},
    };
    for (const auto& each : cases) {
        const auto got = split_request_target(each.target);
        EXPECT_EQ(got.path, each.path) << each.target;
        EXPECT_EQ(got.query, each.query) << each.target;
    }
}

} // namespace
} // namespace evalbridge
