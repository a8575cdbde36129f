#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>

namespace evalbridge::sandbox {
namespace {

namespace json = boost::json;

class SandboxFaults : public SandboxFixture {
  protected:
    static constexpr std::string_view create_body =
        R"({"scope":{"agent_id":"support-agent"},"zero_configs":["error_rate"]})";
    heard finished_run() { return staso("GET", "/v1/eval/runs/" + sample("staso_finished_run_id")); }
};

TEST_F(SandboxFaults, FailsSoManyTimesAndThenNoMore) {
    fault(R"("do":"status","status":503,"times":2,"retry_after":7)");
    const auto first = finished_run();
    EXPECT_EQ(first.status, 503);
    EXPECT_EQ(first.headers.at("retry-after"), "7");
    EXPECT_TRUE(first.json().at("detail").is_string());
    EXPECT_EQ(finished_run().status, 503);
    EXPECT_EQ(finished_run().status, 200);
}

TEST_F(SandboxFaults, LetsSomeRequestsPassFirst) {
    fault(R"("do":"status","status":429,"after":1,"times":1)");
    EXPECT_EQ(finished_run().status, 200);
    const auto throttled = finished_run();
    EXPECT_EQ(throttled.status, 429);
    EXPECT_FALSE(throttled.headers.contains("retry-after"));
    EXPECT_EQ(finished_run().status, 200);
}

TEST_F(SandboxFaults, MeetsOnlyTheRouteItNames) {
    fault(R"("route":"GET /v1/eval/runs/{run_id}","do":"status","status":500)");
    EXPECT_EQ(finished_run().status, 500);
    EXPECT_EQ(staso("POST", "/v1/eval/runs", create_body).status, 201);
    fault(R"("route":"/v2/gen-ai/evaluation_metrics","do":"status","status":500)", "gradient");
    EXPECT_EQ(finished_run().status, 200);
    EXPECT_EQ(gradient("GET", "/v2/gen-ai/evaluation_metrics").json().at("id").as_string(), "server_error");
}

TEST_F(SandboxFaults, RollsTheSameDiceForTheSameSeed) {
    const auto pattern = [&] {
        fault(R"("do":"status","status":500,"probability":0.5)");
        std::string seen;
        for (int i = 0; i < 24; ++i)
            seen += finished_run().status == 500 ? 'x' : '.';
        return seen;
    };
    const auto first = pattern();
    EXPECT_NE(first.find('x'), std::string::npos);
    EXPECT_NE(first.find('.'), std::string::npos);
    EXPECT_EQ(first, pattern());
}

TEST_F(SandboxFaults, DelaysAnswers) {
    fault(R"("latency_ms":120)");
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(finished_run().status, 200);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(120));
}

TEST_F(SandboxFaults, SpoilsAnswersInEveryWay) {
    const auto is_json = [](const heard& answer) {
        boost::system::error_code failure;
        json::parse(answer.body, failure);
        return !failure;
    };
    fault(R"("do":"malformed")");
    EXPECT_FALSE(is_json(finished_run()));
    fault(R"("do":"truncated")");
    const auto truncated = finished_run();
    EXPECT_TRUE(truncated.complete);
    EXPECT_FALSE(is_json(truncated));
    fault(R"("do":"wrong_type")");
    EXPECT_EQ(finished_run().headers.at("content-type"), "text/plain");
    fault(R"("do":"empty_object")");
    EXPECT_EQ(finished_run().body, "{}");
    fault(R"("do":"html")");
    EXPECT_EQ(finished_run().status, 200);
    EXPECT_TRUE(finished_run().body.starts_with("<!DOCTYPE html>"));
    fault(R"("do":"edge_block")");
    EXPECT_EQ(finished_run().status, 403);
    EXPECT_TRUE(finished_run().headers.at("content-type").starts_with("text/html"));
    fault(R"("pad_kb":100)");
    EXPECT_TRUE(is_json(finished_run()));
    EXPECT_GT(finished_run().body.size(), 100u * 1024);
    fault(
        R"("do":"status","status":500,"body":{"odd":1},"content_type":"application/problem+json","headers":{"x-odd":"yes"})");
    EXPECT_EQ(finished_run().body, R"({"odd":1})");
    EXPECT_EQ(finished_run().headers.at("x-odd"), "yes");
}

TEST_F(SandboxFaults, EndsConnectionsInEveryWay) {
    fault(R"("do":"close")");
    EXPECT_EQ(finished_run().status, 0);
    fault(R"("do":"reset")");
    EXPECT_EQ(finished_run().status, 0);
    fault(R"("do":"cut_head")");
    EXPECT_EQ(finished_run().status, 0);
    fault(R"("do":"cut_body")");
    const auto cut = finished_run();
    EXPECT_EQ(cut.status, 200);
    EXPECT_FALSE(cut.complete);
    EXPECT_GT(cut.body.size(), 0u);
}

TEST_F(SandboxFaults, SwallowsARequestAndSaysNothing) {
    fault(R"("do":"black_hole","times":1)");
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket patient(context);
    patient.connect({boost::asio::ip::address_v4::loopback(), server_.staso_port()});
    boost::asio::write(patient, boost::asio::buffer(std::string("GET /v1/eval/runs/x HTTP/1.1\r\nHost: h\r\n\r\n")));
    while (calls(server_.staso_port(), "GET /v1/eval/runs/{run_id}") == 0)
        std::this_thread::yield();
    EXPECT_EQ(finished_run().status, 200) << "others are served meanwhile";
    EXPECT_EQ(patient.available(), 0u);
}

TEST_F(SandboxFaults, FramesLegallyInOtherWays) {
    const auto plain = finished_run().body;
    fault(R"("do":"chunked")");
    const auto chunked = finished_run();
    EXPECT_EQ(chunked.headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(chunked.body, plain);
    fault(R"("do":"until_close")");
    const auto closed = finished_run();
    EXPECT_FALSE(closed.headers.contains("content-length"));
    EXPECT_EQ(closed.body, plain);
    fault(R"("do":"drip","piece":64,"pause_ms":1)");
    EXPECT_EQ(finished_run().body, plain);
}

TEST_F(SandboxFaults, SendsGivenBytesAsTheyAre) {
    fault(R"("raw":"SFRUUC8xLjEgMjA0IE5vIENvbnRlbnQNClgtT2RkOiAxDQoNCg==")");
    const auto bytes = ask_raw(server_.staso_port(), "GET /v1/eval/runs/x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(bytes, "HTTP/1.1 204 No Content\r\nX-Odd: 1\r\n\r\n");
}

TEST_F(SandboxFaults, CreatesARunWhoseAnswerIsLost) {
    const auto count = [&] { return staso("GET", "/v1/eval/runs").json().at("runs").as_array().size(); };
    const auto before = count();
    fault(R"("route":"POST /v1/eval/runs","do":"close","perform":true,"times":1)");
    EXPECT_EQ(staso("POST", "/v1/eval/runs", create_body).status, 0);
    EXPECT_EQ(count(), before + 1);
    fault(R"("route":"POST /v1/eval/runs","do":"close","times":1)");
    EXPECT_EQ(staso("POST", "/v1/eval/runs", create_body).status, 0);
    EXPECT_EQ(count(), before + 1);
    EXPECT_EQ(calls(server_.staso_port(), "POST /v1/eval/runs"), 2);
}

TEST_F(SandboxFaults, CountsTheVendorsRequestsOnlyAndByRoute) {
    const auto port = server_.staso_port();
    finished_run();
    finished_run();
    staso("GET", "/nowhere");
    ask(port, "GET", "/v1/eval/runs/x"); // no key: a request all the same
    EXPECT_EQ(json::serialize(ask(port, "GET", "/__sandbox/calls").json()),
              R"({"GET /v1/eval/runs/{run_id}":3,"GET unmatched":1})");
    EXPECT_EQ(json::serialize(ask(server_.gradient_port(), "GET", "/__sandbox/calls").json()), "{}");
    EXPECT_EQ(ask(port, "POST", "/__sandbox/reset").status, 200);
    EXPECT_EQ(json::serialize(ask(port, "GET", "/__sandbox/calls").json()), "{}");
}

TEST_F(SandboxFaults, DropsTheScenarioOnRequest) {
    fault(R"("do":"status","status":500)");
    EXPECT_EQ(finished_run().status, 500);
    EXPECT_EQ(ask(server_.gradient_port(), "DELETE", "/__sandbox/scenario").status, 200);
    EXPECT_EQ(finished_run().status, 200);
}

TEST_F(SandboxFaults, SurvivesGarbageAndClientsThatLeave) {
    EXPECT_TRUE(ask_raw(server_.staso_port(), "\x16\x03\x01garbage\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(ask_raw(server_.staso_port(), "GET * HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(ask_raw(server_.gradient_port(),
                        "POST /v2/gen-ai/evaluation_runs HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n")
                    .starts_with("HTTP/1.1 4"));
    EXPECT_EQ(finished_run().status, 200);
}

TEST_F(SandboxFaults, AnswersPipelinedRequestsInOrder) {
    const auto answers = ask_raw(server_.staso_port(), "GET /__sandbox/calls HTTP/1.1\r\nHost: h\r\n\r\n"
                                                       "GET /none HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answers.starts_with("HTTP/1.1 200"));
    EXPECT_NE(answers.find("HTTP/1.1 404"), std::string::npos);
}

} // namespace
} // namespace evalbridge::sandbox
