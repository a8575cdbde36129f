#include "upstream/classify.hpp"

#include <gtest/gtest.h>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;
using enum attempt_class;

const std::chrono::system_clock::time_point now{784111777s}; // Sun, 06 Nov 1994 08:49:37 GMT

http_response answer(int status, answer_fields fields = {}) {
    http_response out;
    out.status = status;
    out.fields = std::move(fields);
    return out;
}

verdict_on_attempt judge(const result<http_response>& outcome, duration took = 1s) {
    return judge_attempt(outcome, took, {}, now);
}

TEST(JudgeAttempt, KnowsEveryStatus) {
    struct row {
        int status;
        attempt_class what;
        bool retryable;
        int breaker;
        std::optional<errc> failure;
    };
    const row rows[] = {
        {200, answered, false, -1, {}},
        {201, answered, false, -1, {}},
        {204, answered, false, -1, {}},
        {302, answered, false, -1, {}},
        {400, answered, false, -1, {}},
        {401, rejected, false, -1, errc::provider_rejected},
        {402, rejected, false, -1, errc::provider_rejected},
        {403, rejected, false, -1, errc::provider_rejected},
        {404, answered, false, -1, {}},
        {408, failed, true, 0, errc::provider_unavailable},
        {409, answered, false, -1, {}},
        {422, answered, false, -1, {}},
        {429, throttled, true, 0, errc::provider_throttled},
        {500, failed, true, 1, errc::provider_unavailable},
        {501, failed, true, 1, errc::provider_unavailable},
        {502, failed, true, 1, errc::provider_unavailable},
        {503, failed, true, 1, errc::provider_unavailable},
        {504, failed, true, 1, errc::provider_unavailable},
        {599, failed, true, 1, errc::provider_unavailable},
    };
    for (const auto& each : rows) {
        const auto verdict = judge(answer(each.status));
        EXPECT_EQ(verdict.what, each.what) << each.status;
        EXPECT_EQ(verdict.retryable, each.retryable) << each.status;
        EXPECT_EQ(verdict.breaker, each.breaker) << each.status;
        EXPECT_TRUE(verdict.request_sent) << each.status;
        EXPECT_FALSE(verdict.retry_after) << each.status;
        EXPECT_EQ(failure_of(answer(each.status)), each.failure) << each.status;
    }
}

TEST(JudgeAttempt, KnowsEveryError) {
    struct row {
        error e;
        duration took;
        attempt_class what;
        bool retryable;
        int breaker;
    };
    const auto late = [](bool sent) { return error(errc::deadline_exceeded).sent(sent); };
    const row rows[] = {
        {error(errc::provider_unavailable), 0s, unreachable, true, 1},
        {error(errc::provider_unavailable).sent(), 0s, unreachable, true, 1},
        {error(errc::provider_malformed).sent(), 0s, malformed, false, 1},
        {error(errc::provider_throttled).sent(), 0s, throttled, true, 0},
        {error(errc::provider_rejected).sent(), 0s, rejected, false, -1},
        {error(errc::internal).sent(), 0s, internal, false, 0},
        {error(errc::invalid_request), 0s, internal, false, 0},
        // A deadline is the provider's failure only where it was asked and had the time.
        {late(true), 5s, out_of_time, false, 1},
        {late(true), 5s - 1ns, out_of_time, false, 0},
        {late(false), 1h, out_of_time, false, 0},
        // Ours.
        {error(errc::overloaded), 0s, refused_here, false, 0},
        {error(errc::overloaded).sent(), 0s, refused_here, false, 0},
        {error(errc::provider_unavailable).refused_here(true), 0s, refused_here, false, 0},
        {error(errc::provider_throttled).refused_here(true), 0s, refused_here, false, 0},
        {late(false).refused_here(true), 1h, refused_here, false, 0},
        {late(true).refused_here(true), 1h, out_of_time, false, 0},
    };
    for (const auto& each : rows) {
        const auto where = std::string(name_of(each.e.code())) + (each.e.refused_here() ? " refused here" : "") +
                           (each.e.request_sent() ? " sent" : "");
        const auto verdict = judge(each.e, each.took);
        EXPECT_EQ(name_of(verdict.what), name_of(each.what)) << where;
        EXPECT_EQ(verdict.retryable, each.retryable) << where;
        EXPECT_EQ(verdict.breaker, each.breaker) << where;
        EXPECT_EQ(verdict.request_sent, each.e.request_sent()) << where;
        EXPECT_EQ(failure_of(each.e), each.e.code()) << where;
    }
}

TEST(JudgeAttempt, ReadsRetryAfterWhereItMeansSomething) {
    struct row {
        int status;
        const char* value;
        std::optional<std::chrono::milliseconds> told;
    };
    const row rows[] = {
        {429, "7", 7s},
        {503, "0", 0s},
        {408, "120", 120s},
        {429, "Sun, 06 Nov 1994 08:50:37 GMT", 60s},
        {503, "Sun, 06 Nov 1994 08:40:00 GMT", 0s},
        {503, "soon", {}},
        {503, "-1", {}},
        {503, "1.5", {}},
        {503, "", {}},
        {200, "7", {}},
        {404, "7", {}},
        {401, "7", {}},
    };
    for (const auto& each : rows)
        EXPECT_EQ(judge(answer(each.status, {{"Retry-After", each.value}})).retry_after, each.told)
            << each.status << ' ' << each.value;
    EXPECT_EQ(judge(error(errc::provider_unavailable).retry_after(3s)).retry_after, 3s);
    EXPECT_FALSE(judge(error(errc::provider_unavailable).retry_after(3s).refused_here(true)).retry_after);
}

TEST(JudgeAttempt, NamesEveryClassDifferently) {
    std::vector<std::string_view> names;
    for (const auto each :
         {answered, rejected, throttled, failed, unreachable, malformed, out_of_time, refused_here, internal})
        names.push_back(name_of(each));
    const std::vector<std::string_view> expected = {"answered",    "rejected",     "throttled",
                                                    "failed",      "unreachable",  "malformed",
                                                    "out_of_time", "refused_here", "internal"};
    EXPECT_EQ(names, expected);
}

} // namespace
} // namespace evalbridge
