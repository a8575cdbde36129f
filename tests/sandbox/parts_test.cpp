// The small parts, without a socket.

#include "sandbox/gradient_catalog.hpp"
#include "sandbox/http.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/json_text.hpp"
#include "sandbox/rate_limit.hpp"
#include "sandbox/router.hpp"
#include "sandbox/rules.hpp"
#include "sandbox/sandbox_clock.hpp"
#include "sandbox/traces.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <set>

namespace evalbridge::sandbox {
namespace {

using namespace std::chrono_literals;

TEST(SandboxClock, ReadsEveryFormOfADateTime) {
    struct form {
        std::string_view text;
        std::string_view shown; ///< empty: not a date-time
    };
    const form forms[] = {
        {"2026-05-01T08:12:33.120Z", "2026-05-01T08:12:33.120Z"},
        {"2026-05-01T08:12:33Z", "2026-05-01T08:12:33.000Z"},
        {"2026-05-01T08:12:33.123456789Z", "2026-05-01T08:12:33.123Z"},
        {"2026-05-01T08:12:33.1+02:30", "2026-05-01T05:42:33.100Z"},
        {"2026-05-01 08:12:33-01:00", "2026-05-01T09:12:33.000Z"},
        {"2026-02-29T00:00:00Z", ""},
        {"2026-05-01T24:00:00Z", ""},
        {"2026-05-01T08:12:33", ""},
        {"2026-05-01T08:12:33.Z", ""},
        {"2026-05-01T08:12:33Zx", ""},
        {"2026-05-01", ""},
        {"", ""},
    };
    for (const auto& [text, shown] : forms) {
        instant when;
        const bool read = from_iso(text, when);
        EXPECT_EQ(read, !shown.empty()) << text;
        if (read) {
            EXPECT_EQ(to_iso(when), shown);
        }
    }
}

TEST(SandboxClock, MovesByWhatIsAdvanced) {
    sandbox_clock clock;
    const instant before = clock.now();
    clock.advance(1h);
    EXPECT_GE(clock.now() - before, 1h);
}

TEST(SandboxRateLimit, SlidesBothWindows) {
    rate_window window;
    const rate_limits limits{2, 3, true};
    const instant start{1'700'000'000'000ms};
    EXPECT_TRUE(window.take(limits, start).allowed);
    EXPECT_TRUE(window.take(limits, start + 10s).allowed);
    const auto burst = window.take(limits, start + 20s);
    EXPECT_FALSE(burst.allowed);
    EXPECT_EQ(burst.retry_after, 40s) << "when the first of the two leaves the minute";
    EXPECT_EQ(burst.remaining, 1u) << "a refused request is not counted";
    EXPECT_TRUE(window.take(limits, start + 60s).allowed);
    const auto hourly = window.take(limits, start + 200s);
    EXPECT_FALSE(hourly.allowed);
    EXPECT_FALSE(hourly.retry_after);
    EXPECT_EQ(hourly.reset, 1'700'000'000s + 1h);
    EXPECT_TRUE(window.take(limits, start + 1h).allowed);
}

TEST(SandboxHttp, DecodesTargets) {
    request read;
    ASSERT_TRUE(read_target("/v1/eval/runs/a%2Fb/verdicts?limit=5&passed=true&limit=6&q=a%20b", read));
    EXPECT_EQ(read.segments, (std::vector<std::string>{"v1", "eval", "runs", "a/b", "verdicts"}));
    EXPECT_EQ(read.query_value("limit"), "6");
    EXPECT_EQ(read.query_value("q"), "a b");
    EXPECT_FALSE(read.query_value("offset"));
    for (const auto* bad : {"*", "", "/%zz", "/a b"}) {
        request none;
        EXPECT_FALSE(read_target(bad, none)) << bad;
    }
}

TEST(SandboxHttp, ReadsBase64) {
    std::string out;
    for (const auto& [text, bytes] : {std::pair{"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9vYmFy", "foobar"}}) {
        EXPECT_TRUE(from_base64(text, out));
        EXPECT_EQ(out, bytes);
    }
    for (const auto* bad : {"Z", "Zg=", "Zg", "Z===", "Zm9v====", "Zm 9", "=Zg="})
        EXPECT_FALSE(from_base64(bad, out)) << bad;
}

TEST(SandboxRouter, TellsAWrongPathFromAWrongMethod) {
    router routes;
    routes.add("GET", "/runs/{id}", [](const request&, const captures&) { return reply(); });
    routes.add("POST", "/runs/{id}", [](const request&, const captures&) { return reply(); });
    request asked;
    asked.method = "GET";
    asked.segments = {"runs", "7"};
    ASSERT_NE(routes.find(asked).found, nullptr);
    EXPECT_EQ(routes.find(asked).values, captures{"7"});
    asked.method = "DELETE";
    EXPECT_EQ(routes.find(asked).allowed, "GET, POST");
    asked.segments = {"runs", ""};
    EXPECT_EQ(routes.find(asked).allowed, "");
}

TEST(SandboxJson, WritesDoublesAsDecimals) {
    const auto value = boost::json::parse(
        R"({"a":5E-1,"b":[1.0,-0.001,9007199254740993,18446744073709551615],"c":"\n\u00e9","d":{},"e":[],"f":null})");
    EXPECT_EQ(to_text(value), "{\"a\":0.5,\"b\":[1.0,-0.001,9007199254740993,18446744073709551615],\"c\":\"\\n\u00e9\","
                              "\"d\":{},\"e\":[],\"f\":null}");
}

TEST(SandboxIds, FollowFromTheSeed) {
    EXPECT_EQ(mix(1, {"a", "b"}), mix(1, {"a", "b"}));
    EXPECT_NE(mix(1, {"a", "b"}), mix(2, {"a", "b"}));
    EXPECT_NE(mix(1, {"ab", "c"}), mix(1, {"a", "bc"}));
    std::set<std::string> ids;
    for (std::uint64_t i = 0; i < 5000; ++i)
        ids.insert(make_uuid(1, "run", i, uuid_style::time_based));
    EXPECT_EQ(ids.size(), 5000u);
    EXPECT_EQ(ids.begin()->substr(14, 4), "11ef");
}

TEST(SandboxTraces, BundlesAFewHundredOfAllKinds) {
    const trace_store store;
    EXPECT_GE(store.all().size(), 300u);
    std::set<std::string> ids;
    std::set<std::string> states;
    for (const auto& one : store.all()) {
        ids.insert(one.trace_id);
        states.insert(one.status);
        for (const auto document : one.documents)
            EXPECT_LT(document, store.documents().size());
    }
    EXPECT_EQ(ids.size(), store.all().size());
    EXPECT_EQ(states, (std::set<std::string>{"error", "ok", "timeout"}));
    for (const auto& set : store.datasets())
        for (const auto& id : set.trace_ids)
            EXPECT_NE(store.find(id), nullptr);
}

TEST(SandboxTraces, ReadsTheSizeFromASyntheticName) {
    EXPECT_EQ(read_synthetic("synthetic-5000")->items, 5000u);
    EXPECT_FALSE(read_synthetic("synthetic-5000")->metrics);
    EXPECT_EQ(read_synthetic("synthetic-5000x7")->metrics, 7u);
    for (const auto* other :
         {"synthetic-", "synthetic-x3", "synthetic-5x", "synthetic--1", "synthetic-200001", "Synthetic-1"})
        EXPECT_FALSE(read_synthetic(other)) << other;
}

TEST(SandboxRules, MeasureWhatTheVendorsPagesSay) {
    trace slow;
    slow.status = "ok";
    slow.duration_ms = 30'000;
    slow.input_tokens = 40'000;
    slow.output_tokens = 10'001;
    slow.spans = {
        {"tool", "a", "ok"}, {"llm", "x", "ok"}, {"tool", "a", "ok"}, {"tool", "b", "error"}, {"tool", "a", "ok"}};
    const item one{"t", &slow};
    const auto verdict = [&](std::string_view name) { return judge(*find_zero_config(name), one, 1, ""); };
    EXPECT_TRUE(verdict("task_completion_rate").passed);
    EXPECT_TRUE(verdict("latency_p95").passed);
    EXPECT_DOUBLE_EQ(verdict("latency_p95").score, 1.0);
    EXPECT_FALSE(verdict("cost_per_task").passed);
    EXPECT_GT(verdict("cost_per_task").score, 1.0);
    EXPECT_FALSE(verdict("error_rate").passed);
    EXPECT_DOUBLE_EQ(verdict("error_rate").score, 0.2);
    EXPECT_TRUE(verdict("tool_sequence_anomaly").passed);
    slow.spans.push_back({"tool", "a", "ok"});
    slow.spans.push_back({"tool", "a", "ok"});
    EXPECT_FALSE(verdict("tool_sequence_anomaly").passed);
    slow.duration_ms = 30'001;
    EXPECT_FALSE(verdict("latency_p95").passed);
    slow.status = "timeout";
    EXPECT_FALSE(verdict("task_completion_rate").passed);
    EXPECT_EQ(find_zero_config("no_such_rule"), nullptr);
}

TEST(SandboxRules, LetTheStandInDependOnSeedRuleTraceAndVersion) {
    const trace_store store;
    const auto passes = [&](std::uint64_t seed, std::string_view rule, std::string_view version) {
        std::string all;
        for (const auto& one : store.all())
            all += judge(*find_zero_config(rule), {one.trace_id, &one}, seed, version).passed ? '1' : '0';
        return all;
    };
    const auto base = passes(1, "hallucination", "v1");
    EXPECT_EQ(base, passes(1, "hallucination", "v1"));
    EXPECT_NE(base, passes(2, "hallucination", "v1"));
    EXPECT_NE(base, passes(1, "hallucination", "v2"));
    EXPECT_NE(base, passes(1, "sentiment", "v1"));
}

TEST(SandboxCatalog, FindsPromptsByIdWithGaps) {
    const trace_store store;
    gradient_catalog catalog(1, store);
    const auto& first = *catalog.listed().front();
    EXPECT_EQ(first.prompt_id(2), 6);
    EXPECT_EQ(first.index_of(6), 2u);
    EXPECT_FALSE(first.index_of(7));
    EXPECT_FALSE(first.index_of(-3));
    EXPECT_FALSE(first.index_of(180));
    EXPECT_EQ(catalog.find_test_case("synthetic-9"), catalog.find_test_case("synthetic-9"));
}

} // namespace
} // namespace evalbridge::sandbox
