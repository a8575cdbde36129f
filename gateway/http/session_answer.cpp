// From a reply to the next request: the answer's head and body, streams, and what is left of the connection then.

#include "base/request_id.hpp"
#include "base/text_stock.hpp"
#include "gateway/http/access_log.hpp"
#include "gateway/http/session.hpp"
#include "gateway/http/socket_calls.hpp"

#include <boost/asio/socket_base.hpp>

#include <array>
#include <exception>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t linger_bytes = 8 * 1024 * 1024;
/// The longest unread body that is read off after an early answer to keep the connection.
constexpr std::uint64_t skippable_body = 64 * 1024;

} // namespace

asio::awaitable<session::after> session::refuse(int status, std::string_view reason) {
    exchange x;
    x.keep = false;
    x.remark = reason;
    x.request.request_id = make_request_id();
    reply r = status == 408 ? late(x, reason) : refusal(status, reason, "", x.request.request_id);
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
    body_end end = body_end::length;
    if (r.stream)
        end = x.head.http_1_0 ? body_end::close : body_end::chunked;
    x.keep = x.keep && !group_->draining && end != body_end::close;
    const auto use = !x.keep           ? connection_use::close
                     : x.head.http_1_0 ? connection_use::keep_http_10
                                       : connection_use::keep;
    const auto date = group_->date.at(group_->edge.time.wall_now());
    const std::string head = answer_head(r, date, x.request.request_id, use, end);
    const bool with_body = status_has_body(r.status) && x.head.method != verb::head;
    x.bytes = with_body ? r.body.size() : 0;
    const bool streams = r.stream && with_body;
    if (!streams)
        departure_.end();
    now_ = doing::answering;
    const auto began = std::chrono::steady_clock::now();
    bool written = co_await write(head, with_body ? std::string_view(r.body) : std::string_view());
    x.clients_time += std::chrono::steady_clock::now() - began;
    if (written && streams)
        written = co_await stream(x, *r.stream, end);
    departure_.end();
    log(x, r);
    text_stock::give_back(std::move(r.body));
    if (!written && end == body_end::close)
        reset_when_closed();
    if (!written)
        co_return after::drop;
    if (!x.keep)
        co_return after::linger;
    if (unread > 0)
        co_return co_await skip_body(unread);
    co_return after::next_request;
}

asio::awaitable<bool> session::stream(exchange& x, body_source& source, body_end end) {
    std::string bytes;
    for (;;) {
        bytes.clear();
        lift_deadline();
        const piece came = co_await next_piece(x, source, bytes);
        if (gone_)
            co_return false;
        if (came == piece::last)
            departure_.end(); // a client that has all of it may go
        const bool written = co_await write_piece(x, bytes, end, came == piece::last);
        if (!written || came == piece::last)
            co_return written;
        if (came == piece::more)
            continue;
        x.remark = "the body broke off";
        co_return false;
    }
}

asio::awaitable<session::piece> session::next_piece(exchange& x, body_source& source, std::string& bytes) {
    std::string thrown = "not a std::exception";
    try {
        auto task = source.next(bytes);
        const bool more = co_await std::move(task);
        if (more)
            co_return piece::more;
        co_return source.broken() ? piece::broken : piece::last;
    } catch (const std::exception& e) {
        thrown = e.what();
    } catch (...) {
    }
    log_failure("stream_failed", x, thrown);
    co_return piece::broken;
}

asio::awaitable<bool> session::write_piece(exchange& x, std::string_view bytes, body_end end, bool last) {
    std::array<char, 20> room;
    std::string_view before, behind;
    if (end == body_end::chunked && !bytes.empty()) {
        before = chunk_line(bytes.size(), room);
        behind = "\r\n";
    }
    if (end == body_end::chunked && last)
        behind = bytes.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
    if (bytes.empty() && behind.empty())
        co_return true;
    const bool written = co_await write(before, bytes, behind);
    if (written) {
        x.bytes += bytes.size();
        co_return true;
    }
    const bool slow = deadline_.fired();
    if (slow)
        group_->edge.meters.slow_readers.Increment();
    if (!gone_)
        x.remark = slow ? "the client did not read" : "the client left";
    co_return false;
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

void session::break_off(exchange& x) {
    if (now_ == doing::handling) {
        // Nothing of an answer has been written, so that the kernel has room for a short one.
        x.remark = "the gateway stopped";
        const reply r = shutting_down(x);
        const auto date = group_->date.at(group_->edge.time.wall_now());
        std::string bytes = answer_head(r, date, x.request.request_id, connection_use::close);
        if (x.head.method != verb::head)
            bytes += r.body;
        x.bytes = r.body.size();
        x.told = true;
        send_last(socket_, bytes);
        log(x, r);
    } else if (now_ == doing::answering) {
        x.remark = "the gateway stopped";
        if (x.head.http_1_0)
            reset_when_closed();
    }
    if (x.request.departed)
        x.request.departed->give();
}

// The end of the connection would say that the body is whole.
void session::reset_when_closed() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
}

void session::log(const exchange& x, const reply& r) const {
    const request_context& request = x.request;
    const auto took = std::chrono::steady_clock::now() - x.began;
    group_->edge.meters.answered({.route = x.route.pattern,
                                  .method = request.method,
                                  .status = r.status,
                                  .code = r.error_code,
                                  .took = took,
                                  .waited = request.waited + x.clients_time,
                                  .streamed = r.stream != nullptr});
    if (r.quiet || !group_->edge.options.access_log)
        return;
    log_access(group_->edge.log, {.request_id = request.request_id,
                                  .client = request.client,
                                  .peer = peer_,
                                  .method = name_of(request.method),
                                  .route = x.route.pattern,
                                  .path = request.path,
                                  .status = r.status,
                                  .code = r.error_code,
                                  .reason = x.remark,
                                  .took = took,
                                  .bytes = x.bytes});
}

} // namespace evalbridge
