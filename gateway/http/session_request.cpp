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

reply no_content(std::string_view allow) {
    reply answer(204, "", "");
    answer.fields.emplace_back("Allow", allow);
    return answer;
}

reply fail(const exchange& x, const error& e) { return problem(e, x.request.path, x.request.request_id); }

} // namespace

asio::awaitable<session::after> session::serve() {
    exchange x;
    const auto block = buffer_.view().substr(0, head_size_);
    if (auto bad = check_request_head(block, group_->edge.options.head, x.framing))
        co_return co_await refuse(bad->status, bad->reason);
    auto head = parse_request_head(block);
    if (!head)
        co_return co_await refuse(400, "the header block could not be parsed");
    x.head = std::move(*head);
    buffer_.consume(head_size_);

    auto early = admit(x);
    if (!early)
        early = co_await read_body(x);
    if (!early) {
        if (auto bad = check_body(*x.route.options, x.head.field("content-type"), x.request.body))
            early = fail(x, *bad);
    }
    if (!early) {
        lift_deadline();
        early = co_await handle(x);
    }
    if (gone_)
        co_return after::drop;
    co_return co_await answer(x, std::move(*early));
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
        if (!written)
            gone_ = true;
    }
    set_deadline(options.body_timeout);
    std::optional<reply> refused;
    if (x.framing.chunked)
        refused = co_await read_chunks(x);
    else if (const bool whole = co_await read_known_length(x); !whole)
        refused = refusal(408, "the body did not come in time", x.request.path, x.request.request_id);
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
            x.refused_because = decoder.reason();
            co_return refusal(400, decoder.reason(), x.request.path, x.request.request_id);
        }
        const bool more = co_await read_more();
        if (more)
            continue;
        if (!deadline_.fired())
            gone_ = true;
        co_return refusal(408, "the body did not come in time", x.request.path, x.request.request_id);
    }
}

asio::awaitable<reply> session::handle(exchange& x) {
    for (auto& field : x.head.fields)
        if (field.first != "authorization" && field.first != "x-api-key")
            x.request.fields.push_back(std::move(field));
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
    group_->edge.log.error("handler_failed",
                           {{"request_id", x.request.request_id}, {"route", x.route.pattern}, {"what", thrown}});
    co_return fail(x, error(errc::internal).because("the request could not be handled"));
}

} // namespace evalbridge
