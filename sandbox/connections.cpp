#include "sandbox/connections.hpp"

namespace evalbridge::sandbox {

namespace asio = boost::asio;

void open_connections::reset_all() {
    for (auto* socket : sockets_) {
        boost::system::error_code ignored;
        socket->set_option(asio::socket_base::linger(true, 0), ignored);
        socket->close(ignored);
    }
}

open_connection::open_connection(open_connections& in, asio::ip::tcp::socket& socket)
    : in_(in), at_(in.sockets_.insert(in.sockets_.end(), &socket)) {}

void open_connection::spare() {
    if (at_ == in_.sockets_.end())
        return;
    in_.sockets_.erase(at_);
    at_ = in_.sockets_.end();
}

} // namespace evalbridge::sandbox
