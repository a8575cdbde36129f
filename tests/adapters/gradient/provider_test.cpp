#include "adapters/gradient/provider.hpp"

#include "tests/adapters/gradient/gradient_bench.hpp"
#include "tests/adapters/gradient/paged_vendor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

using ::testing::ElementsAre;

const std::string runs = "/v2/gen-ai/evaluation_runs";
const std::string case_target = "/v2/gen-ai/evaluation_test_cases/tc-1?evaluation_test_case_version=3";
const std::string metrics_target = "/v2/gen-ai/evaluation_metrics";

std::string queued(const std::string& id) {
    return R"({"evaluation_run":{"evaluation_run_uuid":")" + id +
           R"(","status":"EVALUATION_RUN_QUEUED","run_name":"smoke 7f"}})";
}

std::string scored(const std::string& id) {
    return R"({"evaluation_run":{"evaluation_run_uuid":")" + id +
           R"(","status":"EVALUATION_RUN_SUCCESSFUL","test_case_uuid":"tc-1","test_case_version":3,"agent_version_hash":"v9",
              "run_level_metric_results":[{"metric_name":"Correctness","metric_uuid":"11f0aaaa-0000-11ef-bf8f-4e013e2ddde4","number_value":90,"metric_value_type":"METRIC_VALUE_TYPE_NUMBER"}]}})";
}

TEST(Create, SendsOnceAndReadsEachRun) {
    bench on;
    on.wire.push(200, R"({"evaluation_run_uuids":["a","b"]})");
    on.wire.push(200, queued("a"));
    on.wire.push(200, queued("b"));
    const auto made = on.run(on.provider().create_runs(small_spec(), on.any_call));
    ASSERT_TRUE(made) << made.error().detail();
    ASSERT_EQ(made->size(), 2u);
    EXPECT_EQ((*made)[0].id, "do:a");
    EXPECT_EQ((*made)[1].status, run_status::pending);
    EXPECT_EQ((*made)[1].name, "smoke 7f");
    EXPECT_THAT(on.targets(), ElementsAre(runs, runs + "/a", runs + "/b"));
    EXPECT_EQ(on.wire.calls[0].may_replay, replay::only_if_unsent);
    EXPECT_EQ(on.wire.calls[0].operation, "create_runs");
    EXPECT_EQ(on.wire.calls[1].may_replay, replay::replayable);
    EXPECT_LT(on.wire.calls[1].deadline, on.wire.calls[0].deadline);
}

TEST(Create, ARunThatCantBeReadYetIsStillReturned) {
    bench on;
    on.wire.push(200, R"({"evaluation_run_uuids":["a","b","c"]})");
    on.wire.push(404, "{}");
    on.wire.push(200, "{");
    const auto made = on.run(on.provider().create_runs(small_spec(), on.any_call));
    ASSERT_TRUE(made);
    ASSERT_EQ(made->size(), 3u);
    EXPECT_EQ(on.wire.requests.size(), 3u); // a is late, b is broken; c isn't tried
    for (const auto& each : *made) {
        EXPECT_EQ(each.status, run_status::pending);
        EXPECT_FALSE(each.native_status);
        EXPECT_EQ(each.name, "smoke");
        EXPECT_TRUE(has_note(each.mapping, note_kind::defaulted, "status"));
    }
    EXPECT_EQ((*made)[2].id, "do:c");
}

TEST(Create, WhatTheVendorCantDoIsRefusedWithoutACall) {
    bench on;
    auto spec = small_spec();
    spec.scope = trace_scope{"t"};
    const auto made = on.run(on.provider().create_runs(spec, on.any_call));
    EXPECT_EQ(made.error().code(), errc::unsupported);
    EXPECT_EQ(made.error().provider()->name, "do");
    EXPECT_TRUE(on.wire.requests.empty());
}

