#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace evalbridge;
using namespace std::chrono_literals;

namespace {

struct row {
    errc code;
    std::string_view name;
    int status;
    error_source source;
    bool retryable;
};

// The table of docs/architecture.md ("Errors"), said a second time so that neither can drift alone.
constexpr row table[] = {
    {errc::invalid_request, "invalid_request", 400, error_source::client, false},
    {errc::payload_too_large, "payload_too_large", 413, error_source::client, false},
    {errc::not_found, "not_found", 404, error_source::client, false},
    {errc::method_not_allowed, "method_not_allowed", 405, error_source::client, false},
    {errc::conflict, "conflict", 409, error_source::client, false},
    {errc::unsupported, "unsupported", 422, error_source::client, false},
    {errc::unauthenticated, "unauthenticated", 401, error_source::client, false},
    {errc::forbidden, "forbidden", 403, error_source::client, false},
    {errc::rate_limited, "rate_limited", 429, error_source::client, true},
    {errc::internal, "internal", 500, error_source::gateway, false},
    {errc::overloaded, "overloaded", 503, error_source::gateway, true},
    {errc::store_unavailable, "store_unavailable", 503, error_source::gateway, true},
    {errc::indeterminate, "indeterminate", 502, error_source::provider, true},
    {errc::provider_rejected, "provider_rejected", 502, error_source::provider, false},
    {errc::provider_malformed, "provider_malformed", 502, error_source::provider, true},
    {errc::provider_throttled, "provider_throttled", 503, error_source::provider, true},
    {errc::provider_unavailable, "provider_unavailable", 503, error_source::provider, true},
    {errc::deadline_exceeded, "deadline_exceeded", 504, error_source::provider, true},
};

} // namespace

TEST(ErrorCode, HasItsNameStatusSourceAndRetryability) {
    std::set<std::string_view> names;
    for (const auto& each : table) {
        EXPECT_EQ(name_of(each.code), each.name);
        EXPECT_EQ(http_status(each.code), each.status) << each.name;
        EXPECT_EQ(usual_source(each.code), each.source) << each.name;
        EXPECT_EQ(error(each.code).source(), each.source) << each.name;
        EXPECT_EQ(error(each.code).retryable(), each.retryable) << each.name;
        names.insert(name_of(each.code));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(errc::deadline_exceeded) + 1); // every code, none twice
}

TEST(Error, PrefixesItsDetailWithThePointerInEitherOrder) {
    EXPECT_EQ(error(errc::provider_malformed).at("/a/0").because("expected a number").detail(),
              "/a/0: expected a number");
    EXPECT_EQ(error(errc::provider_malformed).because("expected a number").at("/a/0").detail(),
              "/a/0: expected a number");
    EXPECT_EQ(error(errc::internal).because("x").detail(), "x");
    EXPECT_EQ(error().detail(), "");
}

TEST(Error, CarriesWhatIsPutOnIt) {
    const auto e = error(errc::provider_throttled, error_source::gateway)
                       .because("wait")
                       .fault("/scope", "missing")
                       .fault("limit", "too large", "query")
                       .retry_after(1500ms)
                       .from_provider({"p", 429, "too_many_requests", {}, "req-1"})
                       .sent();
    EXPECT_EQ(e.source(), error_source::gateway);
    ASSERT_EQ(e.faults().size(), 2u);
    EXPECT_EQ(e.faults()[0].in, "body");
    EXPECT_EQ(e.faults()[1].in, "query");
    EXPECT_EQ(e.retry_after(), 1500ms);
    EXPECT_EQ(e.provider()->status, 429);
    EXPECT_TRUE(e.request_sent());
    EXPECT_TRUE(e.retryable());
    EXPECT_FALSE(error(e).retryable(false).retryable());
}

TEST(Error, KeepsWhatItSaysWhenItIsAddedToInPlace) {
    auto e = error(errc::provider_throttled).because("short");
    e = std::move(e).retry_after(std::chrono::seconds(7));
    e = std::move(e).sent().retryable(false);
    EXPECT_EQ(e.detail(), "short");
    EXPECT_EQ(e.retry_after(), std::chrono::seconds(7));
    EXPECT_FALSE(e.retryable());
}

TEST(Error, TakesItsProvidersNameLater) {
    error e(errc::provider_unavailable);
    EXPECT_FALSE(e.provider());
    e.set_provider_name("one");
    EXPECT_EQ(e.provider()->name, "one");
    EXPECT_FALSE(e.provider()->status);
}

TEST(Result, ThrowsForTheProgrammerWhoTakesAValueThatIsNotThere) {
    const result<int> failed = error(errc::not_found).because("no such run");
    EXPECT_THROW((void)failed.value(), std::logic_error);
    EXPECT_EQ(result<int>(7).value(), 7);
}
