#pragma once
// The open connections of one port, so that all of them can be ended at once.

#include <boost/asio/ip/tcp.hpp>

#include <list>

namespace evalbridge::sandbox {

class open_connections {
  public:
    /// With a TCP reset.
    void reset_all();

  private:
    friend class open_connection;
    std::list<boost::asio::ip::tcp::socket*> sockets_;
};

/// One of them, listed while this object lives.
class open_connection {
  public:
    open_connection(open_connections& in, boost::asio::ip::tcp::socket& socket);
    ~open_connection() { spare(); }
    open_connection(const open_connection&) = delete;
    open_connection& operator=(const open_connection&) = delete;
    /// Not to be reset with the others.
    void spare();

  private:
    open_connections& in_;
    std::list<boost::asio::ip::tcp::socket*>::iterator at_;
};

} // namespace evalbridge::sandbox
