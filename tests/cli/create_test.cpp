// Creates that are asked for until it is known what became of them.

#include "cli/client.hpp"
#include "tests/cli/fake_gateway.hpp"
#include "tests/cli/raw_gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using evalbridge::testing::fake_gateway;
using evalbridge::testing::raw_gateway;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

answer with(int status, std::string body) {
    answer out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

answer nobody_there() {
    answer out;
    out.failure = "connection refused";
    return out;
}

answer lost_on_the_way() {
    answer out;
    out.failure = "the gateway closed the connection without an answer";
    out.sent = true;
    return out;
}

std::unique_ptr<client> client_of(std::uint16_t port) {
    return std::make_unique<client>(client_options(),
                                    *evalbridge::parse_base_url("http://127.0.0.1:" + std::to_string(port)));
}

} // namespace

TEST(FailedCreate, MayHaveStartedARunWhereItIsNotRetryable) {
    fake_gateway gateway;
    const auto lost =
        with(504, R"({"detail":"late","code":"deadline_exceeded","source":"provider","retryable":false})");
    EXPECT_TRUE(may_have_started(lost));
    EXPECT_EQ(explain(lost, gateway, "look first"), "error: late\n  hint: look first\n");
    EXPECT_FALSE(may_have_started(with(503, R"({"code":"overloaded","source":"gateway","retryable":true})")));
    EXPECT_FALSE(may_have_started(with(502, R"({"code":"provider_rejected","source":"provider","retryable":false})")));
    EXPECT_FALSE(may_have_started(with(400, R"({"code":"invalid_request","source":"client","retryable":false})")));
}

TEST(ACreate, IsAskedForAgainWithTheSameKeyWhileItMayPass) {
    fake_gateway gateway;
    gateway.post_answers = {
        with(503, R"({"code":"store_unavailable","source":"gateway","retryable":true})"),
        with(502, R"({"code":"indeterminate","source":"provider","retryable":true})"),
        with(409, R"({"code":"conflict","source":"client","retryable":true})"),
        with(201, R"({"runs":[]})"),
    };
    std::ostringstream told;
    EXPECT_EQ(create_patiently(gateway, "{}", "k", 60s, told).status, 201);
    ASSERT_EQ(gateway.posted.size(), 4u);
    for (const auto& fields : gateway.posted)
        EXPECT_EQ(fields, (request_fields{{"Idempotency-Key", "k"}}));
    EXPECT_NE(told.str().find("store_unavailable"), std::string::npos);
}

TEST(ACreate, IsNotAskedForAgainWhereItWasRefusedOrNobodyAnswers) {
    for (const auto& refusal : {nobody_there(), with(422, R"({"code":"unsupported","retryable":false})"),
                                with(502, R"({"code":"indeterminate","source":"provider","retryable":false})")}) {
        fake_gateway gateway;
        gateway.post_answers = {refusal, with(201, "{}")};
        std::ostringstream told;
        EXPECT_EQ(create_patiently(gateway, "{}", "k", 60s, told).status, refusal.status);
        EXPECT_EQ(gateway.posted.size(), 1u);
    }
}

TEST(ACreate, IsAskedForAgainWhereItMayHaveReachedAGatewayThatRestarts) {
    fake_gateway gateway;
    gateway.post_answers = {lost_on_the_way(), nobody_there(), nobody_there(), with(201, "{}")};
    std::ostringstream told;
    EXPECT_EQ(create_patiently(gateway, "{}", "k", 60s, told).status, 201);
    ASSERT_EQ(gateway.posted.size(), 4u);
    for (const auto& fields : gateway.posted)
        EXPECT_EQ(fields, (request_fields{{"Idempotency-Key", "k"}}));
    EXPECT_THAT(told.str(), HasSubstr("waiting: the gateway closed the connection without an answer; asking again"));
    EXPECT_THAT(told.str(), HasSubstr("waiting: connection refused; asking again"));
}

TEST(ACreate, IsNotKnownToHaveFailedOnceItWasSent) {
    fake_gateway gateway;
    gateway.post_answers = {lost_on_the_way()};
    gateway.post_answers.insert(gateway.post_answers.end(), 100, nobody_there());
    std::ostringstream told;
    const auto began = gateway.now();
    EXPECT_TRUE(create_patiently(gateway, "{}", "k", 60s, told).sent);
    EXPECT_LE(gateway.now() - began, 60s);
    fake_gateway nobody;
    nobody.post_answers = {nobody_there()};
    EXPECT_FALSE(create_patiently(nobody, "{}", "k", 60s, told).sent);
    fake_gateway left;
    left.post_answers = {lost_on_the_way(), with(201, "{}")};
    left.interrupt_after = 1;
    EXPECT_TRUE(create_patiently(left, "{}", "k", 60s, told).interrupted);
}

TEST(ACreate, ThatFailedIsExplainedByWhatItAskedFor) {
    EXPECT_THAT(*create_hint(with(404, R"({"code":"not_found"})"), "k"), Not(HasSubstr("run's id")));
    EXPECT_THAT(*create_hint(with(502, R"({"code":"indeterminate","retryable":true})"), "k-1"),
                HasSubstr("--idempotency-key k-1"));
    EXPECT_FALSE(create_hint(with(502, R"({"code":"indeterminate","retryable":false})"), "k"));
    EXPECT_FALSE(create_hint(with(422, R"({"code":"unsupported","retryable":false})"), "k"));
    EXPECT_FALSE(create_hint(nobody_there(), "k"));
}

TEST(AClient, TellsWhetherItsRequestWasSent) {
    std::uint16_t port = 0;
    {
        raw_gateway server([](raw_gateway::peer&) {}); // reads the request, and goes
        port = server.port();
        const auto lost = client_of(port)->post("/v1/runs", "{}", {});
        EXPECT_EQ(lost.status, 0);
        EXPECT_TRUE(lost.sent);
        EXPECT_THAT(lost.failure, HasSubstr("the gateway closed the connection"));
        EXPECT_THAT(lost.failure, Not(HasSubstr("provider")));
    }
    const auto refused = client_of(port)->post("/v1/runs", "{}", {});
    EXPECT_EQ(refused.status, 0);
    EXPECT_FALSE(refused.sent);
}
