#include "adapters/staso/vendor.hpp"
#include "tests/adapters/staso/staso_bench.hpp"
#include "tests/adapters/staso/verdict_server.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

constexpr const char* running = R"({"id":"r1","status":"running"})";
constexpr const char* completed = R"({"id":"r1","status":"completed"})";
constexpr const char* cancelled = R"({"id":"r1","status":"cancelled"})";

TEST(StasoVendor, IsListedWithItsWordsAndAddress) {
    EXPECT_EQ(vendor.name, "staso");
    EXPECT_EQ(vendor.default_base_url, "https://api.staso.ai");
    bench b;
    EXPECT_EQ(b.provider().name(), "staso-test");
    EXPECT_EQ(b.provider().vendor(), "staso");
    EXPECT_TRUE(b.provider().can().cancel);
    EXPECT_TRUE(b.provider().can().filter_passed);
    EXPECT_FALSE(b.provider().can().span_verdicts);
    EXPECT_EQ(b.provider().can().max_upstream_page, 1000u);
}

TEST(StasoGet, RefusesARunOfAnotherId) {
    bench b;
    b.wire.push(200, R"({"id":"r2","status":"completed"})");
    const auto other = b.run(b.provider().get_run("r1", b.plain, b.any_call));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code(), errc::provider_malformed);
    EXPECT_TRUE(b.wire.kept.empty());
    b.wire.push(200, R"({"id":"R1","status":"completed"})");
    EXPECT_TRUE(b.run(b.provider().get_run("r1", b.plain, b.any_call))) << "spelling is the vendor's";
}

TEST(StasoCreate, SendsOnceAndTellsTheRun) {
    for (const int status : {200, 201, 202}) {
        bench b;
        b.wire.push(status, R"({"run":{"id":"r1","status":"pending","name":"smoke"}})");
        const auto started = b.run(b.provider().create_runs(small_spec(), b.any_call));
        ASSERT_TRUE(started) << started.error().detail();
        ASSERT_EQ(started->size(), 1u);
        EXPECT_EQ(started->front().id, "staso-test:r1");
        EXPECT_TRUE(started->front().mapping.empty());
        ASSERT_EQ(b.wire.requests.size(), 1u);
        EXPECT_EQ(b.wire.calls[0].may_replay, replay::only_if_unsent);
        EXPECT_EQ(b.wire.calls[0].operation, "create_run");
    }
}

TEST(StasoCreate, SaysWhenTheNameIsOurs) {
    bench b;
    b.wire.push(201, completed);
    auto spec = small_spec();
    spec.name.reset();
    const auto started = b.run(b.provider().create_runs(spec, b.any_call));
    ASSERT_TRUE(started);
    ASSERT_EQ(started->front().mapping.size(), 1u);
    EXPECT_EQ(started->front().mapping[0].kind, note_kind::defaulted);
    EXPECT_EQ(started->front().mapping[0].member, "name");
}

TEST(StasoCreate, ThatCannotBeReadMayHaveStartedARun) {
    for (const auto* body : {"", "{}", "null", R"({"status":"pending"})", "<html>"}) {
        bench b;
        b.wire.push(201, body);
        const auto lost = b.run(b.provider().create_runs(small_spec(), b.any_call));
        ASSERT_FALSE(lost) << body;
        EXPECT_EQ(lost.error().code(), errc::provider_malformed);
        EXPECT_TRUE(lost.error().request_sent());
        EXPECT_FALSE(lost.error().retryable());
        EXPECT_EQ(lost.error().provider()->name, "staso-test");
        EXPECT_EQ(b.wire.requests.size(), 1u);
    }
}

