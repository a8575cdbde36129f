#include "sandbox/session.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t body_limit = 4 * 1024 * 1024;
constexpr std::uint32_t head_limit = 32 * 1024;
constexpr std::chrono::minutes idle_limit(2);

using stream = boost::beast::tcp_stream;
using message = http::request<http::string_body>;

std::optional<request> to_request(message&& from, bool keep_alive) {
    request out;
    out.method = std::string(from.method_string());
    out.keep_alive = keep_alive;
    if (!read_target(std::string_view(from.target()), out))
        return std::nullopt;
    for (const auto& header : from)
        out.headers.push_back({std::string(header.name_string()), std::string(header.value())});
    out.body = std::move(from.body());
    return out;
}

asio::awaitable<void> pause(stream& connection, milliseconds span) {
    if (span.count() <= 0)
        co_return;
    asio::steady_timer timer(connection.get_executor(), span);
    co_await timer.async_wait(asio::use_awaitable);
}

/// Throws boost::system::system_error when the client is gone.
asio::awaitable<void> send(stream& connection, const answer& out) {
    co_await pause(connection, out.delay);
    const std::size_t piece = out.piece == 0 ? out.bytes.size() : out.piece;
    for (std::size_t at = 0; at < out.bytes.size(); at += piece) {
        if (at > 0)
            co_await pause(connection, out.pause);
        const std::string_view next = std::string_view(out.bytes).substr(at, piece);
        connection.expires_after(idle_limit);
        co_await asio::async_write(connection, asio::const_buffer(next.data(), next.size()), asio::use_awaitable);
    }
}

/// Reads and forgets until the client closes.
asio::awaitable<void> wait_for_close(stream& connection) {
    std::array<char, 4096> ignored;
    connection.expires_never();
    boost::system::error_code failure;
    while (!failure)
        co_await connection.async_read_some(asio::buffer(ignored), asio::redirect_error(asio::use_awaitable, failure));
}

void end(stream& connection, answer::ending how) {
    boost::system::error_code ignored;
    if (how == answer::ending::reset)
        connection.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    else
        connection.socket().shutdown(asio::socket_base::shutdown_both, ignored);
    connection.socket().close(ignored);
}

} // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, service serve) {
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    stream connection(std::move(socket));
    boost::beast::flat_buffer buffer;
    buffer.reserve(16 * 1024);
    for (;;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(body_limit);
        parser.header_limit(head_limit);
        connection.expires_after(idle_limit);
        boost::system::error_code failure;
        co_await http::async_read(connection, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
        const bool gone = failure && failure.category() != http::make_error_code(http::error::bad_target).category();
        if (gone || failure == http::error::end_of_stream)
            break;

        const bool keep_alive = !failure && parser.keep_alive();
        std::optional<request> asked;
        if (!failure)
            asked = to_request(parser.release(), keep_alive);
        const answer out = serve(asked);
        co_await send(connection, out);
        if (out.after == answer::ending::hold)
            co_await wait_for_close(connection);
        if (out.after != answer::ending::keep) {
            end(connection, out.after);
            co_return;
        }
    }
    end(connection, answer::ending::close);
}

} // namespace evalbridge::sandbox
