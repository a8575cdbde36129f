// From a header block to the handler's answer: the order in which a request is judged.

#include "base/request_id.hpp"
#include "gateway/http/chunked.hpp"
#include "gateway/http/request_checks.hpp"
#include "gateway/http/session.hpp"
#include "gateway/http/target.hpp"
#include "mapping/ascii.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::string_view every_method = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
constexpr std::size_t first_body_room = 64 * 1024; ///< a client's word for a body's length reserves no more than this
/// Content-Length above so many times the limit isn't a body somebody wanted to send; it is answered as malformed.
constexpr std::uint64_t absurd_factor = 256;

constexpr std::chrono::seconds come_back_after{1};

reply no_content(std::string_view allow) {
    reply answer(204, "", "");
    answer.fields.emplace_back("Allow", allow);
    return answer;
}

reply fail(const exchange& x, const error& e) { return problem(e, x.request.path, x.request.request_id); }

} // namespace

asio::awaitable<session::after> session::serve() {
    exchange x;
    const serving until_answered(*this, x);
    const auto block = buffer_.view().substr(0, head_size_);
    if (auto bad = check_request_head(block, group_->edge.options.head, x.framing))
        co_return co_await refuse(bad->status, bad->reason);
    auto head = parse_request_head(block);
    if (!head)
        co_return co_await refuse(400, "the header block could not be parsed");
    x.head = std::move(*head);
    buffer_.consume(head_size_);

    auto said = admit(x);
    if (!said && group_->gate.full(x.load)) // before its body is read
        said = shed(x);
    if (!said)
        said = co_await read_body(x);
    if (!said) {
        if (auto bad = check_body(*x.route.options, x.head.field("content-type"), x.request.body))
            said = fail(x, *bad);
    }
    std::optional<admission::ticket> place;
    if (!said) {
        lift_deadline();
        now_ = doing::handling;
        place = group_->gate.enter(x.load);
        if (!place)
            place = co_await group_->gate.queue(x.load, group_->edge.time, x.request.deadline);
        if (place && !gone_)
            said = co_await handle(x);
        else
            said = shed(x);
        if (!said->stream)
            place.reset(); // a slow reader of a whole answer holds nobody up
    }
    if (gone_) {
        departure_.end();
        if (x.handled && !x.told)
            log(x, *said);
        co_return after::drop;
    }
    co_return co_await answer(x, std::move(*said));
}

std::optional<reply> session::admit(exchange& x) {
    const edge_context& edge = group_->edge;
    request_context& request = x.request;
    const auto sent_id = x.head.field("x-request-id");
    request.request_id = is_acceptable_request_id(sent_id) ? std::string(sent_id) : make_request_id();
    request.method = x.head.method;
    request.peer = peer_;
    const auto target = split_request_target(x.head.target);
    request.path = target.path;
    x.keep = x.head.keep_alive;

    if (auto bad = check_single_fields(x.head.fields))
        return fail(x, *bad);
    if (const auto expect = x.head.field("expect"); !expect.empty() && !x.head.http_1_0) {
        x.expects_continue = equal_folded(expect, "100-continue");
        if (!x.expects_continue)
            return refusal(417, "the only expectation met here is 100-continue", request.path, request.request_id);
    }
    if (request.path == "*")
        return no_content(every_method);

    x.route = edge.routes.find(request.method, request.path);
    if (x.route.bad_encoding)
        return fail(x, error(errc::invalid_request).because("the path hides control characters or what isn't UTF-8"));
    if (x.route.pattern.empty())
        return fail(x, error(errc::not_found).because("there is no route " + request.path));
    if (!x.route.handle && request.method == verb::options)
        return no_content(x.route.allow);
    if (!x.route.handle)
        return fail(x, error(errc::method_not_allowed).because("the route takes " + x.route.allow))
            .with("Allow", x.route.allow);

    request.client = "anonymous";
    if (x.route.options->authenticated) {
        auto client = edge.auth.identify(x.head.field("authorization"), x.head.field("x-api-key"));
        if (!client)
            return fail(x, client.error());
        request.client = std::move(*client);
    }
    const auto timeout =
        request_timeout(x.head.field("request-timeout"), edge.options.default_deadline, edge.options.max_deadline);
    if (!timeout)
        return fail(x, timeout.error());
    request.deadline = edge.time.now() + *timeout;
    auto query = read_query(target.query, *x.route.options);
    if (!query)
        return fail(x, query.error());
    request.query = std::move(*query);
    if (x.has_body() && x.route.options->takes_body && is_encoded(x.head.fields))
        return refusal(415, "the body may not be encoded: send it without Content-Encoding", request.path,
                       request.request_id)
            .with("Accept-Encoding", "identity");
    x.load = load_of(*x.route.options, request.query, x.head.fields);
    request.path_arguments = std::move(x.route.arguments);
    return {};
}

