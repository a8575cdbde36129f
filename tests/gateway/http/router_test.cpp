#include "gateway/http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace evalbridge {
namespace {

handler nothing() {
    return [](const request_context&) -> boost::asio::awaitable<result<reply>> { co_return reply(); };
}

router sample() {
    router routes;
    routes.add(verb::get, "/v1/runs", {}, nothing());
    routes.add(verb::post, "/v1/runs", {}, nothing());
    routes.add(verb::get, "/v1/runs/{id}/results/{result_id}", {}, nothing());
    routes.add(verb::get, "/v1/runs/{id}", {}, nothing());
    routes.add(verb::get, "/v1/runs/special", {}, nothing());
    routes.add(verb::post, "/v1/runs/{id}/cancel", {}, nothing());
    return routes;
}

TEST(Router, FindsByMethodAndPattern) {
    const auto routes = sample();
    const auto hit = routes.find(verb::get, "/v1/runs/staso-prod%3Aa%2Fb/results/7");
    ASSERT_TRUE(hit.handle);
    EXPECT_EQ(hit.pattern, "/v1/runs/{id}/results/{result_id}");
    EXPECT_EQ(hit.arguments, (std::vector<std::string>{"staso-prod:a/b", "7"}));
}

TEST(Router, ALiteralSegmentWinsOverANamedOne) {
    const auto routes = sample();
    EXPECT_EQ(routes.find(verb::get, "/v1/runs/special").pattern, "/v1/runs/special");
    EXPECT_EQ(routes.find(verb::get, "/v1/%72uns/%73pecial").pattern, "/v1/runs/special");
    EXPECT_EQ(routes.find(verb::get, "/v1/runs/specials").pattern, "/v1/runs/{id}");
}

TEST(Router, KnowsAnUnknownPathFromAnUnknownMethod) {
    const auto routes = sample();
    for (const std::string_view path : {"/", "/v1", "/v1/runs/", "/v1//runs", "/v1/runs/a/results",
                                        "/v1/runs/a/results/", "", "v1/runs", "*", "/v1/runs/../runs", "/V1/runs"}) {
        const auto miss = routes.find(verb::get, path);
        EXPECT_TRUE(miss.pattern.empty() && !miss.handle && miss.allow.empty()) << path;
    }
    const auto wrong = routes.find(verb::del, "/v1/runs");
    EXPECT_FALSE(wrong.handle);
    EXPECT_EQ(wrong.pattern, "/v1/runs");
    EXPECT_EQ(wrong.allow, "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(routes.find(verb::get, "/v1/runs/a/cancel").allow, "POST, OPTIONS");
    EXPECT_FALSE(routes.find(verb::other, "/v1/runs").handle);
}

TEST(Router, AnswersHeadByTheHandlerOfGet) {
    const auto routes = sample();
    EXPECT_EQ(routes.find(verb::head, "/v1/runs").handle, routes.find(verb::get, "/v1/runs").handle);
    EXPECT_FALSE(routes.find(verb::head, "/v1/runs/a/cancel").handle);
}

TEST(Router, RefusesWhatPercentEncodingHides) {
    const auto routes = sample();
    for (const std::string_view path :
         {"/v1/runs/a%00b", "/v1/runs/%0d%0aX", "/v1/runs/%c0%af", "/v1/runs/%ff", "/v1/runs/%2", "/x%zz"})
        EXPECT_TRUE(routes.find(verb::get, path).bad_encoding) << path;
    EXPECT_FALSE(routes.find(verb::get, "/v1/runs/caf%C3%A9").bad_encoding);
}

TEST(Router, AddingTwiceIsABug) {
    auto routes = sample();
    EXPECT_THROW(routes.add(verb::get, "/v1/runs", {}, nothing()), std::logic_error);
}

} // namespace
} // namespace evalbridge