TEST(Create, AFaultThatMayHaveStartedARunIsNeverRetryable) {
    const auto attempt = [](auto prepare) {
        bench on;
        prepare(on.wire);
        const auto made = on.run(on.provider().create_runs(small_spec(), on.any_call));
        EXPECT_EQ(on.wire.requests.size(), 1u);
        EXPECT_EQ(made.error().provider()->name, "do");
        return made.error();
    };
    for (const auto* body :
         {"{}", R"({"evaluation_run_uuids":[]})", R"({"evaluation_run_uuids":[""]})", "<html>", ""}) {
        const auto e = attempt([&](auto& wire) { wire.push(200, body); });
        EXPECT_EQ(e.code(), errc::provider_malformed) << body;
        EXPECT_TRUE(e.request_sent()) << body;
        EXPECT_FALSE(e.retryable()) << body;
    }
    for (const int status : {500, 502, 408, 302}) {
        const auto e = attempt([&](auto& wire) { wire.push(status, "{}"); });
        EXPECT_TRUE(e.request_sent()) << status;
        EXPECT_FALSE(e.retryable()) << status;
    }
    const auto lost = attempt([](auto& wire) { wire.push(error(errc::provider_unavailable).sent()); });
    EXPECT_FALSE(lost.retryable());
    const auto unsent = attempt([](auto& wire) { wire.push(error(errc::provider_unavailable)); });
    EXPECT_TRUE(unsent.retryable());
    const auto refused = attempt([](auto& wire) { wire.push(422, R"({"id":"unprocessable","message":"No."})"); });
    EXPECT_EQ(refused.code(), errc::unsupported);
    EXPECT_EQ(refused.source(), error_source::provider);
    EXPECT_EQ(refused.provider()->message, "No.");
    EXPECT_FALSE(refused.request_sent());
}

