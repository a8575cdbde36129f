#include "gateway/http/session.hpp"

#include "base/request_id.hpp"
#include "gateway/http/access_log.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

/// How long a closing connection goes on taking what its client still sends, so that a reset doesn't swallow the
/// answer.
constexpr milliseconds linger_time{1000};
constexpr std::size_t linger_bytes = 8 * 1024 * 1024;
/// The longest unread body that is read off after an early answer to keep the connection.
constexpr std::uint64_t skippable_body = 64 * 1024;
/// How long a drained idle connection waits for a request that is already on its way.
constexpr milliseconds drain_grace{250};

} // namespace

session::session(asio::ip::tcp::socket socket, std::shared_ptr<session_group> group)
    : socket_(std::move(socket)), group_(std::move(group)),
      place_(group_->sessions.insert(group_->sessions.end(), this)) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    peer_ = socket_.remote_endpoint(ignored).address().to_string();
}

session::~session() { group_->sessions.erase(place_); }

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

void session::abort() {
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

asio::awaitable<bool> session::write(std::string_view head, std::string_view body) {
    set_deadline(group_->edge.options.write_timeout);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    error_code failed;
    co_await asio::async_write(socket_, parts, asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed && !gone_ && !deadline_.fired();
}

asio::awaitable<session::arrival> session::read_head() {
    const edge_options& options = group_->edge.options;
    std::size_t looked_at = 0;
    bool skipped_line = false;
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
            if (!first_ || group_->draining)
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
        if (!more && !began)
            co_return !idle_ && deadline_.fired() ? arrival::slow : arrival::closed;
    }
}

asio::awaitable<session::after> session::refuse(int status, std::string_view reason) {
    exchange x;
    x.keep = false;
    x.refused_because = reason;
    x.request.request_id = make_request_id();
    reply r = refusal(status, reason, "", x.request.request_id);
    co_return co_await answer(x, std::move(r));
}

asio::awaitable<session::after> session::answer(exchange& x, reply r) {
    std::uint64_t unread = 0;
    if (x.has_body() && !x.body_read) {
        // Where the next request begins is known only if the body's length is, and if the client is sure to send it.
        unread = x.framing.content_length.value_or(0);
        const bool waits = x.expects_continue && buffer_.view().empty();
        x.keep = x.keep && !x.framing.chunked && !waits && unread <= skippable_body;
    }
    x.keep = x.keep && !group_->draining;
    const auto use = !x.keep           ? connection_use::close
                     : x.head.http_1_0 ? connection_use::keep_http_10
                                       : connection_use::keep;
    const auto date = group_->date.at(group_->edge.time.wall_now());
    const std::string head = answer_head(r, date, x.request.request_id, use);
    const bool with_body = status_has_body(r.status) && x.head.method != verb::head;
    const bool written = co_await write(head, with_body ? std::string_view(r.body) : std::string_view());
    log(x, r);
    if (!written)
        co_return after::drop;
    if (!x.keep)
        co_return after::linger;
    if (unread > 0)
        co_return co_await skip_body(unread);
    co_return after::next_request;
}

asio::awaitable<session::after> session::skip_body(std::uint64_t size) {
    set_deadline(linger_time);
    for (;;) {
        const auto here = std::min<std::uint64_t>(size, buffer_.view().size());
        buffer_.consume(static_cast<std::size_t>(here));
        size -= here;
        if (size == 0)
            co_return after::next_request;
        const bool more = co_await read_more();
        if (!more)
            co_return after::drop;
    }
}

asio::awaitable<void> session::linger() {
    error_code failed;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, failed);
    set_deadline(linger_time);
    for (std::size_t taken = 0; !failed && taken < linger_bytes; taken += buffer_.view().size()) {
        buffer_.clear();
        const bool more = co_await read_more();
        if (!more)
            co_return;
    }
}

void session::log(const exchange& x, const reply& r) const {
    if (r.quiet)
        return;
    const request_context& request = x.request;
    log_access(group_->edge.log, {.request_id = request.request_id,
                                  .client = request.client,
                                  .peer = peer_,
                                  .method = name_of(request.method),
                                  .route = x.route.pattern,
                                  .path = request.path,
                                  .status = r.status,
                                  .code = r.error_code,
                                  .reason = x.refused_because,
                                  .took = std::chrono::steady_clock::now() - x.began,
                                  .bytes = r.body.size()});
}

} // namespace evalbridge
