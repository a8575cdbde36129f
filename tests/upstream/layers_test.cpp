#include "upstream/layers/authorize.hpp"
#include "upstream/layers/observe.hpp"
#include "upstream/layers/stack.hpp"

#include "tests/support/manual_clock.hpp"
#include "tests/support/scripted_upstream.hpp"
#include "tests/upstream/client.hpp"
#include "tests/upstream/raw_server.hpp"

#include <gtest/gtest.h>

namespace evalbridge::testing {
namespace {

/// Lets a test keep hold of an upstream that a layer owns.
class borrowed final : public upstream {
  public:
    explicit borrowed(upstream& inner) : inner_(inner) {}
    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        return inner_.send(request, c);
    }

  private:
    upstream& inner_;
};

/// Answers after some of the test's time.
class taking final : public upstream {
  public:
    taking(manual_clock& time, duration span, upstream& inner) : time_(time), span_(span), inner_(inner) {}
    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        time_.advance(span_);
        return inner_.send(request, c);
    }

  private:
    manual_clock& time_;
    duration span_;
    upstream& inner_;
};

call named_call() {
    call c = test_call().named("get_run");
    c.request_id = "req-1";
    return c;
}

TEST(Authorize, AddsTheCredentialsToACopy) {
    scripted_upstream vendor;
    vendor.push(200, "{}");
    const auto layer = authorize({{"Authorization", secret("Bearer s3cret")}, {"X-Team", secret("a")}},
                                 std::make_unique<borrowed>(vendor));
    auto request = get("/runs");
    request.fields = {{"Accept", "text/plain"}, {"authorization", "Bearer someone-else"}};
    const auto c = named_call();
    ASSERT_TRUE(run_task(layer->send(request, c)));
    EXPECT_EQ(request.fields.size(), 2u);
    const auto& sent = vendor.requests.at(0).fields;
    ASSERT_EQ(sent.size(), 3u);
    EXPECT_EQ(sent[0].name, "Accept");
    EXPECT_EQ(sent[1].name, "Authorization");
    EXPECT_EQ(sent[1].value, "Bearer s3cret");
    EXPECT_EQ(sent[2].name, "X-Team");
}

struct Observe : ::testing::Test {
    result<http_response> send() {
        const auto layer = observe_attempts("main", log, time,
                                            std::make_unique<taking>(time, std::chrono::milliseconds(1500), vendor));
        const auto request = get("/secret-target?key=value");
        const auto c = named_call();
        return run_task(layer->send(request, c));
    }
    scripted_upstream vendor;
    captured_log log;
    manual_clock time;
};

TEST_F(Observe, SaysNothingOfAHealthyAttempt) {
    for (const int status : {200, 201, 204, 302, 400, 404, 409, 422}) {
        vendor.push(status, "{}");
        EXPECT_EQ(send()->status, status);
    }
    EXPECT_TRUE(log.lines.empty());
}

TEST_F(Observe, TellsOfAnAttemptThatFailed) {
    vendor.push(error(errc::provider_unavailable).because("the answer broke off").sent());
    const auto outcome = send();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().provider()->name, "main");
    EXPECT_TRUE(outcome.error().request_sent());
    ASSERT_EQ(log.lines.size(), 1u);
    for (const auto* part : {"\"upstream_attempt_failed\"", "\"provider\":\"main\"", "\"operation\":\"get_run\"",
                             "\"request_id\":\"req-1\"", "\"code\":\"provider_unavailable\"", "\"duration_ms\":1500",
                             "\"detail\":\"the answer broke off\"", "\"request_sent\":true"})
        EXPECT_NE(log.lines[0].find(part), std::string::npos) << part << " in " << log.lines[0];
}

TEST_F(Observe, TellsOfAnAnswerThatIsAFailureButNotItsText) {
    struct row {
        int status;
        const char* code;
    };
    for (const auto& [status, code] : std::initializer_list<row>{
             {401, "provider_rejected"}, {429, "provider_throttled"}, {503, "provider_unavailable"}}) {
        log.lines.clear();
        vendor.push(status, "vendor text");
        EXPECT_EQ(send()->status, status);
        ASSERT_EQ(log.lines.size(), 1u);
        EXPECT_TRUE(log.has("\"status\":" + std::to_string(status))) << log.lines[0];
        EXPECT_TRUE(log.has(code)) << log.lines[0];
        EXPECT_FALSE(log.has("vendor text")) << log.lines[0];
        EXPECT_FALSE(log.has("secret-target")) << log.lines[0];
    }
}

TEST(Stack, SendsTheCredentialAndTellsItNobody) {
    raw_server server({[](peer& vendor) {
        vendor.next_request();
        vendor.send(ok("first"));
        vendor.next_request();
        vendor.send("HTTP/1.1 nonsense\r\n\r\n");
        vendor.wait_for_close();
    }});
    boost::asio::io_context io(1);
    deadline_sweeper sweeper(io.get_executor());
    captured_log log;
    system_clock time;
    const auto stack = make_stack({io.get_executor(), sweeper, make_resolver(), log, time}, "main",
                                  options_for(server.port()), {{"Authorization", secret("Bearer s3cret")}});
    const auto request = get("/runs");
    const auto c = named_call();
    std::vector<result<http_response>> outcomes;
    for (std::size_t i = 0; i < 2; ++i) {
        boost::asio::co_spawn(io, stack->send(request, c), [&](std::exception_ptr, result<http_response> outcome) {
            outcomes.push_back(std::move(outcome));
        });
        io.restart();
        while (outcomes.size() <= i)
            io.run_one();
    }
    EXPECT_EQ(outcomes[0]->body, "first");
    EXPECT_NE(server.requests().at(0).find("Authorization: Bearer s3cret\r\n"), std::string::npos);
    ASSERT_FALSE(outcomes[1]);
    EXPECT_EQ(outcomes[1].error().code(), errc::provider_malformed);
    EXPECT_EQ(outcomes[1].error().provider()->name, "main");
    EXPECT_EQ(outcomes[1].error().detail().find("s3cret"), std::string::npos);
    EXPECT_TRUE(log.has("provider_malformed"));
    EXPECT_FALSE(log.has("s3cret"));
}

} // namespace
} // namespace evalbridge::testing
