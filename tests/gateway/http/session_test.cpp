// One connection as a client sees it.

#include "tests/gateway/http/session_fixture.hpp"

#include <stdexcept>

namespace evalbridge::testing {
namespace {

using namespace std::chrono_literals;

TEST_F(Session, AnswersWithDateLengthAndRequestId) {
    server.start();
    auto client = connect();
    const auto got = client.ask(get("/thing/7"));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, R"({"id":"7"})");
    EXPECT_TRUE(got["date"].ends_with(" GMT"));
    EXPECT_EQ(got["content-type"], "application/json");
    EXPECT_EQ(got["x-request-id"].size(), 32u);
    EXPECT_FALSE(got.has("connection"));
    EXPECT_EQ(client.ask(get("/thing/8")).body, R"({"id":"8"})");
}

TEST_F(Session, ReturnsTheClientsRequestIdIfItMay) {
    server.start();
    auto client = connect();
    EXPECT_EQ(client.ask(get("/thing/1", "X-Request-Id: abc-1.2:3\r\n"))["x-request-id"], "abc-1.2:3");
    const auto made = client.ask(get("/nowhere", "X-Request-Id: \"a b\"\r\n"));
    EXPECT_EQ(made["x-request-id"].size(), 32u);
    EXPECT_EQ(document(made).at("request_id").as_string(), made["x-request-id"]);
}

TEST_F(Session, HeadHasTheFieldsOfGetAndNoBody) {
    server.start();
    auto client = connect();
    const auto whole = client.ask(get("/thing/7"));
    client.send("HEAD /thing/7 HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = client.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head["content-length"], whole["content-length"]);
    EXPECT_EQ(head["content-type"], whole["content-type"]);
    EXPECT_EQ(client.ask(get("/thing/9")).body, R"({"id":"9"})");
    client.send("HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read(true).status, 404);
    EXPECT_EQ(client.ask(get("/thing/9")).status, 200);
}

TEST_F(Session, KnowsAnUnknownPathFromAnUnknownMethodAndAnswersOptions) {
    server.start();
    auto client = connect();
    const auto missing = client.ask(get("/nowhere?secret=1"));
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing["content-type"], "application/problem+json");
    EXPECT_EQ(document(missing).at("instance"), "/nowhere");
    const auto wrong = client.ask("DELETE /thing/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong["allow"], "GET, HEAD, OPTIONS");
    const auto options = client.ask("OPTIONS /locked HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options["allow"], "GET, HEAD, POST, OPTIONS");
    EXPECT_FALSE(options.has("content-length") || options.has("content-type"));
    EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status, 204);
    EXPECT_EQ(client.ask("OPTIONS /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
    EXPECT_EQ(client.ask(get("/thing/a%00b")).status, 400);
    EXPECT_EQ(client.ask("GET http://a/thing/5 HTTP/1.1\r\nHost: a\r\n\r\n").body, R"({"id":"5"})");
}

TEST_F(Session, AsksForAKeyBeforeItReadsTheBody) {
    server.start();
    auto client = connect();
    const auto refused =
        client.ask("POST /locked HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100000\r\n\r\n");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused["www-authenticate"], "Bearer realm=\"evalbridge\"");
    EXPECT_EQ(refused["connection"], "close");
    auto other = connect();
    EXPECT_EQ(other.ask(get("/locked", "Authorization: Bearer wrong\r\n")).status, 401);
    EXPECT_EQ(other.ask(get("/locked", "Authorization: Bearer the-key\r\n")).body, "\"ci\"");
    EXPECT_EQ(other.ask(get("/locked", "X-API-Key: the-key\r\n")).body, "\"ci\"");
    EXPECT_EQ(other.ask(get("/locked", "X-API-Key: the-key\r\nX-API-Key: the-key\r\n")).status, 400);
    EXPECT_EQ(other.ask(post("/locked", "{}", "X-API-Key: the-key\r\nContent-Type: application/json\r\n")).body, "{}");
}

TEST_F(Session, HandlersNeverSeeACredential) {
    server.routes.add(verb::get, "/fields", {}, answering([](const auto& r) {
                          std::string names;
                          for (const auto& [name, value] : r.fields)
                              names += name + "=" + value + ";";
                          return names;
                      }));
    server.start();
    auto client = connect();
    EXPECT_EQ(client.ask(get("/fields", "X-API-Key: the-key\r\nAuthorization: Bearer the-key\r\nAccept: b\r\n")).body,
              "host=a;accept=b;");
}

TEST_F(Session, JudgesQueryTimeoutAndContentType) {
    server.start();
    auto client = connect();
    EXPECT_EQ(client.ask(get("/thing/1?limit=1")).status, 200);
    EXPECT_EQ(document(client.ask(get("/thing/1?limt=1"))).at("errors").at(0).at("pointer"), "limt");
    EXPECT_EQ(client.ask(get("/thing/1?limit=%ff")).status, 400);
    const auto timeout = client.ask(get("/thing/1", "Request-Timeout: soon\r\n"));
    EXPECT_EQ(timeout.status, 400);
    EXPECT_EQ(document(timeout).at("errors").at(0).at("in"), "header");
    EXPECT_EQ(client.ask(post("/thing", "{}", "Content-Type: text/plain\r\n")).status, 400);
    EXPECT_EQ(client.ask(post("/thing", "{}", "")).status, 400);
    EXPECT_EQ(client.ask(post("/thing", "{}")).body, "{}");
    EXPECT_EQ(client.ask("GET /thing/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}").status, 400);
    EXPECT_EQ(client.ask(get("/thing/1")).status, 200) << "none of it may cost the connection";
}

TEST_F(Session, TheRequestsDeadlineIsTheClientsUnderACap) {
    server.options.default_deadline = 30s;
    server.options.max_deadline = 120s;
    server.routes.add(verb::get, "/left", {.authenticated = false, .query = {}}, answering([](const auto& r) {
                          const auto left = r.deadline - std::chrono::steady_clock::now();
                          return std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count());
                      }));
    server.start();
    auto client = connect();
    const auto left = [&](std::string_view fields) { return std::stoi(client.ask(get("/left", fields)).body); };
    EXPECT_NEAR(left(""), 30, 5);
    EXPECT_NEAR(left("Request-Timeout: 60.5\r\n"), 61, 5);
    EXPECT_NEAR(left("Request-Timeout: 9999\r\n"), 120, 5);
}

TEST_F(Session, KeepsTheConnectionAsTheVersionHasIt) {
    server.start();
    auto old = connect();
    EXPECT_EQ(old.ask("GET /thing/1 HTTP/1.0\r\n\r\n")["connection"], "close");
    EXPECT_TRUE(old.closed());
    auto kept = connect();
    EXPECT_EQ(kept.ask("GET /thing/1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")["connection"],
              "keep-alive");
    EXPECT_EQ(kept.ask(get("/thing/2", "Connection: close\r\n"))["connection"], "close");
    EXPECT_TRUE(kept.closed());
}

TEST_F(Session, AHandlersErrorIsAProblemAndItsExceptionA500) {
    server.routes.add(verb::get, "/error", {.authenticated = false, .query = {}},
                      [](const request_context&) -> boost::asio::awaitable<result<reply>> {
                          co_return error(errc::overloaded).because("later").retry_after(3s);
                      });
    server.routes.add(verb::get, "/bug", {.authenticated = false, .query = {}},
                      [](const request_context&) -> boost::asio::awaitable<result<reply>> {
                          throw std::runtime_error("secret inside");
                          co_return reply();
                      });
    server.start();
    auto client = connect();
    const auto failed = client.ask(get("/error"));
    EXPECT_EQ(failed.status, 503);
    EXPECT_EQ(failed["retry-after"], "3");
    const auto bug = client.ask(get("/bug", "X-Request-Id: r1\r\n"));
    EXPECT_EQ(bug.status, 500);
    EXPECT_EQ(document(bug).at("code"), "internal");
    EXPECT_EQ(bug.body.find("secret"), std::string::npos);
    EXPECT_TRUE(server.logs("handler_failed"));
    EXPECT_EQ(client.ask(get("/thing/1")).status, 200) << "the connection goes on";
}

TEST_F(Session, LogsOneLineARequestWithoutQueryOrKey) {
    server.routes.add(verb::get, "/probe", {.authenticated = false, .query = {}},
                      [](const request_context&) -> boost::asio::awaitable<result<reply>> {
                          reply quiet(200, "text/plain", "ok");
                          quiet.quiet = true;
                          co_return quiet;
                      });
    server.start();
    auto client = connect();
    client.ask(get("/probe"));
    client.ask(get("/thing/" + std::string(300, 'x') + "?limit=hush", "X-Request-Id: r-77\r\nX-API-Key: the-key\r\n"));
    ASSERT_TRUE(server.logs("r-77"));
    std::string all;
    for (const auto& line : server.log.lines())
        all += line + "\n";
    const auto line = boost::json::parse(server.log.lines().at(0)).as_object();
    EXPECT_EQ(line.at("event"), "request");
    EXPECT_EQ(line.at("route"), "/thing/{id}");
    EXPECT_EQ(line.at("path").as_string().size(), 200u);
    EXPECT_EQ(line.at("status"), 200);
    EXPECT_EQ(line.at("client"), "anonymous");
    EXPECT_EQ(line.at("peer"), "127.0.0.1");
    EXPECT_EQ(line.at("method"), "GET");
    EXPECT_TRUE(line.contains("duration_ms") && line.contains("bytes"));
    EXPECT_FALSE(line.contains("code") || line.contains("reason")) << "it has none";
    for (const std::string_view never : {"the-key", "hush", "/probe"})
        EXPECT_EQ(all.find(never), std::string::npos) << never;
}

} // namespace
} // namespace evalbridge::testing
