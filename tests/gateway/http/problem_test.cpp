#include "gateway/http/answer.hpp"
#include "gateway/http/reply.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace evalbridge {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

json::object document(const reply& answer) { return json::parse(answer.body).as_object(); }

std::string field(const reply& answer, std::string_view name) {
    for (const auto& [key, value] : answer.fields)
        if (key == name)
            return value;
    return "";
}

TEST(Problem, HasEveryMember) {
    const auto e = error(errc::provider_throttled)
                       .because("the provider asks to wait")
                       .retry_after(1500ms)
                       .from_provider({"staging", 429, "quota", std::nullopt, "r-9"});
    const auto answer = problem(e, "/v1/runs", "id-1");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(answer.error_code, "provider_throttled");
    EXPECT_EQ(field(answer, "Retry-After"), "2");
    EXPECT_EQ(document(answer), json::parse(R"({"type":"urn:evalbridge:problem:provider_throttled",
        "title":"The provider's rate limit is used up","status":503,"detail":"the provider asks to wait","instance":"/v1/runs",
        "code":"provider_throttled","source":"provider","retryable":true,"request_id":"id-1",
        "provider":{"name":"staging","status":429,"code":"quota","message":null,"request_id":"r-9"}})"));
}

TEST(Problem, NamesEveryFault) {
    const auto e = error(errc::invalid_request)
                       .because("2 faults")
                       .fault("/scope/sample_pct", "expected 1..100")
                       .fault("limit", "expected 1..1000", "query");
    const auto faults = document(problem(e, "/", "id")).at("errors").as_array();
    EXPECT_EQ(faults, json::parse(R"([{"pointer":"/scope/sample_pct","detail":"expected 1..100","in":"body"},
        {"pointer":"limit","detail":"expected 1..1000","in":"query"}])"));
}

TEST(Problem, EveryCodeHasItsOwnTitle) {
    std::set<std::string> titles;
    int codes = 0;
    for (int i = 0; i <= static_cast<int>(errc::deadline_exceeded); ++i, ++codes) {
        const auto answer = problem(error(static_cast<errc>(i)), "/", "id");
        const auto members = document(answer);
        EXPECT_EQ(members.at("status").as_int64(), answer.status);
        EXPECT_EQ(members.at("detail"), members.at("title")) << "an error without a reason still says something";
        titles.insert(std::string(members.at("title").as_string()));
    }
    EXPECT_EQ(titles.size(), static_cast<std::size_t>(codes));
}

TEST(Problem, TellsHowToAuthenticateAndWhenToComeBack) {
    EXPECT_EQ(field(problem(error(errc::unauthenticated), "/", "id"), "WWW-Authenticate"),
              "Bearer realm=\"evalbridge\"");
    EXPECT_EQ(field(problem(error(errc::overloaded).retry_after(0ms), "/", "id"), "Retry-After"), "1");
    EXPECT_EQ(field(problem(error(errc::overloaded), "/", "id"), "Retry-After"), "");
}

TEST(Problem, NeverTellsWhenToRepeatWhatMustNotBeRepeated) {
    const auto lost = error(errc::provider_unavailable).retry_after(9s).sent().retryable(false);
    EXPECT_EQ(field(problem(lost, "/", "id"), "Retry-After"), "");
    EXPECT_EQ(document(problem(lost, "/", "id")).at("retryable"), false);
}

TEST(Problem, SaysWhoseDocumentCannotBeUsed) {
    const auto e = error(errc::provider_malformed).at("/runs/0").because("expected a string");
    EXPECT_EQ(document(problem(e, "/", "id")).at("detail"),
              "The provider's answer can't be used: /runs/0: expected a string");
}

TEST(Refusal, KeepsTheStatusOfHttp) {
    const auto answer = refusal(431, "too many", "", "id");
    EXPECT_EQ(answer.status, 431);
    const auto members = document(answer);
    EXPECT_EQ(members.at("status"), 431);
    EXPECT_EQ(members.at("code"), "invalid_request");
    EXPECT_EQ(members.at("source"), "client");
    EXPECT_EQ(document(refusal(413, "", "", "")).at("code"), "payload_too_large");
    EXPECT_EQ(document(refusal(408, "", "", "")).at("retryable"), true);
}

TEST(AnswerHead, IsWrittenAsHttpHasIt) {
    http_date date;
    const auto when = std::chrono::system_clock::time_point(784111777s); // RFC 9110's own example
    EXPECT_EQ(date.at(when), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(date.at(when + 500ms), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(date.at(when + 1s), "Sun, 06 Nov 1994 08:49:38 GMT");
    const auto answer = reply(200, "application/json", "{}").with("Link", "</a>; rel=\"next\"");
    EXPECT_EQ(
        answer_head(answer, "D", "id", connection_use::close),
        "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Request-Id: id\r\n"
        "Link: </a>; rel=\"next\"\r\nConnection: close\r\n\r\n");
}

TEST(AnswerHead, LeavesOutLengthAndTypeWhereThereIsNoBody) {
    EXPECT_EQ(answer_head(reply(204, "", ""), "D", "id", connection_use::keep),
              "HTTP/1.1 204 No Content\r\nDate: D\r\nX-Request-Id: id\r\n\r\n");
    EXPECT_EQ(answer_head(reply(304, "", ""), "D", "id", connection_use::keep_http_10),
              "HTTP/1.1 304 Not Modified\r\nDate: D\r\nX-Request-Id: id\r\nConnection: keep-alive\r\n\r\n");
}

TEST(AnswerHead, NoValueCanBeginALineOfItsOwn) {
    const auto answer = reply(200, "text/plain", "").with("Location", "/a\r\nSet-Cookie: x");
    EXPECT_NE(answer_head(answer, "D", "id", connection_use::keep).find("Location: /a  Set-Cookie: x\r\n"),
              std::string::npos);
}

} // namespace
} // namespace evalbridge
