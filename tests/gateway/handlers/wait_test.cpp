#include "gateway/handlers/wait.hpp"

#include "gateway/http/prefer.hpp"
#include "gateway/http/router.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

request_context asking(std::vector<query_parameter> query, std::vector<std::pair<std::string, std::string>> fields) {
    request_context request;
    request.query = std::move(query);
    request.fields = std::move(fields);
    return request;
}

TEST(ParseWait, TakesIntervalsAndSeconds) {
    EXPECT_EQ(parse_wait("30s"), seconds(30));
    EXPECT_EQ(parse_wait("30"), seconds(30));
    EXPECT_EQ(parse_wait("500ms"), milliseconds(500));
    EXPECT_EQ(parse_wait("1m"), minutes(1));
    EXPECT_EQ(parse_wait("24h"), minutes(24 * 60));
    EXPECT_EQ(parse_wait("0s"), milliseconds(0));
    for (const std::string_view bad : {"", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "25h", "1d", "0x1",
                                       "99999999999999999999s", "18446744073709551615m", "30s30"})
        EXPECT_FALSE(parse_wait(bad)) << bad;
}

TEST(ReadWait, NamesTheParameterAndTheLimit) {
    const auto longest = seconds(60);
    const auto at_most = read_wait(asking({{"wait", "60s", true}}, {}), longest);
    ASSERT_TRUE(at_most && *at_most);
    EXPECT_EQ((*at_most)->time, seconds(60));
    EXPECT_FALSE((*at_most)->preferred);
    for (const auto& [value, word] : {std::pair("61s", "60s"), std::pair("soon", "30s"), std::pair("", "30s")}) {
        const auto bad = read_wait(asking({{"wait", value, true}}, {}), longest);
        ASSERT_FALSE(bad) << value;
        const auto why = bad.error();
        EXPECT_EQ(why.code(), errc::invalid_request);
        ASSERT_EQ(why.faults().size(), 1u);
        EXPECT_EQ(why.faults()[0].pointer, "wait");
        EXPECT_EQ(why.faults()[0].in, "query");
        EXPECT_NE(why.faults()[0].detail.find(word), std::string::npos) << why.faults()[0].detail;
    }
    EXPECT_FALSE(read_wait(asking({{"wait", "1", true}, {"wait", "1", true}}, {}), longest));
    EXPECT_FALSE(*read_wait(asking({{"include", "raw", true}}, {}), longest));
}

TEST(ReadWait, APreferenceIsCutToTheLimitAndTheQueryWins) {
    const auto longest = seconds(60);
    const auto preferred = read_wait(asking({}, {{"prefer", "wait=300"}}), longest);
    ASSERT_TRUE(preferred && *preferred);
    EXPECT_EQ((*preferred)->time, seconds(60));
    EXPECT_TRUE((*preferred)->preferred);
    const auto both = read_wait(asking({{"wait", "5s", true}}, {{"prefer", "wait=300"}}), longest);
    EXPECT_EQ((*both)->time, seconds(5));
    EXPECT_FALSE((*both)->preferred);
    EXPECT_FALSE(*read_wait(asking({}, {{"prefer", "wait=soon"}}), longest)) << "what isn't understood is ignored";
}

TEST(PreferredWait, IsReadAsRfc7240Says) {
    EXPECT_EQ(parse_preferred_wait("wait=30"), seconds(30));
    EXPECT_EQ(parse_preferred_wait("respond-async, wait = \"30\" ;x=1, wait=7"), seconds(30));
    EXPECT_EQ(parse_preferred_wait("foo=\"a, wait=1\", WAIT=2"), seconds(2));
    EXPECT_EQ(parse_preferred_wait("foo=\"\\\", wait=1\", wait=3"), seconds(3));
    EXPECT_EQ(parse_preferred_wait("wait=0"), seconds(0));
    for (const std::string_view none :
         {"", "wait", "wait=", "wait=-1", "wait=1.5", "wait=99999999999", "waiting=1", "x;wait=1", ",,;=", "\"wait=1"})
        EXPECT_FALSE(parse_preferred_wait(none)) << none;
    EXPECT_EQ(preferred_wait({{"accept", "wait=1"}, {"prefer", "return=minimal"}, {"prefer", "wait=9"}}), seconds(9));
}

TEST(LoadOf, ARequestThatAsksToWaitIsOneThatWaits) {
    route_options plain;
    route_options may_wait;
    may_wait.waits_if_query = "wait";
    EXPECT_EQ(load_of(plain, {{"wait", "1", true}}, {{"prefer", "wait=1"}}), route_load::work);
    EXPECT_EQ(load_of(may_wait, {}, {}), route_load::work);
    EXPECT_EQ(load_of(may_wait, {{"include", "raw", true}}, {{"prefer", "return=minimal"}}), route_load::work);
    EXPECT_EQ(load_of(may_wait, {{"wait", "1", true}}, {}), route_load::waiting);
    EXPECT_EQ(load_of(may_wait, {}, {{"prefer", "wait=1"}}), route_load::waiting);
}

} // namespace
} // namespace evalbridge
