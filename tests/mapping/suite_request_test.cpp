#include "mapping/suite_request.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace evalbridge {
namespace {

suite_map known() {
    suite nightly;
    nightly.name = "nightly";
    nightly.primary = "p";
    run_spec spec;
    spec.provider = "p";
    spec.name = "the suite's";
    spec.scope = trace_scope{"t"};
    spec.labels = {{"team", "suite"}, {"kind", "nightly"}};
    nightly.on.emplace("p", spec);
    return {{"nightly", nightly}};
}

result<suite_request> read(const std::string& text, const suite_map& of) {
    return read_suite_request(boost::json::parse(text), of);
}

TEST(SuiteRequest, IsToldFromASpecByItsName) {
    EXPECT_TRUE(is_suite_request(boost::json::parse(R"({"suite":1})")));
    EXPECT_FALSE(is_suite_request(boost::json::parse(R"({"provider":"p","scope":{"trace_id":"t"}})")));
    EXPECT_FALSE(is_suite_request(boost::json::parse("[]")));
}

TEST(SuiteRequest, GoesBeforeTheSuitesOwnWords) {
    const auto suites = known();
    const auto plain = read(R"({"suite":"nightly"})", suites);
    ASSERT_TRUE(plain);
    EXPECT_EQ(spec_on(*plain, "p").name, "the suite's");
    const auto request = read(
        R"({"suite":"nightly","name":"mine","description":"d","agent_version":"v2","labels":{"team":"me"}})", suites);
    ASSERT_TRUE(request) << request.error().detail();
    const auto spec = spec_on(*request, "p");
    EXPECT_EQ(spec.name, "mine");
    EXPECT_EQ(spec.description, "d");
    EXPECT_EQ(spec.agent_version, "v2");
    EXPECT_EQ(spec.suite, "nightly");
    EXPECT_EQ(spec.labels, (std::map<std::string, std::string>{{"team", "me"}, {"kind", "nightly"}}));
}

TEST(SuiteRequest, IsReadAsStrictlyAsASpec) {
    struct row {
        const char* body;
        std::vector<std::string> pointers;
    };
    const auto suites = known();
    const row rows[] = {
        {R"({"suite":"weekly"})", {"/suite"}},
        {R"({"suite":7})", {"/suite"}},
        {R"({"suite":"nightly","provider":"p"})", {"/provider"}},
        {R"({"suite":"nightly","scope":{},"metrics":[]})", {"/scope", "/metrics"}},
        {R"({"suite":"nightly","trigger":"backfill","colour":"red"})", {"/trigger", "/colour"}},
        {R"({"suite":"nightly","name":1,"labels":{"a":1}})", {"/name", "/labels/a"}},
    };
    for (const auto& [body, pointers] : rows) {
        const auto refused = read(body, suites);
        ASSERT_FALSE(refused) << body;
        const auto wrong = refused.error();
        EXPECT_EQ(wrong.code(), errc::invalid_request);
        std::vector<std::string> found;
        for (const auto& each : wrong.faults())
            found.push_back(each.pointer);
        EXPECT_EQ(found, pointers) << body;
    }
}

TEST(SuiteRequest, HasNoMoreLabelsThanASpecMayHave) {
    const auto suites = known();
    std::string labels;
    for (int i = 0; i < 63; ++i)
        labels += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"x\"";
    const auto refused = read(R"({"suite":"nightly","labels":{)" + labels + "}}", suites);
    ASSERT_FALSE(refused) << "two are the suite's own";
    EXPECT_EQ(refused.error().faults().front().pointer, "/labels");
}

} // namespace
} // namespace evalbridge
