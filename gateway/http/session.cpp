#include "gateway/http/session.hpp"

#include "gateway/http/socket_calls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using boost::system::error_code;

session::session(asio::ip::tcp::socket socket, std::shared_ptr<session_group> group)
    : socket_(std::move(socket)), group_(std::move(group)),
      place_(group_->sessions.insert(group_->sessions.end(), this)) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    peer_ = socket_.remote_endpoint(ignored).address().to_string();
    group_->edge.meters.connections.Increment();
}

session::~session() {
    group_->sessions.erase(place_);
    group_->edge.meters.connections.Decrement();
}

asio::awaitable<void> session::run(std::shared_ptr<session> self) {
    after next = after::next_request;
    while (next == after::next_request) {
        const arrival came = co_await self->read_head();
        if (came == arrival::complete)
            next = co_await self->serve();
        else if (came == arrival::refused)
            next = co_await self->refuse(self->fault_.status, self->fault_.reason);
        else if (came == arrival::slow)
            next = co_await self->refuse(408, "the header block did not come in time");
        else
            next = after::drop;
        self->first_ = false;
        self->buffer_.rest();
    }
    if (next == after::linger)
        co_await self->linger();
    self->lift_deadline();
    error_code ignored;
    self->socket_.close(ignored);
}

void session::drain() {
    if (idle_)
        set_deadline(drain_grace);
}

void session::cut() {
    if (now_ == doing::reading)
        set_deadline({});
}

void session::abort() {
    if (current_ && !gone_)
        break_off(*current_);
    gone_ = true;
    armed_ = false;
    deadline_ = {};
    error_code ignored;
    socket_.close(ignored);
}

void session::set_deadline(duration from_now) {
    if (gone_)
        return;
    const auto when = std::chrono::steady_clock::now() + from_now;
    if (armed_ && !deadline_.fired()) {
        deadline_.move_to(when);
        return;
    }
    armed_ = true;
    deadline_ = group_->edge.sweeper.at(when, [this] {
        error_code ignored;
        socket_.cancel(ignored);
    });
}

void session::lift_deadline() {
    if (armed_)
        deadline_.move_to(time_point::max());
}

asio::awaitable<bool> session::read_more() {
    const auto room = buffer_.prepare();
    error_code failed;
    const std::size_t size = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()),
                                                              asio::redirect_error(asio::use_awaitable, failed));
    buffer_.commit(size);
    co_return !failed && !gone_ && !deadline_.fired();
}

// What came after the loop last looked is a request too. On a connection that never said anything it is late.
bool session::last_look() {
    if (gone_ || (first_ && !group_->draining))
        return false;
    const auto size = receive_at_once(socket_, buffer_.prepare());
    buffer_.commit(size);
    return size > 0;
}

asio::awaitable<bool> session::write(std::string_view first, std::string_view then, std::string_view last) {
    constexpr std::size_t most_at_once = 64 * 1024;
    set_deadline(group_->edge.options.write_timeout);
    const std::array<asio::const_buffer, 3> parts{asio::buffer(first), asio::buffer(then), asio::buffer(last)};
    // The deadline's cancel finds no operation when it comes between two of them.
    const auto next_size = [this](const error_code& failed, std::size_t) {
        return failed || deadline_.fired() ? std::size_t{0} : most_at_once;
    };
    error_code failed;
    const std::size_t size =
        co_await asio::async_write(socket_, parts, next_size, asio::redirect_error(asio::use_awaitable, failed));
    co_return size == first.size() + then.size() + last.size() && !gone_;
}

asio::awaitable<session::arrival> session::read_head() {
    const edge_options& options = group_->edge.options;
    std::size_t looked_at = 0;
    bool skipped_line = false;
    now_ = doing::reading;
    idle_ = buffer_.view().empty();
    set_deadline(!idle_ || first_ ? options.header_timeout : options.idle_timeout);
    if (group_->draining)
        drain();
    for (;;) {
        if (!skipped_line && buffer_.view().starts_with("\r\n")) { // RFC 9112 section 2.2: one is to be forgiven
            buffer_.consume(2);
            skipped_line = true;
            looked_at = 0;
        }
        const auto bytes = buffer_.view();
        if (idle_ && !bytes.empty()) {
            idle_ = false;
            set_deadline(options.header_timeout);
        }
        const auto from = looked_at - std::min<std::size_t>(looked_at, 3);
        if (const auto size = head_block_size(bytes.substr(from)); size != std::string_view::npos) {
            head_size_ = from + size;
            co_return arrival::complete;
        }
        body_framing unused;
        auto bad = bytes.size() > options.head.block
                       ? check_request_head(bytes, options.head, unused)
                       : check_incomplete_head(bytes, looked_at - (looked_at > 0 ? 1 : 0));
        if (bad) {
            fault_ = *bad;
            co_return arrival::refused;
        }
        looked_at = bytes.size();
        const bool more = co_await read_more();
        const bool began =
            idle_ && !gone_ && !buffer_.view().empty(); // a request that came with the idle deadline counts
        if (more || began)
            continue;
        if (idle_ && deadline_.fired() && last_look())
            continue;
        co_return !idle_ && deadline_.fired() ? arrival::slow : arrival::closed;
    }
}

} // namespace evalbridge
