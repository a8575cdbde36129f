#pragma once
// A vendor that does exactly what a test says, byte by byte: it answers, stalls, lies, closes or resets at will.
// Scripts run on threads of their own with blocking calls, so they read from top to bottom; every wait ends when the
// client or the server goes.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace evalbridge::testing {

/// The server's end of one connection.
class peer {
  public:
    using on_request = std::function<void(const std::string&)>;
    peer(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls, on_request seen);

    /// The next request, head and body as they came; empty when the client closed first.
    std::string next_request();
    /// False when the client is gone.
    bool send(std::string_view bytes);
    /// Ends the connection properly; with TLS, with notice.
    void close();
    /// Closes without TLS's notice.
    void cut();
    /// Ends it with a RST.
    void reset();
    /// Until the client closes, or the limit. Whether it did close.
    bool wait_for_close(std::chrono::milliseconds limit = std::chrono::seconds(10));
    /// From another thread: makes every call return.
    void shut_down();
    int native_handle() { return socket_.native_handle(); }

  private:
    friend class raw_server;
    bool handshake();
    on_request seen_;
    std::mutex closing_; ///< between the script's close and shut_down
    boost::asio::ip::tcp::socket socket_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    std::string input_;
};

class raw_server {
  public:
    using script = std::function<void(peer&)>;

    /// The n-th connection plays the n-th script; further ones play the last.
    explicit raw_server(std::vector<script> scripts, boost::asio::ssl::context* tls = nullptr);
    ~raw_server();
    raw_server(const raw_server&) = delete;
    raw_server& operator=(const raw_server&) = delete;

    std::uint16_t port() const { return port_; }
    /// How many connections it took so far.
    std::size_t connections() const;
    /// The requests it read so far, in the order of their ends.
    std::vector<std::string> requests() const;
    /// Waits until that many scripts have ended and their sockets are closed. False if that took too long.
    bool wait_for_ended(std::size_t scripts);

  private:
    void accept();
    void play(peer& with, std::size_t number);

    std::vector<script> scripts_;
    boost::asio::ssl::context* tls_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<peer>> peers_;
    std::vector<std::string> requests_;
    std::size_t ended_ = 0;
    bool stopping_ = false;
    std::thread acceptor_thread_;
};

/// A script that answers each request with the next of these, then waits for the client to close.
raw_server::script answering(std::vector<std::string> answers);
/// `HTTP/1.1 200 OK` with a Content-Length; `fields` end with CRLF each.
std::string ok(std::string_view body, std::string_view fields = "");

} // namespace evalbridge::testing
