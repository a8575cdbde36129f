#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <set>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

class SandboxStaso : public SandboxFixture {
  protected:
    json::value row(const std::string& id) { return staso("GET", "/v1/eval/runs/" + id).json(); }
    std::string status(const std::string& id) { return std::string(row(id).at("status").as_string()); }
    json::array verdicts(const std::string& id, const std::string& query = "limit=1000") {
        return staso("GET", "/v1/eval/runs/" + id + "/verdicts?" + query).json().at("verdicts").as_array();
    }
    json::value complaints(std::string_view body) {
        const auto answer = staso("POST", "/v1/eval/runs", body);
        EXPECT_EQ(answer.status, 422) << body;
        return answer.json().at("detail");
    }
};

/// Runs that take hours, so that how busy the machine is can't matter.
constexpr std::string_view slow = R"({"staso":{"runs":[{"seconds":20000}]}})";

std::string quoted(const std::string& text) { return '"' + text + '"'; }

TEST_F(SandboxStaso, RefusesAMissingAndAWrongKey) {
    const auto missing = ask(server_.staso_port(), "GET", "/v1/eval/runs/x");
    EXPECT_EQ(missing.status, 401);
    EXPECT_EQ(missing.json().at("detail").as_string(), "Missing API key");
    EXPECT_EQ(ask(server_.staso_port(), "GET", "/v1/eval/runs/x", {{"X-API-Key", "wrong"}}).status, 401);
}

TEST_F(SandboxStaso, MovesARunThroughItsLifecycleAsTimePasses) {
    set_scenario(slow);
    const auto id = start_staso(R"({"session_id":)" + quoted(sample("session_id")) + "}");
    EXPECT_EQ(status(id), "pending");
    EXPECT_TRUE(row(id).at("started_at").is_null());
    advance(12000);
    EXPECT_EQ(status(id), "running");
    const auto some = verdicts(id).size();
    EXPECT_GT(some, 0u);
    EXPECT_LT(some, 12u);
    advance(12000);
    EXPECT_EQ(status(id), "completed");
    EXPECT_EQ(verdicts(id).size(), 12u);
    EXPECT_TRUE(row(id).at("error_message").is_null());
    EXPECT_TRUE(row(id).at("completed_at").is_string());
}

TEST_F(SandboxStaso, EveryScopeOfTheReadyLineMatchesTraces) {
    const std::string range = json::serialize(ready_.at("samples").at("time_range"));
    const std::string scopes[] = {
        R"({"trace_id":)" + quoted(sample("trace_id")) + "}",
        R"({"session_id":)" + quoted(sample("session_id")) + "}",
        R"({"dataset_id":)" + quoted(sample("dataset_id")) + "}",
        R"({"agent_id":)" + quoted(sample("agent_id")) + R"(,"sample_pct":20})",
        R"({"time_range":)" + range + R"(,"sample_pct":50})",
        R"({"start":"2026-05-01T00:00:00Z","end":"2026-05-08T02:00:00+02:00","sample_pct":50})",
    };
    for (const auto& scope : scopes) {
        const auto id = start_staso(scope);
        advance(10);
        EXPECT_EQ(status(id), "completed") << scope;
        EXPECT_GT(verdicts(id).size(), 0u) << scope;
    }
}

TEST_F(SandboxStaso, ShowsAFlatTimeRangeNormalised) {
    const auto id = start_staso(R"({"start":"2026-05-01T00:00:00Z","end":"2026-05-08T00:00:00Z","sample_pct":50})");
    EXPECT_EQ(json::serialize(row(id).at("scope")),
              R"({"sample_pct":50,"time_range":{"start":"2026-05-01T00:00:00Z","end":"2026-05-08T00:00:00Z"}})");
}

