// Creates whose answer the client never has: the run is there all the same, and counted.

#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/json/parse.hpp>

namespace evalbridge::sandbox {
namespace {

class SandboxCreates : public SandboxFixture {
  protected:
    boost::json::value runs(std::uint16_t port, const std::string& query = "") {
        return ask(port, "GET", "/__sandbox/runs" + query).json();
    }
    int total(std::uint16_t port, const std::string& name) {
        return runs(port, "?name=" + name).at("total").to_number<int>();
    }
    heard create_staso(const std::string& name) {
        return staso("POST", "/v1/eval/runs",
                     R"({"scope":{"trace_id":")" + sample("trace_id") +
                         R"("},"zero_configs":["latency_p95"],"name":")" + name + R"("})");
    }
    heard create_gradient(const std::string& name) {
        return gradient("POST", "/v2/gen-ai/evaluation_runs",
                        R"({"test_case_uuid":")" + sample("test_case_uuid") + R"(","agent_uuids":[")" +
                            sample("agent_uuid") + R"(",")" + sample("second_agent_uuid") + R"("],"run_name":")" +
                            name + R"("})");
    }
};

TEST_F(SandboxCreates, AreCountedWhetherOrNotTheirAnswerCame) {
    int number = 0;
    for (const std::string how : {R"("do":"close","perform":true)", R"("do":"reset","perform":true)",
                                  R"("do":"status","status":500,"perform":true)", R"("do":"cut_body")"}) {
        const auto name = "lost" + std::to_string(++number);
        set_scenario(R"({"staso":{"faults":[{)" + how + R"(}]},"gradient":{"faults":[{)" + how + "}]}}");
        const auto lost = create_staso(name);
        EXPECT_TRUE(lost.status != 201 || !lost.complete) << how;
        create_gradient(name);
        EXPECT_EQ(total(server_.staso_port(), name), 1) << how;
        EXPECT_EQ(total(server_.gradient_port(), name), 2) << how << ": one an agent";
    }
    set_scenario(R"({"staso":{"faults":[{"do":"close"}]}})");
    create_staso("never-begun");
    EXPECT_EQ(total(server_.staso_port(), "never-begun"), 0);
}

TEST_F(SandboxCreates, AreListedInTheirOrderAndBounded) {
    for (const auto* name : {"one", "two", "three"})
        create_staso(name);
    const auto all = runs(server_.staso_port(), "?offset=1&limit=2");
    EXPECT_EQ(all.at("total").to_number<int>(), 4) << "with the run that was there from the start";
    ASSERT_EQ(all.at("runs").as_array().size(), 2u);
    EXPECT_EQ(all.at("runs").at(0).at("name").as_string(), "one");
    EXPECT_EQ(all.at("runs").at(1).at("name").as_string(), "two");
    EXPECT_FALSE(all.at("runs").at(1).at("id").as_string().empty());
    EXPECT_EQ(ask(server_.staso_port(), "GET", "/__sandbox/runs?limit=10001").status, 400);
    EXPECT_EQ(ask(server_.staso_port(), "GET", "/__sandbox/runs?limit=x").status, 400);
}

TEST_F(SandboxCreates, AreFoundByTheirNamesInTheVendorsOwnLists) {
    create_staso("weekly [eb-0123456789abcdef0123]");
    const auto listed = staso("GET", "/v1/eval/runs?limit=1&offset=0").json();
    EXPECT_EQ(listed.at("runs").at(0).at("name").as_string(), "weekly [eb-0123456789abcdef0123]");
    create_gradient("weekly [eb-0123456789abcdef0123]");
    const auto of_case =
        gradient("GET", "/v2/gen-ai/evaluation_test_cases/" + sample("test_case_uuid") + "/evaluation_runs").json();
    int found = 0;
    for (const auto& each : of_case.at("evaluation_runs").as_array()) {
        const std::string_view name = each.at("run_name").as_string();
        found += name.starts_with("weekly [eb-0123456789abcdef0123]-");
    }
    EXPECT_EQ(found, 2) << "with the vendor's own suffix";
}

} // namespace
} // namespace evalbridge::sandbox
