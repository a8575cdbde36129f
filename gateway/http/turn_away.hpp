#pragma once
// Connections that there is no room for. Each is told so at once, before it has said anything, and kept a moment: what
// the client has sent by then is unread, and closing would bring a reset that overtakes the answer.

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace evalbridge {

class turned_away {
  public:
    turned_away();
    ~turned_away();
    turned_away(const turned_away&) = delete;
    turned_away& operator=(const turned_away&) = delete;

    /// Sends `answer` and the end, and closes when the client has, within a second. Where many are being kept already,
    /// at once.
    void tell(boost::asio::ip::tcp::socket socket, std::string_view answer);
    void abort();

    static constexpr std::size_t most_kept = 256;

  private:
    struct kept;
    struct all;
    std::shared_ptr<all> all_; ///< shared with those that are still being kept when this goes
};

} // namespace evalbridge
