#include "mapping/write.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace evalbridge {
namespace {

template <class T> std::string text_of(const T& object) {
    std::string out;
    json_writer writer(out);
    write(writer, object);
    EXPECT_NO_THROW(boost::json::parse(out)) << out;
    return out;
}

timestamp time_at(std::string_view text) { return parse_timestamp(text).value(); }

const metric_ref toxicity{
    .name = "toxicity", .native_name = "Toxicity", .native_id = "m1", .kind = metric_kind::llm_judge};

measurement measured() {
    return {
        .metric = toxicity,
        .passed = false,
        .decided_by = passed_source::threshold,
        .score = 0.25,
        .value = {.type = value_type::percentage, .number = 25, .text = {}},
        .direction = score_direction::lower_is_better,
        .reason = "because",
        .error = {},
        .mapping = {{note_kind::derived, "passed", "configured threshold"}},
        .raw = R"({"v":25.0})",
    };
}

constexpr std::string_view measured_text =
    R"("metric":{"name":"toxicity","native_name":"Toxicity","native_id":"m1","kind":"llm_judge"},)"
    R"("passed":false,"passed_source":"threshold","score":0.25,"value":{"type":"percentage","number":25,"text":null},)"
    R"("direction":"lower_is_better","reason":"because","error":null)";

TEST(Write, GivesEveryMemberOfAnEmptyRun) {
    EXPECT_EQ(
        text_of(run{}),
        R"({"id":"","provider":"","vendor":"","native_id":"","native_status":null,"name":null,"description":null,)"
        R"("suite":null,"status":"unknown","phase":null,"terminal":false,"outcome":null,"outcome_source":null,)"
        R"("error":null,"trigger":null,"scope":null,)"
        R"("agent":{"id":null,"name":null,"version":null,"deployment":null},"metrics":[],"baseline_run_id":null,)"
        R"("progress":null,"created_at":null,"started_at":null,"finished_at":null,"labels":{},"run_metrics":[],)"
        R"("star_metric":null,"mapping":{}})");
}

TEST(Write, GivesAWholeRun) {
    run r;
    r.id = "p:1";
    r.provider = "p";
    r.vendor = "v";
    r.native_id = "1";
    r.native_status = "DONE";
    r.name = "n\"";
    r.description = "d";
    r.suite = "s";
    r.status = run_status::completed;
    r.phase = "ph";
    r.outcome = run_outcome::failed;
    r.outcome_source = "provider";
    r.error = "e";
    r.trigger = "on_demand";
    r.scope = trace_scope{"t"};
    r.agent = {.id = "a", .name = "b", .version = "c", .deployment = "d"};
    r.metrics = {toxicity};
    r.baseline_run_id = "p:0";
    r.progress = run_progress{.done = 3, .total = {}};
    r.created_at = time_at("2026-05-10T08:00:00Z");
    r.started_at = time_at("2026-05-10T08:00:01.5Z");
    r.finished_at = time_at("2026-05-10T08:00:02.000001Z");
    r.labels = {{"k\n", "v"}, {"a", "b"}};
    r.run_metrics = {measured()};
    r.star = star_metric{.metric = toxicity, .threshold = 0.8, .result = {}};
    r.mapping = {{note_kind::lossy, "scope.start", "x"}};
    r.raw = "[1.0]";
    const std::string metric = R"({"name":"toxicity","native_name":"Toxicity","native_id":"m1","kind":"llm_judge"})";
    EXPECT_EQ(text_of(r),
              R"({"id":"p:1","provider":"p","vendor":"v","native_id":"1","native_status":"DONE","name":"n\"",)"
              R"("description":"d","suite":"s","status":"completed","phase":"ph","terminal":true,"outcome":"failed",)"
              R"("outcome_source":"provider","error":"e","trigger":"on_demand","scope":{"trace_id":"t"},)"
              R"("agent":{"id":"a","name":"b","version":"c","deployment":"d"},"metrics":[)" +
                  metric +
                  R"(],"baseline_run_id":"p:0","progress":{"done":3,"total":null},)"
                  R"("created_at":"2026-05-10T08:00:00Z","started_at":"2026-05-10T08:00:01.500Z",)"
                  R"("finished_at":"2026-05-10T08:00:02.000001Z","labels":{"a":"b","k\n":"v"},"run_metrics":[{)" +
                  std::string(measured_text) +
                  R"(,"mapping":{"derived":{"passed":"configured threshold"}},)"
                  R"("raw":{"v":25.0}}],"star_metric":{"metric":)" +
                  metric + R"(,"threshold":0.8,"result":null},"mapping":{"lossy":{"scope.start":"x"}},"raw":[1.0]})");
    r.star->result = measured();
    EXPECT_NE(text_of(r).find(R"("threshold":0.8,"result":{"metric":{"name":"toxicity")"), std::string::npos);
}

