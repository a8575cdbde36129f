#include "cli/client.hpp"
#include "cli/gateway.hpp"
#include "cli/raw_json.hpp"
#include "cli/walk.hpp"
#include "tests/cli/fake_gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace evalbridge::cli;
using namespace std::chrono_literals;
using evalbridge::testing::fake_gateway;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

answer with(int status, std::string body, std::string content_type = "application/problem+json") {
    answer out;
    out.status = status;
    out.body = std::move(body);
    out.content_type = std::move(content_type);
    return out;
}

std::string page(int from, int count, const std::string& cursor, int total) {
    std::string out = R"({"data":[)";
    for (int i = from; i < from + count; ++i)
        out += (i == from ? "" : ",") + std::string(R"({"n":)") + std::to_string(i) + "}";
    return out + R"(],"page":{"total":)" + std::to_string(total) + R"(,"next_cursor":)" +
           (cursor.empty() ? "null" : '"' + cursor + '"') + R"(,"run_terminal":true}})";
}

struct walk_result {
    walked how;
    std::vector<std::string> elements;
};

walk_result walk_all(fake_gateway& gateway, std::uint64_t limit, const std::string& query = "") {
    walk_result out;
    std::ostringstream err;
    const auto take = [&](const std::string& e) { out.elements.push_back(e); };
    out.how = walk(gateway, "/v", query, limit, take, err);
    return out;
}

} // namespace

TEST(Explanation, TellsWhatWhereWhoseAndWhatToDo) {
    fake_gateway gateway;
    auto refused = with(
        400,
        R"({"type":"urn:evalbridge:problem:invalid_request","title":"t","status":400,"detail":"The run spec is not valid.",
        "code":"invalid_request","source":"client","retryable":false,"request_id":"abc",
        "errors":[{"pointer":"/scope/agent_id","detail":"expected a string","in":"body"},
                  {"pointer":"","detail":"not an object","in":"body"},
                  {"pointer":"limit","detail":"too large","in":"query"}]})");
    EXPECT_EQ(explain(refused, gateway), "error: The run spec is not valid.\n"
                                         "  /scope/agent_id: expected a string\n"
                                         "  the body: not an object\n"
                                         "  query limit: too large\n"
                                         "  request id: abc\n");
    auto throttled = with(503, R"({"detail":"The rate limit is used up.","code":"provider_throttled","request_id":"abc",
        "provider":{"name":"one","status":429,"code":"too_many_requests","message":"slow\n down","request_id":"v-1"}})");
    throttled.retry_after = 1500ms;
    EXPECT_EQ(explain(throttled, gateway),
              "error: The rate limit is used up.\n"
              "  provider: one answered 429 too_many_requests: slow down (its request id: v-1)\n"
              "  hint: the provider's quota is used up for now; try again later\n"
              "  retry after: 2 s\n"
              "  request id: abc\n");
    EXPECT_THAT(explain(with(401, R"({"detail":"no key","code":"unauthenticated"})"), gateway),
                HasSubstr("EVALBRIDGE_API_KEY"));
}

