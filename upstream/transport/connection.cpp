#include "upstream/transport/connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>

namespace evalbridge {

namespace asio = boost::asio;

asio::awaitable<std::size_t> vendor_connection::read_some(asio::mutable_buffer into,
                                                          boost::system::error_code& failed) {
    if (tls_)
        return tls_->async_read_some(into, asio::redirect_error(asio::use_awaitable, failed));
    return socket_.async_read_some(into, asio::redirect_error(asio::use_awaitable, failed));
}

asio::awaitable<void> vendor_connection::write(std::string_view head, std::string_view body, bool& sent,
                                               boost::system::error_code& failed) {
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    if (tls_) {
        // A record may be on its way whatever an error says about its plain bytes.
        sent = true;
        co_await asio::async_write(*tls_, parts, asio::redirect_error(asio::use_awaitable, failed));
        co_return;
    }
    // A request nearly always fits into the socket's buffer, and then this is one system call and no turn of the loop.
    std::size_t written = socket_.write_some(parts, failed);
    sent = written > 0;
    if (failed == asio::error::would_block)
        failed = {};
    const std::size_t total = head.size() + body.size();
    if (failed || written == total)
        co_return;
    const std::size_t of_head = std::min(written, head.size());
    parts = {asio::buffer(head.substr(of_head)), asio::buffer(body.substr(written - of_head))};
    sent = true;
    co_await asio::async_write(socket_, parts, asio::redirect_error(asio::use_awaitable, failed));
}

bool vendor_connection::is_quiet() {
    if (!socket_.is_open() || !input_.empty())
        return false;
    // The read goes through TLS, where session tickets and the like may be waiting, which are no concern of ours. It
    // never blocks: sockets are set so when they connect.
    boost::system::error_code failed;
    char byte;
    const auto buffer = asio::buffer(&byte, 1);
    if (tls_)
        tls_->read_some(buffer, failed);
    else
        socket_.read_some(buffer, failed);
    return failed == asio::error::would_block || failed == asio::error::try_again;
}

std::size_t vendor_connection::unacknowledged() {
    int bytes = 0;
    return ioctl(socket_.native_handle(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

void vendor_connection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace evalbridge
