#pragma once
// Hears of a client's going while nobody reads its socket.

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>

namespace evalbridge {

class departure_watch {
  public:
    departure_watch() = default;
    departure_watch(const departure_watch&) = delete;
    departure_watch& operator=(const departure_watch&) = delete;
    ~departure_watch();

    /// Calls `left` once when the client closes its side or the connection fails; half a close is a whole one here. Of
    /// a client that sends more meanwhile (a pipelined request) it is heard half a second later: its bytes stay in the
    /// kernel. The socket outlives this.
    void begin(boost::asio::ip::tcp::socket& socket, std::function<void()> left);
    /// `left` isn't called any more, and the socket may be read. Other operations on it go on.
    void end();

  private:
    struct state;
    static void wait(const std::shared_ptr<state>& s);
    static void wait_behind_bytes(const std::shared_ptr<state>& s);
    std::shared_ptr<state> state_; ///< shared with the operation in flight, which may end later
};

} // namespace evalbridge
