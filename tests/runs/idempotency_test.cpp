#include "runs/idempotency.hpp"

#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

const kept_answer answer{201, "application/json", R"({"runs":[]})", "/v1/runs/a:1"};

struct IdempotencyMemory : ::testing::Test {
    testing::manual_clock time;
    idempotency_memory memory{time, 2};
};

TEST_F(IdempotencyMemory, GivesTheFirstAnswerAgain) {
    ASSERT_FALSE(memory.begin("ci", "k1", "body").value().has_value());
    memory.finish("ci", "k1", answer);
    const auto again = memory.begin("ci", "k1", "body");
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->body, answer.body);
    EXPECT_EQ((*again)->location, answer.location);
}

TEST_F(IdempotencyMemory, RefusesAnotherBody) {
    ASSERT_TRUE(memory.begin("ci", "k1", "body").has_value());
    memory.finish("ci", "k1", answer);
    const auto other = memory.begin("ci", "k1", "other body");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code(), errc::unsupported);
}

TEST_F(IdempotencyMemory, SaysThatARequestIsStillInFlight) {
    ASSERT_TRUE(memory.begin("ci", "k1", "body").has_value());
    const auto second = memory.begin("ci", "k1", "body");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), errc::conflict);
    EXPECT_TRUE(second.error().retryable());
    EXPECT_TRUE(second.error().retry_after().has_value());
}

TEST_F(IdempotencyMemory, ForgetsWhatStartedNothing) {
    ASSERT_TRUE(memory.begin("ci", "k1", "body").has_value());
    memory.forget("ci", "k1");
    EXPECT_FALSE(memory.begin("ci", "k1", "another body").value().has_value());
}

TEST_F(IdempotencyMemory, ScopesKeysToTheirClient) {
    ASSERT_TRUE(memory.begin("ci", "k1", "body").has_value());
    memory.finish("ci", "k1", answer);
    EXPECT_FALSE(memory.begin("other", "k1", "body").value().has_value());
}

TEST_F(IdempotencyMemory, KeepsKeysForADayAndRefusesRatherThanForgetsEarlier) {
    for (const auto* key : {"k1", "k2"}) {
        ASSERT_TRUE(memory.begin("ci", key, "body").has_value());
        memory.finish("ci", key, answer);
    }
    time.advance(std::chrono::hours(23));
    const auto full = memory.begin("ci", "k3", "body");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code(), errc::overloaded);
    EXPECT_TRUE(memory.begin("ci", "k1", "body").value().has_value());
    time.advance(std::chrono::hours(1));
    EXPECT_FALSE(memory.begin("ci", "k3", "body").value().has_value());
    EXPECT_FALSE(memory.begin("ci", "k1", "a new body").value().has_value());
}

TEST_F(IdempotencyMemory, RefusesKeysThatAreNotVisibleAscii) {
    for (const auto& key :
         {std::string(), std::string("a b"), std::string("\x01"), std::string("\xc3\xa9"), std::string(256, 'k')}) {
        const auto refused = memory.begin("ci", key, "body");
        ASSERT_FALSE(refused) << key;
        EXPECT_EQ(refused.error().code(), errc::invalid_request);
    }
    EXPECT_TRUE(memory.begin("ci", std::string(255, 'k'), "body").has_value());
}

} // namespace
} // namespace evalbridge