TEST(StasoCreate, ThatCanBeReadForItsIdOnlyIsNotLost) {
    for (const auto* body : {R"({"id":"r1","status":{}})", R"({"run":{"run_id":"r1","status":["pending"]}})",
                             R"({"data":{"run":{"id":"r1","name":{}}}})", R"({"id":{},"runId":"r1"})"}) {
        bench b;
        b.wire.push(201, body);
        const auto started = b.run(b.provider().create_runs(small_spec(), b.any_call));
        ASSERT_TRUE(started) << body << started.error().detail();
        ASSERT_EQ(started->size(), 1u);
        const auto& r = started->front();
        EXPECT_EQ(r.id, "staso-test:r1") << body;
        EXPECT_EQ(r.native_id, "r1");
        EXPECT_EQ(r.provider, "staso-test");
        EXPECT_EQ(r.vendor, "staso");
        EXPECT_EQ(r.name, "smoke");
        EXPECT_TRUE(r.scope);
        EXPECT_EQ(r.status, run_status::unknown);
        ASSERT_EQ(r.mapping.size(), 1u);
        EXPECT_EQ(r.mapping[0].kind, note_kind::lossy);
        EXPECT_EQ(r.mapping[0].member, "status");
    }
}

TEST(StasoCreate, ThatBrokeOffIsNotToBeTriedAgain) {
    bench b;
    b.wire.push(error(errc::provider_unavailable).because("broke off").sent());
    const auto lost = b.run(b.provider().create_runs(small_spec(), b.any_call));
    ASSERT_FALSE(lost);
    EXPECT_TRUE(lost.error().request_sent());
    EXPECT_FALSE(lost.error().retryable());
    b.wire.push(error(errc::provider_unavailable).because("could not connect"));
    EXPECT_TRUE(b.run(b.provider().create_runs(small_spec(), b.any_call)).error().retryable()) << "nothing was sent";
}

