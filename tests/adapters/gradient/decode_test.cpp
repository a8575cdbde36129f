#include "adapters/gradient/decode.hpp"

#include "tests/adapters/gradient/gradient_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

const run_identity which{"do", "run-1"};

prompt_options everything() {
    prompt_options out;
    out.spans = out.span_verdicts = out.raw = out.raw_metrics = true;
    return out;
}

std::string run_with(const std::string& members) { return R"({"evaluation_run":{)" + members + "}}"; }

std::string page_with(const std::string& prompt) { return R"({"prompts":[)" + prompt + "]}"; }

TEST(DecodeRun, AnAnswerWithoutARunIsMalformedWhereItBroke) {
    for (const auto* body :
         {"{}", R"({"evaluation_run":null})", R"({"evaluation_run":[]})", R"({"evaluation_run":"x"})"}) {
        const auto found = decode_run(body, which, false);
        ASSERT_FALSE(found) << body;
        EXPECT_EQ(found.error().code(), errc::provider_malformed);
        EXPECT_NE(found.error().detail().find("/evaluation_run"), std::string::npos) << found.error().detail();
    }
    for (const auto* body : {"", "null", "[]", "<html>", R"({"evaluation_run":{)", "{}{}"})
        EXPECT_EQ(decode_run(body, which, false).error().code(), errc::provider_malformed) << body;
}

TEST(DecodeRun, TheFaultNamesItsPath) {
    const auto found = decode_run(run_with(R"("run_level_metric_results":[{},{"number_value":[]}])"), which, false);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().detail().find("/evaluation_run/run_level_metric_results/1/number_value"), std::string::npos)
        << found.error().detail();
}

TEST(DecodeRun, OutcomeIsThePassStatusAndNothingElse) {
    const auto outcome = [](const std::string& members) {
        return decode_run(run_with(members), which, false)->outcome;
    };
    for (const auto* status : {"EVALUATION_RUN_SUCCESSFUL", "EVALUATION_RUN_FAILED", "EVALUATION_RUN_QUEUED", "NEW"}) {
        const auto word = R"("status":")" + std::string(status) + R"(")";
        EXPECT_EQ(outcome(word), std::nullopt);
        EXPECT_EQ(outcome(word + R"(,"pass_status":null)"), std::nullopt);
        EXPECT_EQ(outcome(word + R"(,"pass_status":false)"), run_outcome::failed);
        EXPECT_EQ(outcome(word + R"(,"pass_status":true)"), run_outcome::passed);
    }
}

TEST(DecodeRun, AnUnknownStatusKeepsItsText) {
    const auto found = decode_run(run_with(R"("status":"EVALUATION_RUN_PAUSED")"), which, false);
    EXPECT_EQ(found->status, run_status::unknown);
    EXPECT_EQ(found->native_status, "EVALUATION_RUN_PAUSED");
    EXPECT_FALSE(has_note(found->mapping, note_kind::defaulted, "status"));
}

TEST(DecodeRun, YearOneAndEmptyTimesAreAbsent) {
    const auto found =
        decode_run(run_with(R"("queued_at":"0001-01-01T00:00:00Z","started_at":"","finished_at":null)"), which, false);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->created_at || found->started_at || found->finished_at);
    EXPECT_EQ(decode_run(run_with(R"("queued_at":"yesterday")"), which, false).error().code(),
              errc::provider_malformed);
}

TEST(DecodeRun, AnotherRunThanTheOneAskedForIsMalformed) {
    EXPECT_TRUE(decode_run(run_with(R"("evaluation_run_uuid":"RUN-1")"), which, false));
    EXPECT_EQ(decode_run(run_with(R"("evaluation_run_uuid":"run-2")"), which, false).error().code(),
              errc::provider_malformed);
}

