#include "sandbox/session.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint64_t body_limit = 4 * 1024 * 1024;
constexpr std::uint32_t head_limit = 32 * 1024;
constexpr std::chrono::minutes idle_limit(2);
constexpr std::chrono::seconds handshake_limit(10);
constexpr std::chrono::milliseconds farewell_limit(500);

using plain_stream = boost::beast::tcp_stream;
using tls_stream = asio::ssl::stream<plain_stream>;
using message = http::request<http::string_body>;

plain_stream& tcp_of(plain_stream& connection) { return connection; }
plain_stream& tcp_of(tls_stream& connection) { return connection.next_layer(); }

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

asio::awaitable<void> pause(plain_stream& connection, milliseconds span) {
    if (span.count() <= 0)
        co_return;
    asio::steady_timer timer(connection.get_executor(), span);
    co_await timer.async_wait(asio::use_awaitable);
}

template <class Stream> asio::awaitable<void> write(Stream& connection, std::string_view bytes) {
    if (bytes.empty())
        co_return;
    tcp_of(connection).expires_after(idle_limit);
    co_await asio::async_write(connection, asio::const_buffer(bytes.data(), bytes.size()), asio::use_awaitable);
}

/// Throws boost::system::system_error when the client is gone.
template <class Stream> asio::awaitable<void> send(Stream& connection, const answer& out) {
    co_await pause(tcp_of(connection), out.delay);
    const std::string_view bytes = out.bytes;
    const std::size_t at_once = out.piece == 0 ? bytes.size() : std::min(out.at_once, bytes.size());
    co_await write(connection, bytes.substr(0, at_once));
    for (std::size_t at = at_once; at < bytes.size(); at += out.piece) {
        if (at > 0)
            co_await pause(tcp_of(connection), out.pause);
        co_await write(connection, bytes.substr(at, out.piece));
    }
    for (std::uint64_t i = 0; i < out.blocks; ++i)
        co_await write(connection, out.block);
    co_await write(connection, out.tail);
}

/// Reads and forgets until the client closes.
template <class Stream> asio::awaitable<void> wait_for_close(Stream& connection) {
    std::array<char, 4096> ignored;
    tcp_of(connection).expires_never();
    boost::system::error_code failure;
    while (!failure)
        co_await connection.async_read_some(asio::buffer(ignored), asio::redirect_error(asio::use_awaitable, failure));
}

template <class Stream> asio::awaitable<void> end(Stream& connection, answer::ending how) {
    boost::system::error_code ignored;
    if constexpr (std::is_same_v<Stream, tls_stream>) {
        if (how == answer::ending::close) { // says so, and waits a little for the client to say the same
            tcp_of(connection).expires_after(farewell_limit);
            co_await connection.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }
    auto& socket = tcp_of(connection).socket();
    if (how == answer::ending::reset)
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
    else
        socket.shutdown(asio::socket_base::shutdown_both, ignored);
    socket.close(ignored);
}

template <class Stream>
asio::awaitable<void> serve_requests(Stream& connection, open_connection& listed, const service& serve) {
    boost::beast::flat_buffer buffer;
    buffer.reserve(16 * 1024);
    for (;;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(body_limit);
        parser.header_limit(head_limit);
        tcp_of(connection).expires_after(idle_limit);
        boost::system::error_code failure;
        co_await http::async_read(connection, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
        const bool gone = failure && failure.category() != http::make_error_code(http::error::bad_target).category();
        if (gone || failure == http::error::end_of_stream)
            break;

        const bool keep_alive = !failure && parser.keep_alive();
        std::optional<request> asked;
        if (!failure)
            asked = to_request(parser.release(), keep_alive);
        const answer out = serve(asked, listed);
        co_await send(connection, out);
        if (out.after == answer::ending::hold)
            co_await wait_for_close(connection);
        if (out.after != answer::ending::keep) {
            co_await end(connection, out.after);
            co_return;
        }
    }
    co_await end(connection, answer::ending::close);
}

} // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, asio::ssl::context* tls, open_connections& open,
                                       service serve) {
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    plain_stream connection(std::move(socket));
    if (tls == nullptr) {
        open_connection listed(open, connection.socket());
        co_await serve_requests(connection, listed, serve);
        co_return;
    }
    tls_stream secured(std::move(connection), *tls);
    open_connection listed(open, tcp_of(secured).socket());
    tcp_of(secured).expires_after(handshake_limit);
    co_await secured.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    co_await serve_requests(secured, listed, serve);
}

} // namespace evalbridge::sandbox