TEST(StasoGet, KeepsTheIdItWasAskedFor) {
    bench b;
    b.wire.push(200, R"({"id":"R1","status":"running"})");
    const auto found = b.run(b.provider().get_run("r1", b.plain, b.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "staso-test:r1");
    EXPECT_EQ(b.target(0), "/v1/eval/runs/r1");
}

TEST(StasoGet, LogsAStatusItDoesNotKnow) {
    bench b;
    b.wire.push(200, R"({"id":"r1","status":"hibernating"})");
    (void)b.run(b.provider().get_run("r1", b.plain, b.any_call));
    EXPECT_TRUE(b.log.has("unknown_native_status"));
    EXPECT_TRUE(b.log.has("hibernating"));
}

TEST(StasoCancel, ReadsTheRunAgainWhateverTheAnswer) {
    for (const auto& [status, body] : {std::pair(204, ""), {200, "{}"}, {202, "not json"}}) {
        bench b;
        b.wire.push(status, body);
        b.wire.push(200, running);
        const auto after = b.run(b.provider().cancel_run("r1", b.any_call));
        ASSERT_TRUE(after);
        EXPECT_EQ(after->status, run_status::cancelling) << "until the vendor says otherwise";
        EXPECT_EQ(after->native_status, "running");
        ASSERT_EQ(after->mapping.size(), 1u);
        EXPECT_EQ(after->mapping[0].member, "status");
        ASSERT_EQ(b.wire.requests.size(), 2u);
        EXPECT_EQ(name_of(b.wire.requests[0].method), "POST");
        EXPECT_EQ(b.target(0), "/v1/eval/runs/r1/cancel");
        EXPECT_EQ(b.target(1), "/v1/eval/runs/r1");
    }
}

TEST(StasoCancel, ThatWasTakenSucceedsThoughTheRowCannotBeRead) {
    for (const int status : {500, 429, 200}) {
        bench b;
        b.wire.push(202, "");
        b.wire.push(status, "{}");
        const auto after = b.run(b.provider().cancel_run("r1", b.any_call));
        ASSERT_TRUE(after) << status;
        EXPECT_EQ(after->id, "staso-test:r1");
        EXPECT_EQ(after->status, run_status::cancelling);
        ASSERT_EQ(after->mapping.size(), 1u);
        EXPECT_EQ(after->mapping[0].kind, note_kind::derived);
        EXPECT_EQ(after->mapping[0].member, "status");
    }
    bench b;
    b.wire.push(202, "");
    b.wire.push(404, "{}");
    EXPECT_EQ(b.run(b.provider().cancel_run("r1", b.any_call)).error().code(), errc::not_found);
}

TEST(StasoCancel, TellsAnEndedRunAsItEnded) {
    bench b;
    b.wire.push(200, "");
    b.wire.push(200, cancelled);
    EXPECT_EQ(b.run(b.provider().cancel_run("r1", b.any_call))->status, run_status::cancelled);
    b.wire.push(200, "");
    b.wire.push(200, completed);
    EXPECT_EQ(b.run(b.provider().cancel_run("r1", b.any_call))->status, run_status::completed) << "it was faster";
}

TEST(StasoCancel, ThatIsRefusedLooksAtTheRun) {
    struct {
        int refusal;
        const char* now;
        bool succeeds;
        const char* detail;
    } const rows[] = {
        {409, cancelled, true, ""},
        {400, cancelled, true, ""},
        {409, completed, false, "completed"},
        {409, running, false, "refused"},
    };
    for (const auto& row : rows) {
        bench b;
        b.wire.push(row.refusal, R"({"detail":"cannot cancel"})");
        b.wire.push(200, row.now);
        const auto after = b.run(b.provider().cancel_run("r1", b.any_call));
        EXPECT_EQ(after.has_value(), row.succeeds);
        EXPECT_EQ(b.wire.requests.size(), 2u);
        if (after)
            continue;
        EXPECT_EQ(after.error().code(), errc::conflict);
        EXPECT_NE(after.error().detail().find(row.detail), std::string::npos) << after.error().detail();
        EXPECT_EQ(after.error().provider()->message, "cannot cancel");
    }
}

TEST(StasoCancel, OfAnUnknownRunIsNotFound) {
    bench b;
    b.wire.push(404, "{}");
    EXPECT_EQ(b.run(b.provider().cancel_run("r1", b.any_call)).error().code(), errc::not_found);
    EXPECT_EQ(b.wire.requests.size(), 1u);
}

TEST(StasoGetSummary, TakesTheVendors) {
    bench b;
    b.wire.push(200, R"({"passed":1,"total":2,"pass_rate":0.5,"avg_score":1,"avg_latency_ms":3,"by_rule":[]})");
    const auto s = b.run(b.provider().get_summary("r1", b.plain, b.any_call));
    ASSERT_TRUE(s);
    EXPECT_EQ(s->source, summary_source::provider);
    EXPECT_EQ(b.wire.requests.size(), 1u);
    EXPECT_EQ(b.target(0), "/v1/eval/runs/r1/summary");
}

TEST(StasoGetSummary, ComputesOneWhereThereIsNoRoute) {
    struct {
        int answer;
        const char* now;
        bool terminal;
    } const rows[] = {{404, completed, true}, {409, completed, true}, {405, completed, true}, {405, running, false}};
    for (const auto& row : rows) {
        verdict_server server{plain_rows(6)};
        bench b(server.answerer());
        b.wire.push(row.answer, "{}");
        b.wire.push(200, row.now);
        const auto s = b.run(b.provider().get_summary("r1", b.plain, b.any_call));
        ASSERT_TRUE(s) << row.answer << s.error().detail();
        EXPECT_EQ(s->source, summary_source::computed);
        EXPECT_EQ(s->counts.total, 6);
        EXPECT_EQ(s->counts.passed, 4);
        EXPECT_EQ(s->counts.failed, 2);
        EXPECT_EQ(s->run_terminal, row.terminal);
        EXPECT_EQ(s->run_id, "staso-test:r1");
    }
}

TEST(StasoGetSummary, IsNotReadyRatherThanNotFoundWhileTheRunGoesOn) {
    for (const int status : {404, 409}) {
        bench b;
        b.wire.push(status, "{}");
        b.wire.push(200, running);
        const auto s = b.run(b.provider().get_summary("r1", b.plain, b.any_call));
        ASSERT_FALSE(s);
        EXPECT_EQ(s.error().code(), errc::conflict) << s.error().detail();
        EXPECT_TRUE(s.error().retryable());
        EXPECT_NE(s.error().detail().find("no summary yet"), std::string::npos);
    }
    bench b;
    b.wire.push(404, "{}");
    b.wire.push(404, "{}");
    EXPECT_EQ(b.run(b.provider().get_summary("r1", b.plain, b.any_call)).error().code(), errc::not_found);
    b.wire.push(503, "{}");
    EXPECT_EQ(b.run(b.provider().get_summary("r1", b.plain, b.any_call)).error().code(), errc::provider_unavailable);
    EXPECT_EQ(b.wire.requests.size(), 3u);
}

verdict_server scattered() {
    return {{{"a", "m", true}, {"b", "m", false}, {"a", "n", false}, {"c", "m", true}, {"b", "n", true}}};
}

TEST(StasoResults, GatherATracesVerdictsFromTheWholeList) {
    auto server = scattered();
    server.clamp = 2;
    server.tells_total = true;
    bench b(server.answerer());
    list_window w;
    w.limit = 2;
    const auto first = b.run(b.provider().list_results("r1", {}, w, b.plain, b.any_call));
    ASSERT_TRUE(first) << first.error().detail();
    ASSERT_EQ(first->items.size(), 2u);
    EXPECT_EQ(first->items[0].id, "a");
    EXPECT_EQ(first->items[0].trace_id, "a");
    EXPECT_EQ(first->items[0].run_id, "staso-test:r1");
    EXPECT_EQ(first->items[0].verdicts.size(), 2u);
    EXPECT_FALSE(first->items[0].input);
    EXPECT_FALSE(first->items[0].spans);
    EXPECT_EQ(first->items[1].id, "b");
    EXPECT_EQ(first->total, 3u);
    EXPECT_EQ(first->next, (walk_position{2, 0}));
    EXPECT_EQ(b.wire.requests.size(), 3u);
    w.from = *first->next;
    w.ordinal = 2;
    const auto last = b.run(b.provider().list_results("r1", {}, w, b.plain, b.any_call));
    ASSERT_TRUE(last);
    ASSERT_EQ(last->items.size(), 1u);
    EXPECT_EQ(last->items[0].id, "c");
    EXPECT_FALSE(last->has_more);
    EXPECT_EQ(last->total, 3u);
}

TEST(StasoResults, KeepAnItemWholeWhenOneOfItsVerdictsMatches) {
    auto server = scattered();
    bench b(server.answerer());
    verdict_filter filter;
    filter.passed = verdict_filter::passed_is::no;
    const auto found = b.run(b.provider().list_results("r1", filter, {}, b.plain, b.any_call));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->items.size(), 2u);
    EXPECT_EQ(found->items[1].verdicts.size(), 2u);
    EXPECT_EQ(found->total, 2u);
    EXPECT_EQ(verdict_server::query(b.target(0), "passed"), "") << "the vendor's filter would cut the items up";
}

