#include "tests/upstream/layers/layer_bench.hpp"

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

struct ObserveAttempts : layer_bench {
    /// One attempt that takes a second and a half.
    outcome_ptr attempt(result<http_response> with) {
        if (!layer)
            layer = observe_attempts(context(), state(), vendor_below());
        const auto got = send(get("/secret-target?key=value"));
        pass(1500ms);
        vendor.answer(vendor.exchanges.size() - 1, std::move(with));
        settle();
        return got;
    }
    bool counted(const std::string& what) {
        return counts.text().find("evalbridge_upstream_attempts_total{class=\"" + what +
                                  "\",operation=\"get_run\",provider=\"main\"}") != std::string::npos;
    }
};

TEST_F(ObserveAttempts, SaysNothingOfAHealthyAttempt) {
    for (const int status : {200, 201, 204, 302, 400, 404, 409, 422})
        EXPECT_EQ((*attempt(answer(status))->got)->status, status);
    EXPECT_TRUE(log.lines.empty());
    EXPECT_TRUE(counted("answered"));
    const auto latency = state().latency.look(time.now());
    ASSERT_TRUE(latency);
    EXPECT_EQ(latency->count, 8u);
    EXPECT_GE(latency->p50, 1500ms);
}

TEST_F(ObserveAttempts, DoNotBlameTheProviderForWhatADrainCallsOff) {
    layer = observe_attempts(context(), state(), vendor_below());
    const auto got = send(get("/run"));
    closing.give();
    vendor.answer(0, error(errc::provider_unavailable).because("the provider did not answer").sent());
    settle();
    EXPECT_EQ(got->failure().code(), errc::overloaded);
    EXPECT_TRUE(got->failure().request_sent());
    EXPECT_TRUE(log.lines.empty());
    EXPECT_FALSE(state().failure.get());
}

TEST_F(ObserveAttempts, TellsWhereTheProviderIsInTheLogAlone) {
    options.url = *parse_base_url("http://10.1.2.3:8443");
    const auto got = attempt(error(errc::provider_unavailable).because("could not connect to 10.1.2.3:8443: refused"));
    EXPECT_EQ(got->failure().detail(), "could not connect to the provider: refused");
    ASSERT_EQ(log.lines.size(), 1u);
    EXPECT_NE(log.lines[0].find("could not connect to 10.1.2.3:8443: refused"), std::string::npos);
}

TEST_F(ObserveAttempts, TellsOfAnAttemptThatFailed) {
    const auto got = attempt(error(errc::provider_unavailable).because("the answer broke off").sent());
    EXPECT_EQ(got->failure().provider()->name, "main");
    EXPECT_TRUE(got->failure().request_sent());
    ASSERT_EQ(log.lines.size(), 1u);
    for (const auto* part :
         {"\"upstream_attempt_failed\"", "\"provider\":\"main\"", "\"operation\":\"get_run\"",
          "\"request_id\":\"req-1\"", "\"code\":\"provider_unavailable\"", "\"class\":\"unreachable\"",
          "\"duration_ms\":1500", "\"detail\":\"the answer broke off\"", "\"request_sent\":true"})
        EXPECT_NE(log.lines[0].find(part), std::string::npos) << part << " in " << log.lines[0];
    EXPECT_TRUE(counted("unreachable"));
    EXPECT_FALSE(state().latency.look(time.now())); // a failure says nothing of how long an answer takes
}

TEST_F(ObserveAttempts, TellsOfAnAnswerThatIsAFailureButNotItsText) {
    struct row {
        int status;
        const char* code;
        const char* what;
    };
    const row rows[] = {{401, "provider_rejected", "rejected"},
                        {402, "provider_rejected", "rejected"},
                        {408, "provider_unavailable", "failed"},
                        {429, "provider_throttled", "throttled"},
                        {503, "provider_unavailable", "failed"}};
    for (const auto& [status, code, what] : rows) {
        log.lines.clear();
        EXPECT_EQ((*attempt(answer(status, "vendor text"))->got)->status, status);
        ASSERT_EQ(log.lines.size(), 1u);
        EXPECT_TRUE(log.has("\"status\":" + std::to_string(status))) << log.lines[0];
        EXPECT_TRUE(log.has(code)) << log.lines[0];
        EXPECT_FALSE(log.has("vendor text")) << log.lines[0];
        EXPECT_FALSE(log.has("secret-target")) << log.lines[0];
        EXPECT_TRUE(counted(what)) << what;
    }
}