TEST(GetRun, WithoutMetricResultsIsOneCall) {
    bench on;
    on.wire.push(200, queued("a"));
    const auto found = on.run(on.provider().get_run("a", on.plain, on.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->status, run_status::pending);
    EXPECT_THAT(on.targets(), ElementsAre(runs + "/a"));
}

TEST(GetRun, ReadsThresholdsOnceAndAgainWhenTheyAreStale) {
    bench on([](const http_request& request) {
        if (request.target == case_target)
            return answer_of(200, fixture("test_case.json"));
        return answer_of(200, request.target == metrics_target ? fixture("metrics.json") : scored("a"));
    });
    for (int i = 0; i < 3; ++i) {
        const auto found = on.run(on.provider().get_run("a", on.plain, on.any_call));
        ASSERT_TRUE(found);
        EXPECT_EQ(found->run_metrics[0].passed, true);
        EXPECT_EQ(found->star->threshold, 80);
    }
    EXPECT_THAT(on.targets(), ElementsAre(runs + "/a", case_target, metrics_target, runs + "/a", runs + "/a"));
    on.time.advance(std::chrono::minutes(11));
    ASSERT_TRUE(on.run(on.provider().get_run("a", on.plain, on.any_call)));
    EXPECT_EQ(on.wire.requests.size(), 8u);
}

TEST(GetRun, UnreadableThresholdsDontFailItAndAreTriedAgain) {
    bool broken = true;
    bench on([&](const http_request& request) {
        if (request.target.find("/evaluation_runs/") != std::string::npos)
            return answer_of(200, scored("a"));
        if (broken)
            return answer_of(503, "{}");
        return answer_of(200, request.target == metrics_target ? fixture("metrics.json") : fixture("test_case.json"));
    });
    auto found = on.run(on.provider().get_run("a", on.plain, on.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->run_metrics[0].passed, std::nullopt);
    EXPECT_TRUE(has_note(found->run_metrics[0].mapping, note_kind::defaulted, "passed"));
    EXPECT_TRUE(on.log.has("thresholds_unread"));
    broken = false;
    found = on.run(on.provider().get_run("a", on.plain, on.any_call));
    EXPECT_EQ(found->run_metrics[0].passed, true);
    EXPECT_EQ(on.wire.requests.size(), 6u);
}

TEST(GetRun, AnUnknownStatusIsLoggedAndFailsNothing) {
    bench on;
    on.wire.push(200, R"({"evaluation_run":{"status":"EVALUATION_RUN_PAUSED"}})");
    EXPECT_EQ(on.run(on.provider().get_run("a", on.plain, on.any_call))->status, run_status::unknown);
    EXPECT_TRUE(on.log.has("EVALUATION_RUN_PAUSED"));
}

TEST(GetRun, IdsThatNoRunCanHaveAreNotAskedFor) {
    bench on;
    for (const auto& id : {std::string(".."), std::string("a/b"), std::string()}) {
        EXPECT_EQ(on.run(on.provider().get_run(id, on.plain, on.any_call)).error().code(), errc::not_found);
        EXPECT_EQ(on.run(on.provider().get_result(id, "1", on.plain, on.any_call)).error().code(), errc::not_found);
        EXPECT_EQ(on.run(on.provider().get_summary(id, on.plain, on.any_call)).error().code(), errc::not_found);
    }
    EXPECT_TRUE(on.wire.requests.empty());
}

TEST(GetResult, AsksForTheRunOnceAndNotWithoutMetricResults) {
    bench on([](const http_request& request) {
        const auto& target = request.target;
        if (target == metrics_target || target == case_target)
            return answer_of(200, fixture(target == case_target ? "test_case.json" : "metrics.json"));
        if (target.ends_with("/results/7"))
            return answer_of(
                200,
                R"j({"prompt":{"prompt_id":7,"prompt_level_metric_results":[{"metric_name":"Correctness (general hallucinations)","number_value":10,"metric_value_type":"METRIC_VALUE_TYPE_NUMBER"}]}})j");
        if (target.ends_with("/results/8"))
            return answer_of(200, R"({"prompt":{"prompt_id":8}})");
        return answer_of(200, scored("a"));
    });
    ASSERT_TRUE(on.run(on.provider().get_result("a", "8", on.plain, on.any_call)));
    EXPECT_THAT(on.targets(), ElementsAre(runs + "/a/results/8"));
    for (int i = 0; i < 2; ++i) {
        const auto found = on.run(on.provider().get_result("a", "7", on.plain, on.any_call));
        ASSERT_TRUE(found);
        EXPECT_EQ(found->verdicts.at(0).measured.passed, false);
        EXPECT_EQ(found->verdicts.at(0).agent_version, "v9");
    }
    EXPECT_THAT(on.targets(), ElementsAre(runs + "/a/results/8", runs + "/a/results/7", runs + "/a", case_target,
                                          metrics_target, runs + "/a/results/7"));
}

TEST(GetResult, AnIdThatNoPromptCanHaveIsNotAskedFor) {
    bench on;
    for (const auto* id : {"", "x", "007", "1/2", "9223372036854775808"})
        EXPECT_EQ(on.run(on.provider().get_result("a", id, on.plain, on.any_call)).error().code(), errc::not_found)
            << id;
    EXPECT_TRUE(on.wire.requests.empty());
}

TEST(Cancel, IsUnsupportedAndSaysWhatToDo) {
    bench on([](const http_request&) { return answer_of(200, queued("a")); });
    const auto e = on.run(on.provider().cancel_run("a", on.any_call)).error();
    EXPECT_EQ(e.code(), errc::unsupported);
    EXPECT_NE(e.detail().find("?detach=true"), std::string::npos);
    EXPECT_EQ(e.provider()->name, "do");
    EXPECT_FALSE(on.provider().can().cancel);
    ASSERT_EQ(on.wire.requests.size(), 1u) << "only whether there is such a run is asked";
    EXPECT_EQ(on.wire.requests[0].method, http_method::get);
}

TEST(Cancel, OfARunThatIsNotThereIsNotFound) {
    bench on;
    on.wire.push(404, R"({"id":"not_found","message":"no such run"})");
    EXPECT_EQ(on.run(on.provider().cancel_run("a", on.any_call)).error().code(), errc::not_found);
    EXPECT_EQ(on.run(on.provider().cancel_run("..", on.any_call)).error().code(), errc::not_found);
    on.wire.push(503, "{}");
    EXPECT_EQ(on.run(on.provider().cancel_run("a", on.any_call)).error().code(), errc::unsupported)
        << "whatever the vendor's state, it can't cancel";
    EXPECT_EQ(on.wire.requests.size(), 2u);
}

TEST(ListMetrics, AreJoinedWithTheDictionaryAndKept) {
    bench on;
    on.wire.push(200, fixture("metrics.json"));
    read_options raw;
    raw.raw = true;
    const auto found = on.run(on.provider().list_metrics(raw, on.any_call));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 5u);
    EXPECT_EQ((*found)[0].metric.name, "correctness");
    EXPECT_EQ((*found)[0].metric.kind, metric_kind::llm_judge);
    EXPECT_TRUE((*found)[0].in_dictionary);
    EXPECT_EQ((*found)[0].provider, "do");
    EXPECT_TRUE((*found)[0].raw);
    EXPECT_FALSE((*found)[1].in_dictionary);
    const auto again = on.run(on.provider().list_metrics(on.plain, on.any_call));
    EXPECT_FALSE((*again)[0].raw);
    EXPECT_EQ(on.wire.requests.size(), 1u);
}

TEST(Provider, NamesItselfInEveryError) {
    for (const int status : {401, 404, 429, 500}) {
        bench on([&](const http_request&) { return answer_of(status, R"({"id":"x","message":"y"})"); });
        EXPECT_EQ(on.run(on.provider().get_run("a", on.plain, on.any_call)).error().provider()->name, "do");
        EXPECT_EQ(on.run(on.provider().list_metrics(on.plain, on.any_call)).error().provider()->name, "do");
        EXPECT_EQ(on.run(on.provider().list_results("a", on.no_filter, on.first_window, on.plain, on.any_call))
                      .error()
                      .provider()
                      ->name,
                  "do");
    }
    for (const auto& line : bench().log.lines)
        EXPECT_EQ(line.find("dop_v1"), std::string::npos);
}

} // namespace
} // namespace evalbridge::gradient