TEST(DecodeRun, RawIsByteTrue) {
    const std::string object =
        R"({ "created_by_user_id":18446744073709551615,  "x":1.0e-3,"star_metric_result" : {"a":9007199254740993} })";
    const auto found = decode_run(R"({"evaluation_run": )" + object + "}", which, true);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->raw, object);
    EXPECT_EQ(found->star->result->raw, R"({"a":9007199254740993})");
    EXPECT_FALSE(decode_run(R"({"evaluation_run": )" + object + "}", which, false)->raw);
}

TEST(DecodeRun, RawIsValidatedEvenWhereNothingReadsIt) {
    const auto body = run_with(R"("later":{"a":tru})");
    EXPECT_TRUE(decode_run(body, which, false));
    EXPECT_EQ(decode_run(body, which, true).error().code(), errc::provider_malformed);
}

TEST(DecodeCreated, TakesEachRunOnce) {
    const auto found = decode_created(R"({"evaluation_run_uuids":["a","b","a"],"later":1})");
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, (std::vector<std::string>{"a", "b"}));
}

TEST(DecodeCreated, AnAnswerThatNamesNoRunIsMalformed) {
    for (const auto* body : {"{}", R"({"evaluation_run_uuids":[]})", R"({"evaluation_run_uuids":null})",
                             R"({"evaluation_run_uuids":[""]})", R"({"evaluation_run_uuids":["a/b"]})",
                             R"({"evaluation_run_uuids":["a",null]})", R"({"evaluation_run_uuids":"a"})", "", "[]"})
        EXPECT_EQ(decode_created(body).error().code(), errc::provider_malformed) << body;
}

TEST(DecodeResults, RawOfPromptsAndMetricsIsByteTrue) {
    const std::string metric = R"({"number_value" : 0.10, "id":9007199254740993})";
    const std::string prompt =
        R"({"input_tokens":18446744073709551615, "prompt_level_metric_results":[)" + metric + "]}";
    const auto found = decode_results(page_with(prompt), which, everything());
    ASSERT_TRUE(found);
    ASSERT_EQ(found->prompts.size(), 1u);
    EXPECT_EQ(found->prompts[0].raw, prompt);
    EXPECT_EQ(found->prompts[0].verdicts.at(0).measured.raw, metric);
    EXPECT_EQ(found->prompts[0].tokens.input, 18446744073709551615u);
}

TEST(DecodeResults, SpansAreSkippedUnlessAskedFor) {
    const auto body = page_with(R"({"evaluation_trace_spans":[{"input":tru,"span_level_metric_results":[{}]}]})");
    const auto found = decode_results(body, which, prompt_options{});
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->prompts[0].spans);
    EXPECT_TRUE(found->prompts[0].verdicts.empty());
    EXPECT_FALSE(decode_results(body, which, everything()));
}

TEST(DecodeResults, SpanVerdictsNameTheirSpanWhateverTheOrderOfMembers) {
    const auto body = page_with(
        R"({"evaluation_trace_spans":[{"spans":[{"name":"child","span_level_metric_results":[{"metric_name":"m"}]}],
        "span_level_metric_results":[{"metric_name":"m"},{"metric_name":"m"}],"name":"parent","type":"TRACE_SPAN_TYPE_LLM"}],
        "prompt_level_metric_results":[{"metric_name":"m"}],"prompt_id":4})");
    auto options = everything();
    options.spans = false;
    const auto found = decode_results(body, which, options);
    ASSERT_TRUE(found);
    const auto& verdicts = found->prompts[0].verdicts;
    std::vector<std::string> ids;
    for (const auto& each : verdicts)
        ids.push_back(each.id);
    EXPECT_EQ(ids, (std::vector<std::string>{"4:m", "4:m:0", "4:m:0#2", "4:m:1"}));
    EXPECT_EQ(verdicts[1].span->name, "parent");
    EXPECT_EQ(verdicts[1].span->type, "llm");
    EXPECT_EQ(verdicts[3].span->name, "child");
    EXPECT_FALSE(found->prompts[0].spans);
}

