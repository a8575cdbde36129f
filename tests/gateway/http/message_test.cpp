// Where one message ends and the next begins, and how large each may be.

#include "tests/gateway/http/session_fixture.hpp"

namespace evalbridge::testing {
namespace {

using Message = Session;

TEST_F(Message, ATrailerCannotBringAKey) {
    server.start();
    auto client = connect();
    const auto got = client.ask(
        "POST /locked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-API-Key: the-key\r\n\r\n");
    EXPECT_EQ(got.status, 401);
    auto other = connect();
    EXPECT_EQ(
        other.ask("POST /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: x\r\n\r\n")
            .status,
        400);
}

TEST_F(Message, PipelinedRequestsAreAnsweredInOrder) {
    server.start();
    auto client = connect();
    std::string bytes;
    for (int i = 0; i < 50; ++i)
        bytes += i % 2 ? get("/thing/" + std::to_string(i))
                       : post("/thing", "{\"id\":\"" + std::to_string(i) + "\"}") + "\r\n";
    client.send(bytes);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(client.read().body, "{\"id\":\"" + std::to_string(i) + "\"}");
}

TEST_F(Message, ChunkedBodiesAreReadHoweverTheyCome) {
    server.start();
    auto client = connect();
    const std::string bytes =
        "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;x=y\r\n[1,\r\n2\r\n2]\r\n0\r\nX-Sum: 1\r\n\r\n";
    for (const char c : bytes)
        client.send(std::string_view(&c, 1));
    EXPECT_EQ(client.read().body, "[1,2]");
    EXPECT_EQ(client.ask(bytes + get("/thing/1")).body, "[1,2]");
    EXPECT_EQ(client.read().body, R"({"id":"1"})");
}

TEST_F(Message, SendsContinueOnlyWhereTheBodyIsWanted) {
    server.start();
    auto client = connect();
    const std::string head = "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: "
                             "100-Continue\r\nContent-Length: 2\r\n\r\n";
    EXPECT_EQ(client.ask(head).status, 100);
    EXPECT_EQ(client.ask("{}").body, "{}");
    EXPECT_EQ(client.ask(head + "{}").status, 200) << "the body came along: nobody waits for a 100";
    EXPECT_EQ(client.ask(get("/thing/1", "Expect: 200-ok\r\n")).status, 417);
    EXPECT_EQ(client.ask(get("/thing/1", "Expect: 100-continue\r\n")).status, 200)
        << "without a body there is nothing to continue";
    auto old = connect();
    EXPECT_EQ(old.ask("POST /thing HTTP/1.0\r\nHost: a\r\nContent-Type: application/json\r\nExpect: "
                      "100-continue\r\nContent-Length: 2\r\n\r\n{}")
                  .status,
              200);
}

TEST_F(Message, AnEncodedBodyIsNotTaken) {
    server.start();
    auto client = connect();
    const std::string json = "Content-Type: application/json\r\n";
    for (const std::string_view coding : {"gzip", "identity, gzip", "br"}) {
        const auto got = client.ask(post("/thing", "{}", json + "Content-Encoding: " + std::string(coding) + "\r\n"));
        EXPECT_EQ(got.status, 415) << coding;
        EXPECT_EQ(got["accept-encoding"], "identity");
        EXPECT_EQ(document(got).at("status"), 415);
    }
    EXPECT_EQ(client.ask(post("/thing", "{}", json + "Content-Encoding: Identity\r\n")).body, "{}");
    EXPECT_EQ(client.ask(get("/thing/1", "Content-Encoding: gzip\r\n")).status, 200) << "there is no body";
}

TEST_F(Message, AnEarlyAnswerSkipsTheBodyOrCloses) {
    server.start();
    auto client = connect();
    client.send(post("/nowhere", std::string(60000, 'x')) + get("/thing/1"));
    const auto skipped = client.read();
    EXPECT_EQ(skipped.status, 404);
    EXPECT_FALSE(skipped.has("connection"));
    EXPECT_EQ(client.read().body, R"({"id":"1"})");
    client.send(post("/nowhere", std::string(70000, 'x')) + get("/thing/1"));
    EXPECT_EQ(client.read()["connection"], "close");
    EXPECT_TRUE(client.closed()) << "the body is no request";
    auto chunked = connect();
    EXPECT_EQ(chunked.ask("POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                          get("/thing/1"))["connection"],
              "close");
    EXPECT_TRUE(chunked.closed());
}

TEST_F(Message, KeepsEachLimit) {
    server.options.max_body = 1000;
    server.start();
    struct {
        int status;
        std::string bytes;
    } const cases[] = {
        {200, post("/thing", std::string(1000, '1'))},
        {413, post("/thing", std::string(1001, '1'))},
        {413, "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"},
        {400, "POST /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n"},
        {413, "POST /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n"},
        {414, get("/" + std::string(8192, 'a'))},
        {404, get("/" + std::string(8191, 'a'))},
        {431, get("/thing/1", "X: " + std::string(17000, 'a') + "\r\n")},
        {200, get("/thing/1", "X: " + std::string(16000, 'a') + "\r\n")},
        {400, std::string(20000, 'A')},
        {501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
        {400, "GET / HTTP/1.1\n"},
    };
    for (const auto& each : cases) {
        auto client = connect();
        const auto got = client.ask(each.bytes);
        EXPECT_EQ(got.status, each.status) << each.bytes.substr(0, 80);
        if (each.status >= 400 && each.status != 404) {
            EXPECT_EQ(document(got).at("status"), each.status);
            EXPECT_EQ(got["connection"], "close") << each.bytes.substr(0, 80);
            EXPECT_TRUE(client.closed());
        }
    }
    std::string fields;
    for (int i = 0; i < 99; ++i)
        fields += "X: y\r\n";
    EXPECT_EQ(connect().ask(get("/thing/1", fields)).status, 200);
    EXPECT_EQ(connect().ask(get("/thing/1", fields + "X: y\r\n")).status, 431);
}

TEST_F(Message, AnAnswerToAHugeBodyReachesAClientThatOnlySends) {
    server.start();
    auto client = connect();
    EXPECT_EQ(client.ask(post("/thing", std::string(4 * 1024 * 1024, '1'))).status, 413);
}

} // namespace
} // namespace evalbridge::testing
