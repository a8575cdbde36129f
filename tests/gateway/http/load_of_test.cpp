#include "gateway/http/router.hpp"

#include <gtest/gtest.h>

using namespace evalbridge;

namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

route_load load(const std::string& wait, const fields& sent = {}) {
    route_options options;
    options.waits_if_query = "wait";
    std::vector<query_parameter> query;
    if (!wait.empty())
        query.push_back({"wait", wait, true});
    return load_of(options, query, sent);
}

TEST(LoadOf, ARequestThatWaitsIsAWaitingOne) {
    EXPECT_EQ(load(""), route_load::work);
    EXPECT_EQ(load("30s"), route_load::waiting);
    EXPECT_EQ(load("0.5"), route_load::waiting);
    EXPECT_EQ(load("", {{"prefer", "respond-async, wait=10"}}), route_load::waiting);
}

TEST(LoadOf, AWaitOfNothingIsWork) {
    for (const auto* none : {"0", "0s", "0ms", "soon"})
        EXPECT_EQ(load(none), route_load::work) << none;
    EXPECT_EQ(load("", {{"prefer", "wait=0"}}), route_load::work);
    EXPECT_EQ(load("", {{"prefer", "wait=soon"}}), route_load::work);
}

TEST(LoadOf, ARouteThatDoesNotWaitNeverDoes) {
    EXPECT_EQ(load_of(route_options(), {{"wait", "30s", true}}, {{"prefer", "wait=10"}}), route_load::work);
}

} // namespace
