#pragma once
// One client's connection, from accept to close: one coroutine that reads a request, has it judged and answered, and
// goes on to the next. Pipelined requests wait their turn in the buffer.

#include "base/deadline_sweeper.hpp"
#include "gateway/http/admission.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/byte_buffer.hpp"
#include "gateway/http/departure.hpp"
#include "gateway/http/exchange.hpp"
#include "gateway/http/listener.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace evalbridge {

class session;

/// How long a closing connection goes on taking what its client still sends, so that a reset doesn't swallow the
/// answer.
inline constexpr std::chrono::milliseconds linger_time{1000};
/// How long a drain waits for what is already on its way: a request on an idle connection, the end of a handshake.
inline constexpr std::chrono::milliseconds drain_grace{250};

/// What the sessions of one listener share.
struct session_group {
    explicit session_group(edge_context context) : edge(context), gate(context.options, context.meters) {}

    edge_context edge;
    admission gate;
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
    /// The drain's time is over: a request that is still being read is refused; one that is being handled goes on.
    void cut();
    /// Closes now; a request that is being handled is told first. The coroutine ends when the loop next runs it, and
    /// its handler has ended.
    void abort();

  private:
    enum class arrival { complete, closed, slow, refused };
    enum class after { next_request, linger, drop };
    enum class doing { reading, handling, answering };
    enum class piece { more, last, broken };
    /// Says which request is being served as long as it lasts.
    struct serving {
        serving(session& s, exchange& x) : whose(s) { s.current_ = &x; }
        serving(const serving&) = delete;
        serving& operator=(const serving&) = delete;
        ~serving() { whose.current_ = nullptr; }
        session& whose;
    };

    boost::asio::awaitable<arrival> read_head();
    boost::asio::awaitable<after> serve();
    boost::asio::awaitable<after> refuse(int status, std::string_view reason);
    boost::asio::awaitable<std::optional<reply>> read_body(exchange& x);
    boost::asio::awaitable<bool> read_known_length(exchange& x);
    boost::asio::awaitable<std::optional<reply>> read_chunks(exchange& x);
    boost::asio::awaitable<reply> handle(exchange& x);
    boost::asio::awaitable<after> answer(exchange& x, reply r);
    boost::asio::awaitable<bool> stream(exchange& x, body_source& source, body_end end);
    boost::asio::awaitable<piece> next_piece(exchange& x, body_source& source, std::string& bytes);
    boost::asio::awaitable<bool> write_piece(exchange& x, std::string_view bytes, body_end end, bool last);
    boost::asio::awaitable<after> skip_body(std::uint64_t size);
    boost::asio::awaitable<void> linger();

    /// Reads at least one byte. False at the end, on failure and past the deadline.
    boost::asio::awaitable<bool> read_more();
    bool last_look();
    /// All of it, within `write_timeout`.
    boost::asio::awaitable<bool> write(std::string_view first, std::string_view then, std::string_view last = {});
    void set_deadline(duration from_now);
    void lift_deadline();
    std::optional<reply> admit(exchange& x);
    /// Refusals: 408, or 503 once the gateway shuts down; 503 for want of room; 503 since it shuts down.
    reply late(const exchange& x, std::string_view what) const;
    reply shed(const exchange& x) const;
    reply shutting_down(const exchange& x) const;
    void watch_client(exchange& x);
    void break_off(exchange& x);
    void reset_when_closed();
    void log(const exchange& x, const reply& r) const;
    void log_failure(std::string_view event, const exchange& x, const std::string& thrown) const;

    boost::asio::ip::tcp::socket socket_;
    std::shared_ptr<session_group> group_; ///< shared: a session may outlive its listener
    std::list<session*>::iterator place_;
    deadline_sweeper::watch deadline_;
    departure_watch departure_;
    exchange* current_ = nullptr; ///< the request that is being served
    doing now_ = doing::reading;
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
