#pragma once
// One port of 127.0.0.1: takes connections, and can be away for a while as a machine is that has gone down.

#include "sandbox/connections.hpp"
#include "sandbox/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>

namespace evalbridge::sandbox {

class listener {
  public:
    /// The context for the next connection; null for none.
    using tls_choice = std::function<boost::asio::ssl::context*()>;

    /// Binds the port; 0 picks one. `open` outlives the context, as connections may last until that goes. Throws
    /// boost::system::system_error.
    listener(boost::asio::io_context& context, open_connections& open, std::uint16_t port);
    void start(service serve, tls_choice tls);
    std::uint16_t port() const { return port_; }

    /// Refuses connections from now on and for so long, and resets those that are open. 0 ends it at once. The port
    /// stays ours meanwhile.
    void stay_down(milliseconds span);

  private:
    using tcp = boost::asio::ip::tcp;
    void go_up();
    boost::asio::awaitable<void> accept(service serve, tls_choice tls);

    boost::asio::io_context& context_;
    open_connections& open_;
    tcp::acceptor acceptor_;
    tcp::acceptor placeholder_; ///< bound, and not listening, while the vendor is down
    boost::asio::steady_timer until_up_;
    std::uint16_t port_;
    service serve_;
    tls_choice tls_;
};

} // namespace evalbridge::sandbox
