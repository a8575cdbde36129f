#pragma once
// One connection to a provider, plain or TLS, with what was read from it and not used yet.

#include "upstream/transport/read_buffer.hpp"
#include "upstream/transport/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>

namespace evalbridge {

class vendor_connection {
  public:
    explicit vendor_connection(boost::asio::any_io_executor executor) : socket_(std::move(executor)) {}
    vendor_connection(const vendor_connection&) = delete;
    vendor_connection& operator=(const vendor_connection&) = delete;

    boost::asio::ip::tcp::socket& socket() { return socket_; }
    /// Makes it a TLS connection; the handshake is the caller's to do.
    tls_stream& start_tls(boost::asio::ssl::context& context) { return tls_.emplace(socket_, context); }
    read_buffer& input() { return input_; }

    boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer into, boost::system::error_code& failed);
    /// Sends both parts. `sent` is whether any byte may have left this machine: false is certain.
    boost::asio::awaitable<void> write(std::string_view head, std::string_view body, bool& sent,
                                       boost::system::error_code& failed);
    /// Whether it is open and the other end has neither closed it nor sent anything that nobody asked for. Costs one
    /// system call. Whatever it finds is thrown away, so a connection that isn't quiet can only be closed.
    bool is_quiet();
    /// Bytes written that the other end's system hasn't acknowledged; 0 where that can't be told.
    std::size_t unacknowledged();
    /// Calls off what is under way; safe at any time.
    void close();

  private:
    boost::asio::ip::tcp::socket socket_;
    std::optional<tls_stream> tls_;
    read_buffer input_;
};

} // namespace evalbridge
