#include "adapters/staso/error_message.hpp"
#include "adapters/staso/errors.hpp"

#include <gtest/gtest.h>

namespace evalbridge::staso {
namespace {

using namespace std::chrono_literals;

const secret key("planted-secret");
const std::chrono::system_clock::time_point now{1'760'000'000s}; // 2025-10-09T08:53:20Z

http_response answer(int status, std::string body = "{}", std::string type = "application/json") {
    http_response response;
    response.status = status;
    response.fields = {{"Content-Type", std::move(type)}};
    response.body = std::move(body);
    return response;
}

error decode(const http_response& response, operation what = operation::get_run) {
    return decode_error(response, what, {now, key});
}

TEST(StasoErrors, SayWhoseFaultItIs) {
    struct {
        int status;
        operation what;
        errc code;
        error_source source;
        bool retryable;
    } const rows[] = {
        {401, operation::get_run, errc::provider_rejected, error_source::provider, false},
        {402, operation::create_run, errc::provider_rejected, error_source::provider, false},
        {403, operation::create_run, errc::provider_rejected, error_source::provider, false},
        {404, operation::get_run, errc::not_found, error_source::client, false},
        {410, operation::list_verdicts, errc::not_found, error_source::client, false},
        {422, operation::get_run, errc::not_found, error_source::client, false},
        {404, operation::create_run, errc::provider_malformed, error_source::provider, false},
        {400, operation::create_run, errc::unsupported, error_source::provider, false},
        {409, operation::create_run, errc::unsupported, error_source::provider, false},
        {422, operation::create_run, errc::unsupported, error_source::provider, false},
        {409, operation::cancel_run, errc::conflict, error_source::client, false},
        {400, operation::cancel_run, errc::conflict, error_source::client, false},
        {422, operation::list_verdicts, errc::provider_malformed, error_source::provider, false},
        {408, operation::get_run, errc::provider_unavailable, error_source::provider, true},
        {429, operation::create_run, errc::provider_throttled, error_source::provider, true},
        {500, operation::get_summary, errc::provider_unavailable, error_source::provider, true},
        {503, operation::get_summary, errc::provider_unavailable, error_source::provider, true},
        {302, operation::get_run, errc::provider_malformed, error_source::provider, false},
        {418, operation::get_run, errc::provider_malformed, error_source::provider, false},
    };
    for (const auto& row : rows) {
        const auto e = decode(answer(row.status), row.what);
        EXPECT_EQ(name_of(e.code()), name_of(row.code)) << row.status;
        EXPECT_EQ(name_of(e.source()), name_of(row.source)) << row.status;
        EXPECT_EQ(e.retryable(), row.retryable) << row.status;
        ASSERT_TRUE(e.provider());
        EXPECT_EQ(e.provider()->status, row.status);
        EXPECT_FALSE(e.detail().empty());
    }
}

TEST(StasoErrors, TellThatOnlyARefusedCreateStartedNothing) {
    for (const int refused : {400, 401, 403, 404, 409, 422, 429})
        EXPECT_FALSE(decode(answer(refused), operation::create_run).request_sent()) << refused;
    for (const int unclear : {302, 408, 500, 502, 503, 504}) {
        const auto e = decode(answer(unclear), operation::create_run);
        EXPECT_TRUE(e.request_sent()) << unclear;
        EXPECT_FALSE(e.retryable()) << unclear;
    }
}

TEST(StasoErrors, TellABlockAtTheEdgeFromARefusalOfTheApi) {
    const auto edge = decode(answer(403, "<!DOCTYPE html><title>Just a moment...</title>", "text/html"));
    EXPECT_EQ(edge.code(), errc::provider_rejected);
    EXPECT_NE(edge.detail().find("edge"), std::string::npos);
    EXPECT_FALSE(edge.provider()->message) << "a page is no message";
    const auto api = decode(answer(403, R"({"detail":"no plan"})"));
    EXPECT_EQ(api.detail().find("edge"), std::string::npos);
    EXPECT_EQ(api.provider()->message, "no plan");
}

TEST(StasoErrors, ReadTheMessageInEveryShape) {
    struct {
        const char* body;
        const char* message; ///< null: none
        const char* code;
    } const rows[] = {
        {R"({"detail":"Run not found"})", "Run not found", nullptr},
        {R"({"detail":[{"loc":["body","scope",0],"msg":"field required","type":"value_error.missing"}]})",
         "body.scope.0: field required", nullptr},
        {R"({"detail":[{"loc":["body","a"],"msg":"x"},{"loc":["body","b"],"msg":"y"},"z",7]})",
         "body.a: x; body.b: y; z", nullptr},
        {R"({"detail":{"message":"gone","code":"E12"}})", "gone", "E12"},
        {R"({"error":{"message":"quota","type":"rate_limit"}})", "quota", "rate_limit"},
        {R"({"error":"bad key"})", "bad key", nullptr},
        {R"({"message":"nope","code":"X"})", "nope", "X"},
        {R"({"detail":null,"message":"m"})", "m", nullptr},
        {R"({"detail":{}})", nullptr, nullptr},
        {R"({})", nullptr, nullptr},
        {R"(["detail"])", nullptr, nullptr},
        {R"("text")", nullptr, nullptr},
        {"not json", nullptr, nullptr},
        {"", nullptr, nullptr},
        {"{\"detail\":\"a\\u0000b\\nc\\u007f\"}", "abc", nullptr},
    };
    for (const auto& row : rows) {
        const auto read = read_error_body(row.body, key);
        EXPECT_EQ(read.message, row.message ? std::optional<std::string>(row.message) : std::nullopt) << row.body;
        EXPECT_EQ(read.code, row.code ? std::optional<std::string>(row.code) : std::nullopt) << row.body;
    }
}

TEST(StasoErrors, CutMessagesAtACharactersBorder) {
    std::string long_text(199, 'x');
    long_text += "\xC3\xA9 and more";
    const auto read = read_error_body("{\"detail\":\"" + long_text + "\"}", key);
    EXPECT_EQ(read.message, std::string(199, 'x'));
}

TEST(StasoErrors, NeverRepeatAKey) {
    const auto read =
        read_error_body(R"({"detail":"bad key planted-secret, or ak_live_0123456789abcdef; weak_point stays"})", key);
    EXPECT_EQ(read.message, "bad key [key], or [key]; weak_point stays");
}

TEST(StasoErrors, NeverRepeatAKeyThatControlCharactersSplit) {
    struct {
        const char* said;
        const char* message;
    } const rows[] = {
        {R"(key planted\n-secret.)", "key [key]."},
        {R"(key ak_live_0\u0000123456789abcdef.)", "key [key]."},
        {R"(key\nak_live_0123456789abcdef)", "key[key]"},
        {R"(key\nak_li\nve_0123456789abcdef)", "key[key]"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(read_error_body("{\"detail\":\"" + std::string(row.said) + "\"}", key).message, row.message);
    const auto padding = std::string(195, ' ');
    EXPECT_EQ(read_error_body("{\"detail\":\"" + padding + "planted-secret\"}", key).message, padding + "[key]")
        << "hidden before it is cut";
}

TEST(StasoErrors, HideKeysInTheRequestIdToo) {
    auto response = answer(500);
    response.fields.add("X-Request-Id", "req-planted\x01-secret");
    EXPECT_EQ(decode(response).provider()->request_id, "req-[key]");
}

TEST(StasoErrors, KeepTheVendorsRequestId) {
    auto response = answer(500);
    response.fields.add("x-request-id", "req-9\r\n");
    EXPECT_EQ(decode(response).provider()->request_id, "req-9");
}

TEST(StasoErrors, PassOnHowLongToWait) {
    auto response = answer(429);
    response.fields.add("Retry-After", "7");
    EXPECT_EQ(decode(response).retry_after(), 7s);
    response.fields = {{"Retry-After", "soon"}};
    EXPECT_FALSE(decode(response).retry_after());
}

} // namespace
} // namespace evalbridge::staso
