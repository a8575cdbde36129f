#include "tests/gateway/handlers/handler_world.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

class Suites : public handler_world {
  protected:
    Suites() {
        for (const std::string name : {"b-nightly", "a-weekly", "c-smoke"}) {
            auto& each = suites[name];
            each.name = name;
            each.primary = "p";
            auto& spec = each.on["p"];
            spec.provider = "p";
            spec.suite = name;
            spec.scope = trace_scope{"t"};
        }
        suites["b-nightly"].description = "Every night";
        suites["b-nightly"].shadows = {"q"};
        suites["b-nightly"].on["q"] = suites["b-nightly"].on["p"];
        suites["b-nightly"].on["q"].provider = "q";
    }
    std::string body_of(const std::unique_ptr<exchange>& x) { return (*x->answer)->body; }
};

TEST_F(Suites, AreShownWithWhatWouldStartThem) {
    const auto got = get("/v1/suites/b-nightly");
    ASSERT_EQ(got->status(), 200);
    EXPECT_EQ(body_of(got), R"({"name":"b-nightly","description":"Every night","route":{"primary":"p","shadow":["q"]},)"
                            R"("on":{"p":{"provider":"p","scope":{"trace_id":"t"}},)"
                            R"("q":{"provider":"q","scope":{"trace_id":"t"}}}})");
    EXPECT_EQ(get("/v1/suites/none")->status(), 404);
}

TEST_F(Suites, AreListedByNamePageAfterPage) {
    std::vector<std::string> names;
    std::string cursor;
    for (int pages = 0; pages < 4; ++pages) {
        const auto got =
            cursor.empty() ? get("/v1/suites", {{"limit", "2", true}}) : get("/v1/suites", {{"cursor", cursor, true}});
        ASSERT_EQ(got->status(), 200);
        const auto body = boost::json::parse(body_of(got));
        for (const auto& each : body.at("data").as_array())
            names.emplace_back(each.at("name").as_string());
        EXPECT_EQ(body.at("page").at("total"), 3);
        if (body.at("page").at("next_cursor").is_null())
            break;
        cursor = std::string(body.at("page").at("next_cursor").as_string());
    }
    EXPECT_EQ(names, (std::vector<std::string>{"a-weekly", "b-nightly", "c-smoke"}));
}

} // namespace
} // namespace evalbridge::testing