TEST_F(SandboxStaso, SamplesTheSameTracesEveryTime) {
    const std::string scope = R"({"agent_id":"checkout-agent","sample_pct":30})";
    const auto first = start_staso(scope);
    const auto second = start_staso(scope);
    const auto all = start_staso(R"({"agent_id":"checkout-agent"})");
    advance(10);
    const auto traces = [&](const std::string& id) {
        std::set<std::string> ids;
        for (const auto& one : verdicts(id))
            ids.emplace(one.at("trace_id").as_string());
        return ids;
    };
    EXPECT_EQ(traces(first), traces(second));
    EXPECT_GT(traces(first).size(), 20u);
    EXPECT_LT(traces(first).size(), 70u);
    EXPECT_EQ(traces(all).size(), 150u);
}

TEST_F(SandboxStaso, FailsARunWhoseScopeMatchesNothing) {
    const auto id = start_staso(R"({"trace_id":"nobody-knows-it"})");
    advance(3);
    EXPECT_EQ(status(id), "failed");
    EXPECT_EQ(row(id).at("error_message").as_string(), "no traces matched the scope");
    const auto summary = staso("GET", "/v1/eval/runs/" + id + "/summary").json();
    EXPECT_EQ(summary.at("total").as_int64(), 0);
    EXPECT_TRUE(summary.at("avg_score").is_null());
}

TEST_F(SandboxStaso, MeasuresWhatTheProgrammaticRulesSay) {
    const auto id = sample("staso_finished_run_id");
    std::set<std::string> failed_rules;
    for (const auto& one : verdicts(id)) {
        const auto rule = std::string(one.at("rule_name").as_string());
        const bool passed = one.at("passed").as_bool();
        const double score = one.at("score").to_number<double>();
        if (!passed)
            failed_rules.insert(rule);
        if (rule == "latency_p95" || rule == "cost_per_task" || rule == "tool_sequence_anomaly") {
            EXPECT_EQ(passed, score <= 1) << rule << ' ' << score;
        }
        if (rule == "task_completion_rate") {
            EXPECT_EQ(one.at("reason").as_string() == "trace.status is ok", passed);
        }
        if (one.at("runtime").as_string() == "llm_judge") {
            EXPECT_NE(std::string(one.at("reason").as_string()).find("sandbox judge stand-in"), std::string::npos);
        }
        EXPECT_EQ(one.at("guard_rule_id").as_string(), "");
    }
    EXPECT_EQ(failed_rules.size(), 9u) << "every built-in rule should fail somewhere among 111 traces";
}

TEST_F(SandboxStaso, SummarisesExactlyItsVerdicts) {
    const auto id = sample("staso_finished_run_id");
    const auto summary = staso("GET", "/v1/eval/runs/" + id + "/summary").json();
    std::int64_t total = 0;
    std::int64_t passed = 0;
    double score = 0;
    for (int offset = 0; offset < 2000; offset += 1000)
        for (const auto& one : verdicts(id, "limit=1000&offset=" + std::to_string(offset))) {
            ++total;
            passed += one.at("passed").as_bool();
            score += one.at("score").to_number<double>();
        }
    EXPECT_EQ(total, 150 * 9);
    EXPECT_EQ(summary.at("total").as_int64(), total);
    EXPECT_EQ(summary.at("passed").as_int64(), passed);
    EXPECT_NEAR(summary.at("avg_score").to_number<double>(), score / static_cast<double>(total), 1e-9);
    EXPECT_EQ(summary.at("by_rule").as_array().size(), 9u);
}

TEST_F(SandboxStaso, FiltersAndPagesOnItsSide) {
    const auto id = sample("staso_finished_run_id");
    EXPECT_EQ(verdicts(id, "").size(), 100u);
    const auto failed = verdicts(id, "passed=False&limit=1000").size();
    const auto passed =
        verdicts(id, "passed=1&limit=1000").size() + verdicts(id, "passed=true&limit=1000&offset=1000").size();
    EXPECT_EQ(failed + passed, 1350u);
    EXPECT_EQ(verdicts(id, "offset=1340&limit=50").size(), 10u);
    EXPECT_EQ(verdicts(id, "offset=5000").size(), 0u);
}

