#include "tests/integration/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace evalbridge::integration {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

boost::json::value answer::json() const {
    boost::json::error_code bad;
    auto value = boost::json::parse(body, bad);
    if (bad)
        ADD_FAILURE() << "not JSON: " << body.substr(0, 300);
    return value;
}

boost::json::value answer::at(std::string_view path) const {
    boost::json::error_code missing;
    const auto document = json();
    const auto* found = document.find_pointer("/" + std::string(path), missing);
    if (!found) {
        ADD_FAILURE() << "no " << path << " in " << body.substr(0, 600);
        return nullptr;
    }
    return *found;
}

boost::json::array answer::items(std::string_view path) const {
    const auto value = at(path);
    if (value.is_array())
        return value.get_array();
    ADD_FAILURE() << path << " is no array";
    return {};
}

std::string answer::text(std::string_view path) const {
    const auto value = at(path);
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

std::string answer::field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
}

namespace {

template <class Stream>
answer exchange(Stream& socket, const std::string& method, const std::string& target, const std::string& body,
                const fields& extra) {
    http::request<http::string_body> request;
    request.version(11);
    request.method_string(method);
    request.target(target);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::connection, "close");
    if (!body.empty()) {
        request.set(http::field::content_type, "application/json");
        request.body() = body;
    }
    for (const auto& [name, value] : extra)
        request.set(name, value);
    request.prepare_payload();
    http::write(socket, request);

    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(256 * 1024 * 1024);
    if (method == "HEAD")
        parser.skip(true);
    http::read(socket, buffer, parser);
    const auto& response = parser.get();
    answer out;
    out.status = response.result_int();
    for (const auto& field : response) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        out.fields[name] = std::string(field.value());
    }
    out.body = response.body();
    return out;
}

void connect(tcp::socket& socket, unsigned short port) {
    socket.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
}

} // namespace

answer send(unsigned short port, const std::string& method, const std::string& target, const std::string& body,
            const fields& extra) {
    boost::asio::io_context io;
    tcp::socket socket(io);
    connect(socket, port);
    return exchange(socket, method, target, body, extra);
}

answer send_tls(unsigned short port, const std::string& method, const std::string& target, const std::string& body,
                const fields& extra) {
    boost::asio::io_context io;
    boost::asio::ssl::context trusting(boost::asio::ssl::context::tls_client);
    boost::asio::ssl::stream<tcp::socket> socket(io, trusting);
    connect(socket.next_layer(), port);
    socket.handshake(boost::asio::ssl::stream_base::client);
    return exchange(socket, method, target, body, extra);
}

} // namespace evalbridge::integration
