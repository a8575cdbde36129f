#include "sandbox/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// With SO_REUSEADDR, so that the two sockets of one listener may take turns on its port.
void bind(tcp::acceptor& socket, std::uint16_t port) {
    socket.open(tcp::v4());
    socket.set_option(asio::socket_base::reuse_address(true));
    socket.bind(tcp::endpoint(asio::ip::address_v4::loopback(), port));
}

} // namespace

listener::listener(asio::io_context& context, open_connections& open, std::uint16_t port)
    : context_(context), open_(open), acceptor_(context), placeholder_(context), until_up_(context), port_(port) {
    bind(acceptor_, port);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
}

void listener::start(service serve, tls_choice tls) {
    serve_ = std::move(serve);
    tls_ = std::move(tls);
    asio::co_spawn(context_, accept(serve_, tls_), asio::detached);
}

asio::awaitable<void> listener::accept(service serve, tls_choice tls) {
    for (;;) {
        boost::system::error_code failure;
        tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
        if (failure == asio::error::operation_aborted)
            co_return;
        if (failure) { // out of descriptors, most likely: wait for some to be closed
            asio::steady_timer timer(context_, std::chrono::milliseconds(50));
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
        // What a client does wrong ends its own connection and nothing else.
        asio::co_spawn(context_, serve_connection(std::move(socket), tls(), open_, serve), [](std::exception_ptr) {});
    }
}

void listener::stay_down(milliseconds span) {
    until_up_.cancel();
    if (span.count() == 0)
        return go_up();
    if (acceptor_.is_open()) {
        acceptor_.close();
        bind(placeholder_, port_);
    }
    open_.reset_all();
    until_up_.expires_after(span);
    until_up_.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled)
            go_up();
    });
}

void listener::go_up() {
    if (acceptor_.is_open())
        return;
    bind(acceptor_, port_);
    placeholder_.close();
    acceptor_.listen();
    asio::co_spawn(context_, accept(serve_, tls_), asio::detached);
}

} // namespace evalbridge::sandbox