TEST_F(SandboxStaso, RefusesBadPaging) {
    const std::string path = "/v1/eval/runs/" + sample("staso_finished_run_id") + "/verdicts?";
    for (const auto* query : {"limit=1001", "limit=0", "limit=ten", "offset=-1", "passed=maybe"}) {
        const auto answer = staso("GET", path + query);
        EXPECT_EQ(answer.status, 422) << query;
        EXPECT_EQ(answer.json().at("detail").at(0).at("loc").at(0).as_string(), "query");
    }
}

TEST_F(SandboxStaso, ComplainsAboutABadCreateTheWayFastApiDoes) {
    struct bad {
        std::string_view body;
        std::string_view type;
    };
    const bad cases[] = {
        {"{", "json_invalid"},
        {"[]", "model_attributes_type"},
        {R"({"zero_configs":["error_rate"]})", "missing"},
        {R"({"scope":{"trace_id":"t"}})", "value_error"},
        {R"({"scope":{"trace_id":"t"},"zero_configs":["no_such_rule"]})", "value_error"},
        {R"({"scope":{"trace_id":"t"},"rules":["no-such-rule"]})", "value_error"},
        {R"({"scope":{"trace_id":"t","session_id":"s"},"zero_configs":["error_rate"]})", "value_error"},
        {R"({"scope":{"trace_id":"t","sample_pct":5},"zero_configs":["error_rate"]})", "extra_forbidden"},
        {R"({"scope":{"agent_id":"a","sample_pct":0},"zero_configs":["error_rate"]})", "greater_than_equal"},
        {R"({"scope":{"agent_id":"a","sample_pct":101},"zero_configs":["error_rate"]})", "less_than_equal"},
        {R"({"scope":{"agent_id":"a","sample_pct":2.5},"zero_configs":["error_rate"]})", "int_type"},
        {R"({"scope":{"start":"2026-05-01T00:00:00Z"},"zero_configs":["error_rate"]})", "missing"},
        {R"({"scope":{"start":"2026-05-02T00:00:00Z","end":"2026-05-01T00:00:00Z"},"zero_configs":["error_rate"]})",
         "value_error"},
        {R"({"scope":{"start":"today","end":"tomorrow"},"zero_configs":["error_rate"]})", "datetime_parsing"},
        {R"({"scope":{"trace_id":7},"zero_configs":["error_rate"]})", "string_type"},
        {R"({"scope":{"trace_id":"t"},"zero_configs":"error_rate"})", "list_type"},
        {R"({"scope":{"trace_id":"t"},"zero_configs":["error_rate"],"trigger":"often"})", "enum"},
        {R"({"scope":{"trace_id":"t"},"zero_configs":["error_rate"],"compare_with":"gone"})", "value_error"},
    };
    for (const auto& [body, type] : cases)
        EXPECT_EQ(complaints(body).at(0).at("type").as_string(), json::string_view(type.data(), type.size())) << body;
}

TEST_F(SandboxStaso, JudgesCustomRulesAndShowsWhatAnAgenticOneInspected) {
    const auto coding = std::string(ready_.at("samples").at("datasets").at("coding-runs").as_string());
    const auto rules = R"("rules":[)" + quoted(sample("agentic_rule_id")) + "," + quoted(sample("rule_id")) + "]";
    const auto id = start_staso(R"({"dataset_id":)" + quoted(coding) + "}", rules);
    const auto other = start_staso(R"({"trace_id":)" + quoted(sample("trace_id")) + "}", rules);
    advance(10);
    for (const auto& one : verdicts(id)) {
        const bool agentic = one.at("runtime").as_string() == "agentic";
        const auto& steps = one.at("inspected").as_array();
        EXPECT_EQ(steps.empty(), !agentic);
        if (agentic) {
            EXPECT_EQ(one.at("guard_rule_id").as_string(), json::string(sample("agentic_rule_id")));
            EXPECT_EQ(steps[0].at("turn").as_int64(), 1);
        }
    }
    const auto precheck = verdicts(other)[0];
    EXPECT_FALSE(precheck.at("passed").as_bool());
    EXPECT_TRUE(precheck.at("inspected").as_array().empty());
}