TEST(Explanation, CopesWithWhatIsNoProblemDocument) {
    fake_gateway gateway;
    EXPECT_EQ(explain(with(502, "<html>\x1b[2J", "text/html"), gateway),
              "error: the answer is HTTP 502, text/html, not a gateway's\n"
              "  hint: does http://gateway.test name an evalbridge gateway?\n");
    EXPECT_THAT(explain(with(500, R"({"detail":7,"errors":{},"provider":[]})"), gateway), HasSubstr("HTTP 500"));
    EXPECT_THAT(explain(with(500, R"({"detail":"a\u001b[31mb\nc"})"), gateway), HasSubstr("error: a [31mb c\n"));
    answer none;
    none.failure = "connection refused";
    EXPECT_THAT(explain(none, gateway),
                HasSubstr("error: no answer from the gateway at http://gateway.test: connection refused"));
}

TEST(Explanation, GivesNoAdviceThatIsWrong) {
    fake_gateway gateway;
    const auto settled = with(502, R"({"detail":"lost","code":"indeterminate","retryable":false})");
    EXPECT_EQ(explain(settled, gateway), "error: lost\n");
    EXPECT_THAT(explain(with(502, R"({"detail":"lost","code":"indeterminate","retryable":true})"), gateway),
                HasSubstr("hint: ask again with the same Idempotency-Key"));
    EXPECT_EQ(explain(with(404, R"({"detail":"none","code":"not_found"})"), gateway, ""), "error: none\n");
}

TEST(Patience, CoversWhatPassesAndNothingElse) {
    fake_gateway gateway;
    std::ostringstream err;
    gateway.answers["/x"] = {with(503, "{}"), with(429, "{}"), with(200, "ok")};
    EXPECT_EQ(get_patiently(gateway, "/x", 1min, err).body, "ok");
    EXPECT_THAT(gateway.pauses, ElementsAre(1s, 2s));
    EXPECT_THAT(err.str(), HasSubstr("asking again in 2 s\n"));
    EXPECT_EQ(get_patiently(gateway, "/gone", 1min, err).status, 404);
    EXPECT_EQ(gateway.pauses.size(), 2u);

    gateway.answers["/y"] = {with(503, "{}")};
    EXPECT_EQ(get_patiently(gateway, "/y", 20s, err).status, 503);
    EXPECT_EQ(gateway.pauses.size(), 6u); // 1, 2, 4 and 8 s; 16 more would be too many

    gateway.interrupt_after = gateway.pauses.size() + 1;
    EXPECT_TRUE(get_patiently(gateway, "/y", 1min, err).interrupted);
}

TEST(Walk, GoesByTheCursorToTheEnd) {
    fake_gateway gateway;
    gateway.push("/v?limit=200&passed=false", 200, page(0, 2, "c 1", 3));
    gateway.push("/v?cursor=c%201", 200, page(2, 1, "", 3));
    const auto all = walk_all(gateway, 0, "passed=false");
    EXPECT_THAT(all.elements, ElementsAre(R"({"n":0})", R"({"n":1})", R"({"n":2})"));
    EXPECT_FALSE(all.how.failed);
    EXPECT_EQ(all.how.last.next_cursor, std::nullopt);
    EXPECT_EQ(all.how.last.total, 3);
}

TEST(Walk, AsksForNoMoreThanIsWanted) {
    fake_gateway gateway;
    gateway.push("/v?limit=2", 200, page(0, 2, "c", 9));
    const auto some = walk_all(gateway, 2);
    EXPECT_EQ(some.elements.size(), 2u);
    EXPECT_TRUE(some.how.last.next_cursor);
    EXPECT_EQ(gateway.targets.size(), 1u);
}

TEST(Walk, KnowsThatMoreFollowsInsideItsLastPage) {
    fake_gateway gateway;
    gateway.push("/v?limit=200", 200, page(0, 200, "c", 260));
    gateway.push("/v?cursor=c", 200, page(200, 60, "", 260));
    const auto some = walk_all(gateway, 250);
    EXPECT_EQ(some.elements.size(), 250u);
    EXPECT_TRUE(some.how.last.next_cursor);
    EXPECT_FALSE(walk_all(gateway, 260).how.last.next_cursor);
}

TEST(Walk, TellsWhereItBroke) {
    fake_gateway gateway;
    gateway.push("/v?limit=200", 200, page(0, 2, "c", 3));
    const auto broken = walk_all(gateway, 0);
    EXPECT_EQ(broken.how.taken, 2u);
    EXPECT_EQ(broken.how.failed->status, 404);
    fake_gateway liar;
    liar.push("/v?limit=200", 200, R"({"data":7})");
    EXPECT_THAT(explain(*walk_all(liar, 0).how.failed, liar),
                HasSubstr("its list can't be read: /data: expected an array"));
}

TEST(Walk, WaitsOnlyOnceItHasBegun) {
    fake_gateway gateway;
    gateway.answers["/v?limit=200"] = {answer{}};
    EXPECT_TRUE(walk_all(gateway, 0).how.failed);
    EXPECT_TRUE(gateway.pauses.empty());
    gateway.answers.clear();
    gateway.push("/v?limit=200", 200, page(0, 2, "c", 3));
    gateway.answers["/v?cursor=c"] = {answer{}, with(200, page(2, 1, "", 3))};
    EXPECT_EQ(walk_all(gateway, 0).elements.size(), 3u);
    EXPECT_THAT(gateway.pauses, ElementsAre(1s));
}

TEST(Transient, IsWhatTheProblemCallsRetryable) {
    EXPECT_TRUE(is_transient(with(502, R"({"code":"provider_malformed","retryable":true})")));
    EXPECT_FALSE(is_transient(with(502, R"({"code":"provider_rejected","retryable":false})")));
    EXPECT_FALSE(is_transient(with(502, "<html>")));
}

TEST(RawElements, AreTheBytesThatCame) {
    const auto found =
        elements_of("{\"a\":1,\"data\":[ {\"id\": 18446744073709551615 ,\n\"x\":1.10}, 0.1e1 ]}", "data");
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, ElementsAre("{\"id\": 18446744073709551615 , \"x\":1.10}", "0.1e1"));
    EXPECT_FALSE(elements_of("{\"data\":[1", "data"));
    EXPECT_EQ(trimmed("{}\r\n"), "{}");
}

TEST(RetryAfter, IsHeededForAnHourAtMost) {
    evalbridge::http_response got;
    got.status = 503;
    got.fields = {{"Retry-After", "12"}};
    EXPECT_EQ(answer_of(got).retry_after, 12s);
    got.fields = {{"Retry-After", "999999"}};
    EXPECT_EQ(answer_of(got).retry_after, 1h);
    got.fields = {{"Retry-After", "soon"}};
    EXPECT_EQ(answer_of(got).retry_after, std::nullopt);
}