TEST_F(ObserveAttempts, RemembersTheLastFailure) {
    attempt(answer(200));
    attempt(answer(404));
    EXPECT_FALSE(state().failure.get());
    attempt(answer(503));
    auto seen = state().failure.get();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->code, errc::provider_unavailable);
    EXPECT_EQ(seen->operation, "get_run");
    EXPECT_EQ(seen->status, 503);
    EXPECT_EQ(seen->at, time.wall_now());
    attempt(error(errc::provider_malformed).sent());
    attempt(answer(200));
    seen = state().failure.get();
    EXPECT_EQ(seen->code, errc::provider_malformed);
    EXPECT_FALSE(seen->status);
}

TEST_F(ObserveAttempts, AnAttemptThatIsCalledOffIsNobodysFailure) {
    layer = observe_attempts(context(), state(), vendor_below());
    const auto got = send(get("/"));
    got->call_off.emit(boost::asio::cancellation_type::terminal);
    settle();
    EXPECT_TRUE(vendor.exchanges[0]->called_off);
    EXPECT_TRUE(got->thrown);
    EXPECT_TRUE(log.lines.empty());
    EXPECT_FALSE(counted("unreachable"));
}

using LimitCalls = layer_bench;

struct ObserveCalls : layer_bench {
    outcome_ptr make(result<http_response> with, call c) {
        if (!layer)
            layer = observe_calls(context(), state(), vendor_below());
        const auto got = send(get("/"), std::move(c));
        pass(2s);
        vendor.answer(vendor.exchanges.size() - 1, std::move(with));
        settle();
        return got;
    }
};

TEST_F(ObserveCalls, AddsUpTheTimeThatCallsWait) {
    duration waited{};
    auto c = named();
    c.waited = &waited;
    make(answer(200), c);
    EXPECT_EQ(waited, 2s);
    make(error(errc::provider_unavailable), c);
    EXPECT_EQ(waited, 4s);
    make(answer(200), named());
    EXPECT_EQ(waited, 4s);
}

TEST_F(ObserveCalls, PassesOnWhatIsToBeKept) {
    layer = observe_calls(context(), state(), vendor_below());
    layer->keep(get("/runs/1"), named(), answer(200), lasting::for_good);
    ASSERT_EQ(vendor.kept.size(), 1u);
    EXPECT_EQ(vendor.kept[0].target, "/runs/1");
}

TEST_F(LimitCalls, RefusesThoseBeyondTheProvidersShare) {
    auto with = context();
    with.max_calls = 2;
    layer = limit_calls(with, state(), vendor_below());
    const auto first = send(get("/a"));
    send(get("/b"));
    const auto third = send(get("/c"));
    EXPECT_EQ(third->text(), "overloaded refused_here");
    EXPECT_EQ(third->failure().retry_after(), 1s);
    EXPECT_EQ(third->failure().provider()->name, "main");
    vendor.answer(0, answer(200));
    settle();
    EXPECT_TRUE(first->ended());
    EXPECT_FALSE(send(get("/d"))->ended());
    EXPECT_EQ(vendor.exchanges.size(), 3u);
    EXPECT_EQ(metric("evalbridge_upstream_queue_refusals_total"), 1);
    auto poll = named();
    poll.urgency = urgency::watch; // holds no client's place
    EXPECT_FALSE(send(get("/e"), poll)->ended());
}

TEST(Authorize, AddsTheCredentialsToACopy) {
    scripted_upstream vendor;
    vendor.push(200, "{}");
    const auto layer = authorize({{"Authorization", secret("Bearer s3cret")}, {"X-Team", secret("a")}},
                                 std::make_unique<borrowed>(vendor));
    auto request = get("/runs");
    request.fields = {{"Accept", "text/plain"}, {"authorization", "Bearer someone-else"}};
    const auto c = test_call();
    ASSERT_TRUE(run_task(layer->send(request, c)));
    EXPECT_EQ(request.fields.size(), 2u);
    const auto& sent = vendor.requests.at(0).fields;
    ASSERT_EQ(sent.size(), 3u);
    EXPECT_EQ(sent[0].name, "Accept");
    EXPECT_EQ(sent[1].name, "Authorization");
    EXPECT_EQ(sent[1].value, "Bearer s3cret");
    EXPECT_EQ(sent[2].name, "X-Team");
}

} // namespace
} // namespace evalbridge::testing