TEST(Write, GivesAVerdict) {
    verdict v;
    EXPECT_EQ(text_of(v), R"({"id":"","run_id":"","result_id":"","trace_id":null,"level":"item","span":null,)"
                          R"("metric":{"name":"","native_name":"","native_id":null,"kind":"unknown"},"passed":null,)"
                          R"("passed_source":"none","score":null,"value":{"type":"unknown","number":null,"text":null},)"
                          R"("direction":"unknown","reason":null,"error":null,"agent_version":null,"latency_ms":null,)"
                          R"("timestamp":null,"inspected":[],"mapping":{}})");
    v.id = "r:m1:2";
    v.run_id = "p:1";
    v.result_id = "r";
    v.trace_id = "t";
    v.level = verdict_level::span;
    v.span = span_ref{.index = 2, .name = "call", .type = {}};
    v.measured = measured();
    v.agent_version = "v2";
    v.latency_ms = 120;
    v.at = time_at("2026-05-10T08:00:00Z");
    v.inspected = {{.turn = 1, .tool = "read", .target = "/a"}, {.turn = {}, .tool = "ls", .target = ""}};
    EXPECT_EQ(text_of(v),
              R"({"id":"r:m1:2","run_id":"p:1","result_id":"r","trace_id":"t","level":"span",)"
              R"("span":{"index":2,"name":"call","type":null},)" +
                  std::string(measured_text) +
                  R"(,"agent_version":"v2","latency_ms":120,"timestamp":"2026-05-10T08:00:00Z",)"
                  R"("inspected":[{"turn":1,"tool":"read","target":"/a"},{"turn":null,"tool":"ls","target":""}],)"
                  R"("mapping":{"derived":{"passed":"configured threshold"}},"raw":{"v":25.0}})");
}

TEST(Write, GivesAResult) {
    run_result r;
    EXPECT_EQ(text_of(r),
              R"({"id":"","run_id":"","trace_id":null,"prompt_id":null,"input":null,"output":null,)"
              R"("expected":null,"tokens":{"input":null,"output":null},"chunks":[],"verdicts":[],"mapping":{}})");
    r.tokens = {.input = UINT64_MAX, .output = 0};
    r.chunks = {{.text = "c", .source = "s", .index_id = "i", .used = true, .usage = 0.5}};
    r.spans.emplace();
    EXPECT_NE(text_of(r).find(R"("spans":[],"verdicts":[])"), std::string::npos);
    r.spans->push_back({});
    r.spans->push_back({
        .index = 1,
        .parent = 0,
        .name = "n",
        .type = "llm",
        .created_at = time_at("2026-05-10T08:00:00Z"),
        .input = R"({"q": 1.0})",
        .output = R"("text")",
        .chunks = {{}},
        .attributes = R"({"id":12345678901234567890})",
    });
    r.verdicts.emplace_back();
    const auto text = text_of(r);
    EXPECT_NE(text.find(R"("tokens":{"input":18446744073709551615,"output":0},)"
                        R"("chunks":[{"text":"c","source":"s","index_id":"i","used":true,"usage":0.5}],)"
                        R"("spans":[{"index":0,"parent":null,"name":null,"type":null,"created_at":null,"input":null,)"
                        R"("output":null,"chunks":[],"attributes":null},)"
                        R"({"index":1,"parent":0,"name":"n","type":"llm","created_at":"2026-05-10T08:00:00Z",)"
                        R"("input":{"q": 1.0},"output":"text",)"
                        R"("chunks":[{"text":null,"source":null,"index_id":null,"used":null,"usage":null}],)"
                        R"("attributes":{"id":12345678901234567890}}],"verdicts":[{"id":"")"),
              std::string::npos)
        << text;
}

