#pragma once
// A wire between a client and a server on this machine that a test can cut.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace evalbridge::testing {

class tcp_proxy {
  public:
    /// Listens on a port of its own of 127.0.0.1 and connects to that one.
    explicit tcp_proxy(std::uint16_t to);
    ~tcp_proxy();
    tcp_proxy(const tcp_proxy&) = delete;
    tcp_proxy& operator=(const tcp_proxy&) = delete;

    std::uint16_t port() const { return port_; }

    enum class cut { before_the_server, before_the_answer };
    /// The next connection whose client says `word` loses its both ends: so that the server never hears it, or so that
    /// it has, and has answered, but the client never hears that.
    void cut_at(std::string word, cut when);
    /// How many connections were cut so.
    int cuts() const { return cuts_; }
    /// From now on what is sent is taken and goes nowhere, in both directions.
    void go_silent(bool yes = true) { silent_ = yes; }
    /// The same, from when a client next says `word`, which nobody hears.
    void go_silent_at(std::string word);

  private:
    void accept_all();
    void carry(int client);
    std::optional<cut> due(std::string_view said);

    std::uint16_t to_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> silent_ = false;
    std::atomic<int> cuts_ = 0;
    std::mutex mutex_; ///< of the three below
    std::string word_;
    cut when_ = cut::before_the_server;
    bool silences_ = false;
    std::vector<std::jthread> carriers_;
    std::jthread acceptor_;
};

} // namespace evalbridge::testing