TEST_F(SandboxStaso, CancelsAfterTheTraceItWasOn) {
    set_scenario(slow);
    const auto id = start_staso(R"({"dataset_id":"synthetic-100"})");
    advance(10000);
    const auto before = verdicts(id).size();
    EXPECT_EQ(staso("POST", "/v1/eval/runs/" + id + "/cancel").status, 202);
    EXPECT_EQ(status(id), "running") << "the trace in hand is finished first";
    advance(2000);
    EXPECT_EQ(status(id), "cancelled");
    const auto after = verdicts(id).size();
    EXPECT_GE(after, before);
    EXPECT_LT(after, 100u);
    EXPECT_EQ(staso("POST", "/v1/eval/runs/" + id + "/cancel").status, 409);
    advance(100000);
    EXPECT_EQ(verdicts(id).size(), after);
}

TEST_F(SandboxStaso, CancelsAPendingRunAtOnce) {
    set_scenario(slow);
    const auto id = start_staso(R"({"dataset_id":"synthetic-10"})");
    EXPECT_EQ(staso("POST", "/v1/eval/runs/" + id + "/cancel").status, 202);
    EXPECT_EQ(status(id), "cancelled");
    EXPECT_TRUE(verdicts(id).empty());
}

TEST_F(SandboxStaso, EnqueuesABackfill) {
    const auto answer =
        staso("POST", "/v1/eval/backfill", R"({"scope":{"agent_id":"support-agent"},"zero_configs":["error_rate"]})");
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.json().at("runs").at(0).at("trigger").as_string(), "backfill");
}

TEST_F(SandboxStaso, AnswersWhatItDoesNotKnowTheWayFastApiDoes) {
    EXPECT_EQ(staso("GET", "/v1/eval/runs/nope").status, 404);
    EXPECT_EQ(staso("POST", "/v1/eval/runs/nope/cancel").status, 404);
    EXPECT_EQ(staso("GET", "/v1/nothing").json().at("detail").as_string(), "Not Found");
    const auto wrong_method = staso("DELETE", "/v1/eval/runs/nope");
    EXPECT_EQ(wrong_method.status, 405);
    EXPECT_EQ(wrong_method.headers.at("allow"), "GET");
}

TEST_F(SandboxStaso, MakesARunOfAnySize) {
    const auto id = start_staso(R"({"dataset_id":"synthetic-5000"})", R"("zero_configs":["error_rate","sentiment"])");
    advance(30);
    EXPECT_EQ(status(id), "completed");
    std::set<std::string> keys;
    for (int offset = 0; offset < 10000; offset += 1000)
        for (const auto& one : verdicts(id, "limit=1000&offset=" + std::to_string(offset)))
            keys.insert(std::string(one.at("trace_id").as_string()) + std::string(one.at("rule_name").as_string()));
    EXPECT_EQ(keys.size(), 10000u);
}

TEST_F(SandboxStaso, AsksForTheSameThingTwiceAndHearsTheSame) {
    server again((options()));
    EXPECT_EQ(boost::json::serialize(ready_.at("samples")),
              boost::json::serialize(json::parse(again.ready_line()).at("samples")));
    options other;
    other.seed = 2;
    server different(other);
    EXPECT_NE(json::parse(different.ready_line()).at("samples").at("test_case_uuid"),
              ready_.at("samples").at("test_case_uuid"));
}

} // namespace
} // namespace evalbridge::sandbox