TEST(Write, GivesASummary) {
    summary s;
    s.run_id = "p:1";
    EXPECT_EQ(text_of(s), R"({"run_id":"p:1","source":"computed","total":0,"passed":0,"failed":0,"undecided":0,)"
                          R"("errored":0,"pass_rate":null,"average_score":null,"average_latency_ms":null,"metrics":[],)"
                          R"("run_terminal":null,"mapping":{}})");
    s.source = summary_source::provider;
    s.counts = {.total = 10, .passed = 4, .failed = 3, .undecided = 2, .errored = 1};
    s.pass_rate = 0.5;
    s.average_score = 0.25;
    s.average_latency_ms = 120.5;
    s.run_terminal = false;
    s.metrics.push_back({.metric = toxicity,
                         .counts = {.total = 1, .passed = 1, .failed = 0, .undecided = 0, .errored = 0},
                         .pass_rate = 1,
                         .average_score = {},
                         .average_latency_ms = {}});
    EXPECT_EQ(
        text_of(s),
        R"({"run_id":"p:1","source":"provider","total":10,"passed":4,"failed":3,"undecided":2,"errored":1,)"
        R"("pass_rate":0.5,"average_score":0.25,"average_latency_ms":120.5,"metrics":[{"metric":{"name":"toxicity",)"
        R"("native_name":"Toxicity","native_id":"m1","kind":"llm_judge"},"total":1,"passed":1,"failed":0,)"
        R"("undecided":0,"errored":0,"pass_rate":1,"average_score":null,"average_latency_ms":null}],)"
        R"("run_terminal":false,"mapping":{}})");
}

TEST(Write, GivesACatalogueEntry) {
    metric_info m;
    m.metric = toxicity;
    m.provider = "p";
    EXPECT_EQ(text_of(m), R"({"name":"toxicity","native_name":"Toxicity","native_id":"m1","kind":"llm_judge",)"
                          R"("provider":"p","description":null,"category":null,"type":"unknown","direction":"unknown",)"
                          R"("unit":null,"range":null,"threshold":null,"in_dictionary":false,"mapping":{}})");
    m.traits.range = score_range{.min = 0, .max = 100};
    m.traits.unit = "%";
    m.traits.threshold = metric_threshold{.value = 0.5, .passing_texts = {}};
    EXPECT_NE(
        text_of(m).find(R"("unit":"%","range":{"min":0,"max":100},"threshold":{"value":0.5,"passing_texts":[]},)"),
        std::string::npos);
    m.traits.threshold = metric_threshold{.value = {}, .passing_texts = {"yes", "ok"}};
    EXPECT_NE(text_of(m).find(R"("threshold":{"value":null,"passing_texts":["yes","ok"]})"), std::string::npos);
}

TEST(Write, GivesEveryShapeOfScope) {
    EXPECT_EQ(text_of(scope(trace_scope{"t"})), R"({"trace_id":"t"})");
    EXPECT_EQ(text_of(scope(session_scope{"s"})), R"({"session_id":"s"})");
    EXPECT_EQ(text_of(scope(dataset_scope{"d"})), R"({"dataset_id":"d"})");
    EXPECT_EQ(text_of(scope(agent_scope{"a", {}})), R"({"agent_id":"a"})");
    EXPECT_EQ(text_of(scope(agent_scope{"a", 20})), R"({"agent_id":"a","sample_pct":20})");
    EXPECT_EQ(text_of(scope(time_range_scope{"x", "y", 5})),
              R"({"time_range":{"start":"x","end":"y"},"sample_pct":5})");
    EXPECT_EQ(text_of(scope(test_case_scope{"c", {}, {}, {}})), R"({"test_case_id":"c"})");
    EXPECT_EQ(text_of(scope(test_case_scope{"c", {"a", "b"}, {"d"}, 3})),
              R"({"test_case_id":"c","agents":["a","b"],"deployments":["d"],"version":3})");
}

TEST(Write, GivesAPage) {
    EXPECT_EQ(text_of(page_info{}), R"({"limit":0,"offset":0,"number":null,"total":null,"has_more":false,)"
                                    R"("next_cursor":null,"run_terminal":null})");
    EXPECT_EQ(text_of(page_info{.limit = 50,
                                .offset = UINT64_MAX,
                                .number = 3,
                                .total = 151,
                                .has_more = true,
                                .next_cursor = "c",
                                .run_terminal = true,
                                .as_of = {}}),
              R"({"limit":50,"offset":18446744073709551615,"number":3,"total":151,"has_more":true,"next_cursor":"c",)"
              R"("run_terminal":true})");
}

TEST(Write, GroupsNotesByKindAndGivesAMemberOnce) {
    verdict v;
    v.measured.mapping = {
        {note_kind::lossy, "a", "1"},     {note_kind::derived, "b", "2"}, {note_kind::derived, "b", "3"},
        {note_kind::defaulted, "b", "4"}, {note_kind::derived, "c", "5"}, {note_kind::derived, "b", "6"},
    };
    const auto text = text_of(v);
    EXPECT_NE(text.find(R"("mapping":{"derived":{"b":"2","c":"5"},"defaulted":{"b":"4"},"lossy":{"a":"1"}})"),
              std::string::npos)
        << text;
}

} // namespace
} // namespace evalbridge
