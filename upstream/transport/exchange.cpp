#include "upstream/transport/exchange.hpp"

#include "base/crash_point.hpp"
#include "upstream/transport/body.hpp"
#include "upstream/transport/head_reader.hpp"

namespace evalbridge {

namespace asio = boost::asio;

asio::awaitable<exchanged> exchange(vendor_connection& on, bool reused, std::string_view head, std::string_view body,
                                    exchange_limits limits) {
    exchanged outcome;
    boost::system::error_code not_written;
    co_await on.write(head, body, outcome.sent, not_written);
    if (not_written && !outcome.sent) {
        outcome.answer = error(errc::provider_unavailable).because("the request could not be sent");
        co_return outcome;
    }
    if (limits.once)
        crash_point("after_send");

    // Also where the request did not get through to its end: a vendor that refuses a request may say so and close
    // before it has read all of it.
    head_reader reader{on, limits.max_header, reused, head.size() + body.size(), outcome.answered};
    auto read = co_await reader.read_final_head();
    if (!read) {
        outcome.answer = std::move(read).error();
        co_return outcome;
    }
    http_response response;
    response.status = read->status;
    response.fields = std::move(read->fields);
    std::string content;
    auto ended = co_await read_body(on, *read, limits.max_body, content);
    if (ended)
        ended = unpack_body(read->coding, limits.max_body, content);
    if (!ended) {
        outcome.answer = std::move(ended).error();
        co_return outcome;
    }
    response.body = std::move(content);
    // Bytes behind the answer are nobody's: they may be meant for an earlier caller, or made up for the next.
    outcome.reusable = read->keep_alive && !not_written && on.input().empty();
    outcome.answer = std::move(response);
    co_return outcome;
}

} // namespace evalbridge
