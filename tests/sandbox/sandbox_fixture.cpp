#include "tests/sandbox/sandbox_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

asio::ip::tcp::socket connect(asio::io_context& context, std::uint16_t port) {
    asio::ip::tcp::socket socket(context);
    socket.connect({asio::ip::address_v4::loopback(), port});
    return socket;
}

} // namespace

json::value heard::json() const {
    boost::system::error_code failure;
    auto value = json::parse(body, failure);
    EXPECT_FALSE(failure) << "not JSON: " << body.substr(0, 200);
    return value;
}

heard ask(std::uint16_t port, std::string_view method, std::string_view target,
          const std::vector<std::pair<std::string, std::string>>& headers, std::string_view body) {
    asio::io_context context;
    auto socket = connect(context, port);
    http::request<http::string_body> request;
    request.method_string({method.data(), method.size()});
    request.target({target.data(), target.size()});
    request.version(11);
    request.set(http::field::host, "127.0.0.1");
    for (const auto& [name, value] : headers)
        request.set(name, value);
    request.body() = body;
    request.prepare_payload();
    http::write(socket, request);

    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(64 * 1024 * 1024);
    boost::system::error_code failure;
    http::read(socket, buffer, parser, failure);
    heard out;
    out.complete = !failure;
    if (!parser.is_header_done())
        return out;
    out.status = static_cast<int>(parser.get().result_int());
    for (const auto& header : parser.get()) {
        std::string name(header.name_string());
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        out.headers[name] = std::string(header.value());
    }
    out.body = parser.get().body();
    return out;
}

std::string ask_raw(std::uint16_t port, std::string_view bytes) { return ask_some(port, bytes, ~std::size_t(0)); }

std::string ask_some(std::uint16_t port, std::string_view bytes, std::size_t most) {
    asio::io_context context;
    auto socket = connect(context, port);
    boost::system::error_code failure;
    asio::write(socket, asio::buffer(bytes.data(), bytes.size()), failure);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer, most), failure);
    return answer;
}

SandboxFixture::SandboxFixture(const options& chosen)
    : server_(chosen), ready_(json::parse(server_.ready_line())), thread_([this] { server_.run(); }) {}

SandboxFixture::~SandboxFixture() {
    server_.stop();
    thread_.join();
}

heard SandboxFixture::staso(std::string_view method, std::string_view target, std::string_view body) {
    return ask(server_.staso_port(), method, target, {{"x-api-key", sample("staso_api_key")}}, body);
}

heard SandboxFixture::gradient(std::string_view method, std::string_view target, std::string_view body) {
    return ask(server_.gradient_port(), method, target, {{"Authorization", "Bearer " + sample("gradient_token")}},
               body);
}

std::string SandboxFixture::sample(std::string_view name) const {
    return std::string(ready_.at("samples").at(name).as_string());
}

void SandboxFixture::set_scenario(std::string_view text) {
    const auto answer = ask(server_.staso_port(), "PUT", "/__sandbox/scenario", {}, text);
    ASSERT_EQ(answer.status, 200) << answer.body;
}

void SandboxFixture::fault(const std::string& members, const std::string& vendor) {
    set_scenario(R"({")" + vendor + R"(":{"faults":[{)" + members + "}]}}");
}

void SandboxFixture::advance(double seconds) {
    const auto answer =
        ask(server_.staso_port(), "POST", "/__sandbox/advance", {}, "{\"seconds\":" + std::to_string(seconds) + "}");
    ASSERT_EQ(answer.status, 200) << answer.body;
}

std::int64_t SandboxFixture::calls(std::uint16_t port, std::string_view route) {
    const auto counts = ask(port, "GET", "/__sandbox/calls").json();
    const auto* count = counts.as_object().if_contains(route);
    return count == nullptr ? 0 : count->to_number<std::int64_t>();
}

std::string SandboxFixture::start_staso(std::string_view scope, std::string_view rules) {
    const auto answer =
        staso("POST", "/v1/eval/runs", "{\"scope\":" + std::string(scope) + "," + std::string(rules) + "}");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return std::string(answer.json().at("id").as_string());
}

std::string SandboxFixture::start_gradient(std::string_view test_case, std::string_view agent) {
    const auto answer = gradient("POST", "/v2/gen-ai/evaluation_runs",
                                 R"({"test_case_uuid":")" + std::string(test_case) + R"(","agent_uuids":[")" +
                                     std::string(agent) + R"("],"run_name":"test"})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return std::string(answer.json().at("evaluation_run_uuids").at(0).as_string());
}

} // namespace evalbridge::sandbox