asio::awaitable<std::optional<reply>> session::read_body(exchange& x) {
    const edge_options& options = group_->edge.options;
    const std::uint64_t length = x.framing.content_length.value_or(0);
    if (!x.has_body())
        co_return std::nullopt;
    if (length > options.max_body) {
        x.keep = false;
        if (length / absurd_factor > options.max_body)
            co_return fail(x, error(errc::invalid_request).because("Content-Length is no length of a request body"));
        co_return fail(x, error(errc::payload_too_large)
                              .because("a request body may have " + std::to_string(options.max_body) + " bytes"));
    }
    if (x.expects_continue && buffer_.view().empty()) {
        const bool written = co_await write("HTTP/1.1 100 Continue\r\n\r\n", "");
        if (!written) {
            gone_ = true;
            x.keep = false;
            co_return late(x, "the client did not take the interim answer");
        }
    }
    set_deadline(options.body_timeout);
    const auto began = std::chrono::steady_clock::now();
    std::optional<reply> refused;
    if (x.framing.chunked)
        refused = co_await read_chunks(x);
    else if (const bool whole = co_await read_known_length(x); !whole)
        refused = late(x, "the body did not come in time");
    x.clients_time += std::chrono::steady_clock::now() - began;
    if (refused)
        x.keep = false;
    else
        x.body_read = true;
    co_return refused;
}

asio::awaitable<bool> session::read_known_length(exchange& x) {
    const auto size = static_cast<std::size_t>(*x.framing.content_length);
    std::string& body = x.request.body;
    const auto here = std::min(size, buffer_.view().size());
    body = buffer_.view().substr(0, here);
    buffer_.consume(here);
    std::size_t have = here;
    while (have < size) {
        if (have == body.size())
            body.resize(std::min(size, have + std::max(first_body_room, have)));
        error_code failed;
        have += co_await socket_.async_read_some(asio::buffer(body.data() + have, body.size() - have),
                                                 asio::redirect_error(asio::use_awaitable, failed));
        if (failed && !deadline_.fired())
            gone_ = true; // the client is gone: there is nobody to answer
        if (failed || deadline_.fired())
            co_return false;
    }
    body.resize(size);
    co_return true;
}

asio::awaitable<std::optional<reply>> session::read_chunks(exchange& x) {
    chunked_decoder decoder(group_->edge.options.max_body);
    for (;;) {
        std::size_t taken = 0;
        const auto now = decoder.feed(buffer_.view(), taken, x.request.body);
        buffer_.consume(taken);
        if (now == chunked_decoder::state::done)
            co_return std::nullopt;
        if (now == chunked_decoder::state::too_large)
            co_return fail(
                x, error(errc::payload_too_large)
                       .because("a request body may have " + std::to_string(group_->edge.options.max_body) + " bytes"));
        if (now == chunked_decoder::state::refused) {
            x.remark = decoder.reason();
            co_return refusal(400, decoder.reason(), x.request.path, x.request.request_id);
        }
        const bool more = co_await read_more();
        if (more)
            continue;
        if (!deadline_.fired())
            gone_ = true;
        co_return late(x, "the body did not come in time");
    }
}

asio::awaitable<reply> session::handle(exchange& x) {
    for (auto& field : x.head.fields)
        if (field.first != "authorization" && field.first != "x-api-key")
            x.request.fields.push_back(std::move(field));
    if (x.load == route_load::waiting || x.load == route_load::exporting)
        watch_client(x);
    x.handled = true;
    std::string thrown = "not a std::exception";
    try {
        auto task = (*x.route.handle)(x.request);
        auto answered = co_await std::move(task);
        if (answered)
            co_return std::move(*answered);
        co_return fail(x, answered.error());
    } catch (const std::exception& e) {
        thrown = e.what();
    } catch (...) {
    }
    log_failure("handler_failed", x, thrown);
    co_return fail(x, error(errc::internal).because("the request could not be handled"));
}

void session::watch_client(exchange& x) {
    x.request.departed = std::make_shared<notice>();
    departure_.begin(socket_, [this, departed = x.request.departed] {
        gone_ = true;
        if (current_)
            current_->remark = "the client left";
        departed->give();
    });
}

reply session::late(const exchange& x, std::string_view what) const {
    return group_->gate.closed() ? shutting_down(x) : refusal(408, what, x.request.path, x.request.request_id);
}

reply session::shed(const exchange& x) const {
    if (group_->gate.closed())
        return shutting_down(x);
    group_->edge.meters.shed.Increment();
    return fail(x, error(errc::overloaded)
                       .because("the gateway has as many requests as it can work on; try again shortly")
                       .retry_after(come_back_after));
}

reply session::shutting_down(const exchange& x) const {
    error e = error(errc::overloaded)
                  .because("the gateway is shutting down; the request was not completed")
                  .retry_after(come_back_after);
    if (x.handled && x.request.method == verb::post) // a provider may have it already
        e = std::move(e).sent().retryable(false);
    return fail(x, e);
}

void session::log_failure(std::string_view event, const exchange& x, const std::string& thrown) const {
    group_->edge.log.error(event, {{"request_id", x.request.request_id}, {"route", x.route.pattern}, {"what", thrown}});
}

} // namespace evalbridge