TEST(DecodeResults, SpansBeyondTheCapsAreLeftOutAndNoted) {
    std::string many = "[";
    for (int i = 0; i < 5; ++i)
        many += std::string(i ? "," : "") + R"({"name":"s"})";
    auto options = everything();
    options.max_spans = 3;
    auto found = decode_results(
        page_with(R"({"prompt_level_metric_results":[{"metric_name":"m"}],"evaluation_trace_spans":)" + many + "]}"),
        which, options);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->prompts[0].spans->size(), 3u);
    EXPECT_TRUE(has_note(found->prompts[0].mapping, note_kind::lossy, "spans"));
    ASSERT_EQ(found->prompts[0].verdicts.size(), 1u); // shown without its prompt, a verdict tells of it too
    EXPECT_TRUE(has_note(found->prompts[0].verdicts[0].measured.mapping, note_kind::lossy, "spans"));

    std::string deep = R"({"name":"leaf"})";
    for (int i = 0; i < 100; ++i)
        deep = R"({"agent":{"spans":[)" + deep + "]}}";
    options = everything();
    options.max_span_depth = 10;
    found = decode_results(page_with(R"({"evaluation_trace_spans":[)" + deep + "]}"), which, options);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->prompts[0].spans->size(), 10u);
    EXPECT_EQ(found->prompts[0].spans->back().parent, 8u);
    EXPECT_TRUE(has_note(found->prompts[0].mapping, note_kind::lossy, "spans"));
}

TEST(DecodeResults, AbsurdDepthIsAnErrorNotACrash) {
    std::string open, close;
    for (int i = 0; i < 100'000; ++i) {
        open += R"({"workflow":{"spans":[)";
        close += "]}}";
    }
    const auto body = page_with(R"({"evaluation_trace_spans":[)" + open + close + "]}");
    const auto found = decode_results(body, which, everything());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), errc::provider_malformed);
}

TEST(DecodeResults, MetaAndLinksAreOptionalAndTolerated) {
    const auto meta = [](const std::string& rest) {
        const auto found = decode_results(R"({"prompts":[])" + rest + "}", which, prompt_options{});
        EXPECT_TRUE(found) << rest;
        return found ? found->meta : list_meta{};
    };
    EXPECT_EQ(meta(R"(,"meta":{"total":"12","page":1,"pages":2})").total, 12u);
    EXPECT_EQ(meta(R"(,"meta":{"total":-1})").total, std::nullopt);
    EXPECT_EQ(meta(R"(,"meta":null,"links":null)").total, std::nullopt);
    EXPECT_EQ(meta(R"(,"links":{})").has_next, std::nullopt);
    EXPECT_EQ(meta(R"(,"links":{"pages":{}})").has_next, std::nullopt);
    EXPECT_EQ(meta(R"(,"links":{"pages":{"first":"x"}})").has_next, false);
    EXPECT_EQ(meta(R"(,"links":{"pages":{"prev":"x","next":""}})").has_next, false);
    EXPECT_EQ(meta(R"(,"links":{"pages":{"previous":"x"}})").has_next, false);
    EXPECT_EQ(meta(R"(,"links":{"pages":{"next":"x"}})").has_next, true);
    EXPECT_EQ(meta(R"(,"links":[1])").has_next, std::nullopt);
}

TEST(DecodeResults, AnAnswerWithNothingOfAListIsMalformed) {
    for (const auto* body :
         {"{}", R"({"links":{}})", "[]", R"({"prompts":{}})", R"({"prompts":[null]})", R"({"prompts":[7]})"})
        EXPECT_EQ(decode_results(body, which, prompt_options{}).error().code(), errc::provider_malformed) << body;
}

TEST(DecodeResult, AnotherPromptIsMalformed) {
    EXPECT_TRUE(decode_result(R"({"prompt":{"prompt_id":7}})", which, 7, prompt_options{}));
    EXPECT_TRUE(decode_result(R"({"prompt":{}})", which, 0, prompt_options{}));
    EXPECT_FALSE(decode_result(R"({"prompt":{"prompt_id":8}})", which, 7, prompt_options{}));
    EXPECT_FALSE(decode_result(R"({})", which, 7, prompt_options{}));
}

