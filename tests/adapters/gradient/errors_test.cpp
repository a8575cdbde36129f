#include "adapters/gradient/errors.hpp"
#include "tests/adapters/gradient/gradient_bench.hpp"

#include <gtest/gtest.h>

namespace evalbridge::gradient {
namespace {

const std::chrono::system_clock::time_point now{std::chrono::seconds(1'760'000'000)}; // 2025-10-09T08:53:20Z

http_response refusal(int status, std::string body = R"({"id":"an_id","message":"Words.","request_id":"r-1"})",
                      std::vector<http_field> fields = {}) {
    auto out = answer_of(status, std::move(body));
    for (const auto& each : fields)
        out.fields.add(each.name, each.value);
    return out;
}

struct row {
    int status;
    errc read;
    errc create;
    bool create_may_have_started;
};

TEST(Errors, EachStatusHasItsCode) {
    constexpr row rows[] = {
        {301, errc::provider_malformed, errc::provider_malformed, true},
        {304, errc::provider_malformed, errc::provider_malformed, true},
        {400, errc::provider_malformed, errc::unsupported, false},
        {401, errc::provider_rejected, errc::provider_rejected, false},
        {402, errc::provider_malformed, errc::provider_malformed, false},
        {403, errc::provider_rejected, errc::provider_rejected, false},
        {404, errc::not_found, errc::not_found, false},
        {408, errc::provider_unavailable, errc::provider_unavailable, true},
        {409, errc::provider_malformed, errc::unsupported, false},
        {418, errc::provider_malformed, errc::provider_malformed, false},
        {422, errc::provider_malformed, errc::unsupported, false},
        {429, errc::provider_throttled, errc::provider_throttled, false},
        {500, errc::provider_unavailable, errc::provider_unavailable, true},
        {503, errc::provider_unavailable, errc::provider_unavailable, true},
        {599, errc::provider_unavailable, errc::provider_unavailable, true},
    };
    for (const auto& each : rows) {
        const auto read = decode_error(refusal(each.status), asked_for::read, now);
        EXPECT_EQ(read.code(), each.read) << each.status;
        EXPECT_FALSE(read.request_sent()) << each.status;
        const auto create = decode_error(refusal(each.status), asked_for::create, now);
        EXPECT_EQ(create.code(), each.create) << each.status;
        EXPECT_EQ(create.request_sent(), each.create_may_have_started) << each.status;
        if (each.create_may_have_started)
            EXPECT_FALSE(create.retryable()) << each.status;
        ASSERT_TRUE(create.provider().has_value());
        EXPECT_EQ(create.provider()->status, each.status);
        EXPECT_EQ(create.source(), each.create == errc::not_found ? error_source::client : error_source::provider);
    }
}

TEST(Errors, CarryTheVendorsWordsWithoutControlCharactersAndCut) {
    const std::string body = R"({"message":"a\nb\u0007c\u2028)" + std::string(500, 'x') + R"(","id":"not_found"})";
    const auto e = decode_error(refusal(404, body, {{"X-Request-Id", "h-1"}}), asked_for::read, now);
    EXPECT_EQ(e.provider()->code, "not_found");
    EXPECT_TRUE(e.provider()->message->starts_with("abc"));
    EXPECT_LE(e.provider()->message->size(), 200u);
    EXPECT_EQ(e.provider()->request_id, "h-1");
    EXPECT_EQ(e.detail().find("xxx"), std::string::npos);
}

TEST(Errors, TheBodysRequestIdGoesBeforeTheHeaders) {
    const auto body = R"({"id":"x","message":"y","request_id":"b-1"})";
    EXPECT_EQ(decode_error(refusal(500, body, {{"x-request-id", "h-1"}}), asked_for::read, now).provider()->request_id,
              "b-1");
}

TEST(Errors, ABodyThatIsNoErrorObjectIsNoMoreThanAStatus) {
    for (const auto* body : {"", "<html>", "[]", "null", "\"text\"", R"({"id":"cut)", R"({"id":5,"message":{"a":1}})",
                             "{\"id\":\"\xff\xfe\"}"}) {
        const auto e = decode_error(refusal(502, body), asked_for::read, now);
        EXPECT_EQ(e.code(), errc::provider_unavailable) << body;
        EXPECT_EQ(e.provider()->code, std::nullopt) << body;
        EXPECT_EQ(e.provider()->message, std::nullopt) << body;
    }
}

TEST(Errors, TellWhenToComeBack) {
    using std::chrono::milliseconds;
    const struct {
        int status;
        std::vector<http_field> fields;
        std::optional<milliseconds> expected;
    } rows[] = {
        {429, {{"Retry-After", "7"}}, milliseconds(7000)},
        {429, {{"retry-after", " 7 "}, {"ratelimit-reset", "1760000900"}}, milliseconds(7000)},
        {429, {{"Retry-After", "Thu, 09 Oct 2025 08:53:50 GMT"}}, milliseconds(30'000)},
        {429, {{"Retry-After", "Thu, 09 Oct 2025 08:00:00 GMT"}}, milliseconds(0)},
        {429, {{"ratelimit-reset", "1760000912"}, {"ratelimit-remaining", "0"}}, milliseconds(912'000)},
        {429,
         {{"Retry-After", "soon"}, {"RateLimit-Reset", "1760000912"}, {"RateLimit-Remaining", "0"}},
         milliseconds(912'000)},
        {429, {{"ratelimit-reset", "1760000912"}, {"ratelimit-remaining", "4321"}}, milliseconds(5000)},
        {429,
         {{"ratelimit-reset", "1760000912"}, {"ratelimit-remaining", "4321"}, {"ratelimit-limit", "5000"}},
         milliseconds(5000)},
        {429, {{"ratelimit-reset", "1760000912"}, {"ratelimit-limit", "5000"}}, milliseconds(912'000)},
        {429, {{"ratelimit-reset", "1760000912"}, {"ratelimit-limit", "250"}}, milliseconds(5000)},
        {429, {{"ratelimit-reset", "1760000912"}}, milliseconds(5000)},
        {429, {{"ratelimit-reset", "1750000000"}, {"ratelimit-remaining", "0"}}, milliseconds(5000)},
        {429, {{"ratelimit-reset", "-1"}, {"ratelimit-remaining", "0"}}, milliseconds(5000)},
        {429, {{"ratelimit-reset", "soon"}, {"ratelimit-remaining", "0"}}, milliseconds(5000)},
        {429, {{"ratelimit-reset", "9223372036854775807"}, {"ratelimit-remaining", "0"}}, milliseconds(86'400'000)},
        {429, {{"Retry-After", "99999999999999999"}}, milliseconds(86'400'000)},
        {429, {{"Retry-After", "-1"}}, milliseconds(5000)},
        {429, {}, milliseconds(5000)},
        {503, {{"Retry-After", "2"}}, milliseconds(2000)},
        {503, {{"ratelimit-reset", "1760000012"}}, std::nullopt},
    };
    for (const auto& each : rows)
        EXPECT_EQ(decode_error(refusal(each.status, "{}", each.fields), asked_for::read, now).retry_after(),
                  each.expected)
            << each.status << (each.fields.empty() ? "" : each.fields[0].value);
}

TEST(Errors, AThrottledHourIsToldByItsMessageWhereNothingElseTells) {
    const std::vector<http_field> reset = {{"ratelimit-reset", "1760000912"}};
    const auto hourly = refusal(429, R"({"id":"too_many_requests","message":"5,000 requests per hour"})", reset);
    EXPECT_EQ(decode_error(hourly, asked_for::read, now).retry_after(), std::chrono::seconds(912));
}

TEST(Errors, TellABlockAtTheEdgeFromAMissingPermission) {
    auto page = refusal(403, "<!DOCTYPE html><title>Just a moment...</title>");
    page.fields = {{"Content-Type", "text/html"}};
    const auto edge = decode_error(page, asked_for::read, now);
    EXPECT_EQ(edge.code(), errc::provider_rejected);
    EXPECT_NE(edge.detail().find("edge"), std::string::npos);
    EXPECT_FALSE(edge.provider()->message) << "a page is no message";
    EXPECT_FALSE(edge.retryable());
    EXPECT_EQ(decode_error(refusal(403), asked_for::read, now).detail().find("edge"), std::string::npos);
    auto unlabelled = refusal(403);
    unlabelled.fields = {};
    EXPECT_EQ(decode_error(unlabelled, asked_for::read, now).detail().find("edge"), std::string::npos);
}

TEST(Errors, AMalformedAnswerToACreateMayHaveStartedARun) {
    const auto e = malformed(error(errc::provider_malformed), asked_for::create);
    EXPECT_TRUE(e.request_sent());
    EXPECT_FALSE(e.retryable());
    EXPECT_FALSE(malformed(error(errc::provider_malformed), asked_for::read).request_sent());
}

TEST(Errors, HideTokensThatTheVendorRepeats) {
    const secret token("own-token-0123456789");
    const std::string padding(180, 'x'); // the cut would leave half a token
    const std::string body = R"({"id":"bad","message":"own-token-0123456789 dop_v1_ab12, doo_v1_\u0007cd dor_v1_ef )" +
                             padding + R"( dop_v1_0123456789abcdef0123456789","request_id":"r-dop_v1_ab12"})";
    const auto e = decode_error(refusal(401, body), asked_for::read, now, token);
    const auto& message = *e.provider()->message;
    EXPECT_TRUE(message.starts_with("[token] [token], [token] [token] x")) << message;
    EXPECT_LE(message.size(), 200u);
    EXPECT_EQ(e.provider()->request_id, "r-[token]");
    EXPECT_EQ(decode_error(refusal(500, "{}", {{"x-request-id", token.reveal()}}), asked_for::read, now, token)
                  .provider()
                  ->request_id,
              "[token]");
}

TEST(Errors, OfAProviderNeverRepeatItsToken) {
    bench on;
    on.wire.push(401, R"({"id":"x","message":"no such token: dop_v1_planted_secret"})");
    const auto found = on.run(on.provider().get_run("run-1", on.plain, on.any_call));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().provider()->message, "no such token: [token]");
}

} // namespace
} // namespace evalbridge::gradient
