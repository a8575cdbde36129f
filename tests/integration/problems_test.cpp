// What a client is told when it asks for what can't be had.

#include "tests/integration/world.hpp"

#include <gtest/gtest.h>

#include <set>

namespace evalbridge::integration {
namespace {

struct Problems : ::testing::Test {
    world w;
};

TEST_F(Problems, NameEveryFaultOfARunSpec) {
    const auto refused = w.post(
        "/v1/runs", R"({"provider":"staso-box","scope":{"agent_id":"a","sample_pct":101},"metric":[],"name":7})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.text("code"), "invalid_request");
    EXPECT_EQ(refused.text("source"), "client");
    EXPECT_EQ(refused.at("retryable"), false);
    EXPECT_EQ(refused.text("instance"), "/v1/runs");
    EXPECT_EQ(refused.text("request_id"), refused.field("x-request-id"));
    std::set<std::string> pointers;
    for (const auto& each : refused.items("errors"))
        pointers.emplace(each.at("pointer").as_string());
    EXPECT_EQ(pointers, (std::set<std::string>{"/scope/sample_pct", "/metric", "/name"}));
}

TEST_F(Problems, SayWhenABodyIsNotJson) {
    for (const auto* body : {"{", "", "{\"a\":1,}", "\xff", "[1] 2"}) {
        const auto refused = w.post("/v1/runs", body, {{"Content-Type", "application/json"}});
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_EQ(refused.text("detail").substr(0, 26), "The body is not valid JSON") << refused.body;
    }
}

TEST_F(Problems, NameTheMemberThatAVendorCannotDo) {
    const auto refused = w.post(
        "/v1/runs", R"({"provider":"gradient-box","scope":{"agent_id":"a"},"metrics":["x"],"agent_version":"v2"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("code"), "unsupported");
    EXPECT_GE(refused.items("errors").size(), 3u);
}

TEST_F(Problems, ListProvidersForAnUnknownOne) {
    const auto refused = w.post("/v1/runs", R"({"provider":"nobody","scope":{"trace_id":"t"},"metrics":["m"]})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.text("errors/0/pointer"), "/provider");
}

TEST_F(Problems, RefuseBadPagingByName) {
    const auto id = w.finished_staso_run();
    struct {
        const char* query;
        const char* parameter;
    } const rows[] = {
        {"limit=0", "limit"},
        {"limit=1001", "limit"},
        {"limit=-1", "limit"},
        {"limit=ten", "limit"},
        {"page=0", "page"},
        {"per_page=0", "per_page"},
        {"offset=-1", "offset"},
        {"limit=5&limit=6", "limit"},
        {"passed=maybe", "passed"},
        {"level=run", "level"},
        {"include=secrets", "include"},
        {"colour=red", "colour"},
    };
    for (const auto& row : rows)
        for (const auto* list : {"/verdicts?", "/results?"}) {
            const auto refused = w.get(run_path(id) + list + row.query);
            EXPECT_EQ(refused.status, 400) << row.query;
            EXPECT_EQ(refused.text("errors/0/pointer"), row.parameter) << refused.body;
            EXPECT_EQ(refused.text("errors/0/in"), "query");
        }
    for (const auto* mixed : {"limit=5&page=2", "offset=5&per_page=5", "page=1&offset=0"})
        EXPECT_EQ(w.get(run_path(id) + "/verdicts?" + mixed).status, 400) << mixed;
}

TEST_F(Problems, AreTheSameForAnUnknownRunWhoeverItWouldBelongTo) {
    for (const auto* id : {"staso-box:no-such-run", "gradient-box:no-such-run", "nobody:1", "not-an-id"})
        for (const auto* rest : {"", "/verdicts", "/results", "/summary", "/results/1"}) {
            const auto missing = w.get(run_path(id) + rest);
            EXPECT_EQ(missing.status, 404) << id << rest << missing.body;
            EXPECT_EQ(missing.text("code"), "not_found");
        }
    EXPECT_EQ(w.post(run_path("staso-box:no-such-run") + "/cancel", "").status, 404);
}

TEST_F(Problems, TellRoutesFromMethods) {
    EXPECT_EQ(w.get("/v2/runs").status, 404);
    const auto wrong = w.request("DELETE", "/v1/runs", "", {});
    EXPECT_EQ(wrong.status, 405);
    EXPECT_NE(wrong.field("allow").find("POST"), std::string::npos);
    EXPECT_EQ(w.request("DELETE", "/v1/runs/staso-box:1", "", {}).status, 405);
    const auto options = w.request("OPTIONS", "/v1/runs", "", {});
    EXPECT_EQ(options.status, 204);
    EXPECT_NE(options.field("allow").find("POST"), std::string::npos);
    const auto head = w.request("HEAD", "/v1/providers", "", {});
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.body.empty());
}

TEST(Keys, AreAskedForAndNeverShown) {
    // SHA-256 of "open-sesame".
    world_options options;
    options.auth =
        R"({keys: [{name: ci, sha256: "d7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7"}]})";
    world w(options);
    for (const fields& wrong : {fields{}, fields{{"Authorization", "Bearer nope"}}, fields{{"X-API-Key", "nope"}},
                                fields{{"Authorization", "Basic open-sesame"}}}) {
        const auto refused = w.get("/v1/providers", wrong);
        EXPECT_EQ(refused.status, 401) << refused.body;
        EXPECT_EQ(refused.text("code"), "unauthenticated");
        EXPECT_FALSE(refused.field("www-authenticate").empty());
    }
    EXPECT_EQ(w.get("/v1/providers", {{"Authorization", "Bearer open-sesame"}}).status, 200);
    EXPECT_EQ(w.get("/v1/providers", {{"X-API-Key", "open-sesame"}}).status, 200);
    EXPECT_EQ(w.get("/healthz").status, 200) << "probes need no key";
    EXPECT_FALSE(w.log().has("open-sesame"));
    EXPECT_FALSE(w.log().has("nope"));
}

} // namespace
} // namespace evalbridge::integration
