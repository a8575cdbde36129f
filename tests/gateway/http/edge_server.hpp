#pragma once
// A listener on a port of its own, served by a thread of its own, and a blocking client that sends raw bytes to it.

#include "gateway/http/edge_meters.hpp"
#include "gateway/http/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace evalbridge::testing {

/// Log lines from the server's thread.
class shared_log final : public logger {
  public:
    bool enabled(log_level) const override { return true; }
    void write(log_level level, std::string_view event, std::initializer_list<log_field> fields) override;
    std::vector<std::string> lines() const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// Waits until it holds; false when that takes longer than any machine needs.
bool eventually(const std::function<bool()>& condition);

/// Timeouts no test waits for; a test shortens the one that it is about.
edge_options patient_options();

class edge_server {
  public:
    /// Members that a test sets before start().
    router routes;
    edge_options options = patient_options();
    std::vector<api_key> keys;
    shared_log log;
    metrics counts;
    edge_meters meters{counts};

    edge_server() = default;
    ~edge_server();
    /// Others may listen on the port as well.
    void start(unsigned short port = 0);
    unsigned short port() const { return port_; }
    /// Runs it on the server's thread and waits for it.
    void on_loop(const std::function<void(listener&)>& action);
    /// For use on the loop.
    deadline_sweeper& sweeper() { return *sweeper_; }
    std::size_t connections();
    /// Waits until so many connections are open; false when that takes longer than any machine needs.
    bool comes_to(std::size_t connections);
    /// Waits until some log line holds the text.
    bool logs(std::string_view text);

  private:
    boost::asio::io_context io_{1};
    evalbridge::system_clock time_;
    std::optional<authenticator> auth_;
    std::optional<deadline_sweeper> sweeper_;
    std::optional<listener> listener_;
    unsigned short port_ = 0;
    std::thread thread_;
};

struct answer {
    int status = 0;                            ///< 0: the connection ended, or nothing came in time
    std::map<std::string, std::string> fields; ///< names in lower case
    std::string body;

    bool has(const std::string& name) const { return fields.contains(name); }
    std::string operator[](const std::string& name) const;
};

class raw_client {
  public:
    /// `from`: the last byte of the 127.0.0.x it comes from. One that isn't 1 can't be connected with itself, as
    /// happens on Linux when nobody listens on an ephemeral port. It doesn't wait
    /// for long to be let in.
    explicit raw_client(unsigned short port, unsigned char from = 1);
    ~raw_client();
    raw_client(raw_client&& other) noexcept;
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    void send(std::string_view bytes);
    void finish_sending();
    /// One whole answer, 1xx included. `without_body`: to a HEAD request.
    answer read(bool without_body = false);
    /// send() and read().
    answer ask(std::string_view bytes) {
        send(bytes);
        return read();
    }
    /// The data of the next chunk of an answer whose head was read `without_body`: "" for the end, none where the
    /// connection ended first.
    std::optional<std::string> chunk();
    /// Everything until the connection ends.
    std::string rest();
    /// Whether the server closes without another byte.
    bool closed();
    /// Whether what ended the connection was a reset.
    bool was_reset() const { return reset_; }

  private:
    std::optional<std::string> line();
    bool receive();

    int socket_ = -1;
    bool reset_ = false;
    std::string buffer_;
};

std::string get(std::string_view path, std::string_view fields = "");
std::string post(std::string_view path, std::string_view body,
                 std::string_view fields = "Content-Type: application/json\r\n");

/// A handler that answers 200 with what `make` says.
handler answering(std::function<std::string(const request_context&)> make);

} // namespace evalbridge::testing