TEST(StasoResults, OfTooLargeARunAreRefusedWithAWayOut) {
    verdict_server server{plain_rows(50)};
    options o;
    o.max_scan = 20;
    bench b(server.answerer(), o);
    const auto refused = b.run(b.provider().list_results("r1", {}, {}, b.plain, b.any_call));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::unsupported);
    EXPECT_NE(refused.error().detail().find("max_scan"), std::string::npos);
    EXPECT_EQ(b.wire.requests.size(), 1u);
}

TEST(StasoResult, IsFoundByItsTrace) {
    auto server = scattered();
    bench b(server.answerer());
    const auto found = b.run(b.provider().get_result("r1", "b", b.plain, b.any_call));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "b");
    EXPECT_EQ(found->verdicts.size(), 2u);
    const auto missing = b.run(b.provider().get_result("r1", "z", b.plain, b.any_call));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), errc::not_found);
}

TEST(StasoMetrics, AreListedWithoutAskingTheVendor) {
    bench b;
    const auto metrics = b.run(b.provider().list_metrics(b.plain, b.any_call));
    ASSERT_TRUE(metrics);
    EXPECT_EQ(metrics->size(), 9u);
    EXPECT_TRUE(b.wire.requests.empty());
}

} // namespace
} // namespace evalbridge::staso
