#pragma once
// One client's connection, from accept to close: one coroutine that reads a request, has it judged and answered, and
// goes on to the next. Pipelined requests wait their turn in the buffer.

#include "base/deadline_sweeper.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/byte_buffer.hpp"
#include "gateway/http/exchange.hpp"
#include "gateway/http/listener.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>
#include <optional>
#include <string>

namespace evalbridge {

class session;

/// What the sessions of one listener share.
struct session_group {
    explicit session_group(edge_context context) : edge(context) {}

    edge_context edge;
    std::list<session*> sessions;
    http_date date;
    bool draining = false;
};

class session final {
  public:
    session(boost::asio::ip::tcp::socket socket, std::shared_ptr<session_group> group);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Serves until the connection is closed; `self` keeps it alive.
    static boost::asio::awaitable<void> run(std::shared_ptr<session> self);

    /// An idle connection closes a moment later, so that a request already on its way is still answered.
    void drain();
    /// Closes now. The coroutine ends when the loop next runs it.
    void abort();

  private:
    enum class arrival { complete, closed, slow, refused };
    enum class after { next_request, linger, drop };

    boost::asio::awaitable<arrival> read_head();
    boost::asio::awaitable<after> serve();
    boost::asio::awaitable<after> refuse(int status, std::string_view reason);
    boost::asio::awaitable<std::optional<reply>> read_body(exchange& x);
    boost::asio::awaitable<bool> read_known_length(exchange& x);
    boost::asio::awaitable<std::optional<reply>> read_chunks(exchange& x);
    boost::asio::awaitable<reply> handle(exchange& x);
    boost::asio::awaitable<after> answer(exchange& x, reply r);
    boost::asio::awaitable<after> skip_body(std::uint64_t size);
    boost::asio::awaitable<void> linger();

    /// Reads at least one byte. False at the end, on failure and past the deadline.
    boost::asio::awaitable<bool> read_more();
    boost::asio::awaitable<bool> write(std::string_view head, std::string_view body);
    void set_deadline(duration from_now);
    void lift_deadline();
    std::optional<reply> admit(exchange& x);
    void log(const exchange& x, const reply& r) const;

    boost::asio::ip::tcp::socket socket_;
    std::shared_ptr<session_group> group_; ///< shared: a session may outlive its listener
    std::list<session*>::iterator place_;
    deadline_sweeper::watch deadline_;
    byte_buffer buffer_;
    std::string peer_;
    std::size_t head_size_ = 0; ///< of the block that read_head() found
    head_fault fault_;          ///< why read_head() refused
    bool armed_ = false;
    bool idle_ = true; ///< no byte of the next request has come
    bool first_ = true;
    bool gone_ = false; ///< closed by abort(), or the client went away: there is nobody to answer
};

} // namespace evalbridge