TEST(DecodeCatalogue, RangesNeedBothEndsAndDirectionsAnOrder) {
    const auto found = decode_catalogue(fixture("metrics.json"));
    ASSERT_TRUE(found);
    const auto& metrics = found->metrics();
    ASSERT_EQ(metrics.size(), 5u);
    EXPECT_EQ(metrics[0].traits.range->max, 100);
    EXPECT_EQ(metrics[0].traits.direction, score_direction::higher_is_better);
    EXPECT_EQ(metrics[0].category, "correctness");
    EXPECT_TRUE(metrics[0].mapping.empty());
    EXPECT_TRUE(has_note(metrics[1].mapping, note_kind::defaulted, "direction"));
    EXPECT_FALSE(metrics[2].traits.range);
    EXPECT_EQ(metrics[2].traits.direction, score_direction::lower_is_better);
    EXPECT_EQ(metrics[3].traits.direction, score_direction::unknown);
    EXPECT_EQ(metrics[4].category, "METRIC_CATEGORY_SOMETHING_NEW");
    EXPECT_NE(metrics[4].raw->view().find("9007199254740993"), std::string::npos);
}

std::string copies(std::size_t count, const std::string& each) {
    std::string out = "[";
    for (std::size_t i = 0; i < count; ++i)
        out += (i > 0 ? "," : "") + each;
    return out + "]";
}

TEST(DecodeResults, ListsAreAsLongAsTheyMayBeAndNoLonger) {
    const auto refused = [](const std::string& body) {
        const auto found = decode_results(body, which, everything());
        return found ? std::string() : found.error().detail();
    };
    const auto prompt = [](std::size_t count) {
        return page_with(R"({"prompt_level_metric_results":)" + copies(count, R"({"metric_name":"m"})") + "}");
    };
    EXPECT_EQ(refused(prompt(1'000)), "");
    EXPECT_NE(refused(prompt(1'001)).find("more metric results than a prompt can have"), std::string::npos);
    EXPECT_EQ(decode_results(prompt(1'000), which, everything())->prompts[0].verdicts.back().id, "0:m#1000");

    const auto spans = [](std::size_t count, std::size_t results) {
        const auto span = R"({"span_level_metric_results":)" + copies(results, "{}") + "}";
        return page_with(R"({"evaluation_trace_spans":)" + copies(count, span) + "}");
    };
    EXPECT_EQ(refused(spans(10, 1'000)), "");
    EXPECT_NE(refused(spans(1, 1'001)).find("more metric results than a span can have"), std::string::npos);
    EXPECT_NE(refused(spans(11, 1'000)).find("more metric results than a prompt's spans"), std::string::npos);

    EXPECT_EQ(refused(R"({"prompts":)" + copies(10'000, "{}") + "}"), "");
    EXPECT_NE(refused(R"({"prompts":)" + copies(10'001, "{}") + "}").find("more prompts than a page can have"),
              std::string::npos);
}

TEST(DecodeRun, HasOnlySoManyMetricResults) {
    const auto run_of = [](std::size_t count) {
        return run_with(R"("run_level_metric_results":)" + copies(count, "{}"));
    };
    EXPECT_TRUE(decode_run(run_of(1'000), which, false));
    EXPECT_EQ(decode_run(run_of(1'001), which, false).error().code(), errc::provider_malformed);
}

TEST(DecodeCreated, NamesOnlySoManyRuns) {
    const auto created = [](std::size_t count) {
        return R"({"evaluation_run_uuids":)" + copies(count, R"("a")") + "}";
    };
    EXPECT_TRUE(decode_created(created(1'000)));
    EXPECT_FALSE(decode_created(created(1'001)));
}

} // namespace
} // namespace evalbridge::gradient
