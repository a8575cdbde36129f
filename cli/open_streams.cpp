#include "cli/open_streams.hpp"

#include "base/retry_after.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace evalbridge::cli {
namespace {

constexpr std::size_t longest_refusal = 1024 * 1024; ///< bytes of a problem document

/// The gateway's wait, an hour at most: a person sits there.
std::optional<std::chrono::milliseconds> read_wait(std::optional<std::string_view> field) {
    const auto wait = field ? parse_retry_after(*field, std::chrono::system_clock::now()) : std::nullopt;
    return wait ? std::optional(std::min<std::chrono::milliseconds>(*wait, std::chrono::hours(1))) : std::nullopt;
}

template <class Message> answer head_of(int status, const Message& got) {
    answer out;
    out.status = status;
    out.content_type = got.field("content-type").value_or("");
    out.retry_after = read_wait(got.field("retry-after"));
    if (const auto terminal = got.field("x-run-terminal"))
        out.run_terminal = *terminal == "true";
    return out;
}

/// To the transport whoever it asks is a provider.
std::string in_the_gateways_terms(std::string text) {
    constexpr std::string_view other = "the provider";
    for (auto at = text.find(other); at != std::string::npos; at = text.find(other, at))
        text.replace(at, other.size(), "the gateway");
    return text;
}

} // namespace

answer answer_of(const http_response& got) {
    auto out = head_of(got.status, got);
    out.body = got.body;
    return out;
}

answer answer_of(const error& why) {
    answer out;
    out.failure = why.detail().empty() ? std::string(name_of(why.code())) : in_the_gateways_terms(why.detail());
    out.sent = why.request_sent();
    if (out.sent)
        out.failure += " (the request may have reached it)";
    return out;
}

open_streams::open_streams(boost::asio::any_io_executor executor, const upstream_options& options,
                           deadline_sweeper& sweeper, std::shared_ptr<resolver> names, clock& time,
                           stream_patience patience)
    : executor_(executor), opener_(options, sweeper, std::move(names)), time_(time), patience_(patience),
      bell_(time.make_alarm(executor)) {}

void open_streams::open(std::size_t number, http_request request) {
    wanted_.insert(number);
    boost::asio::co_spawn(executor_, read(shared_from_this(), number, std::move(request)), boost::asio::detached);
}

void open_streams::leave(std::size_t number) {
    wanted_.erase(number);
    std::erase_if(came_, [number](const arrival& each) { return each.stream == number; });
}

boost::asio::awaitable<arrival> open_streams::next(time_point until) {
    while (came_.empty())
        if (co_await bell_->wait_until(until))
            break;
    arrival out;
    if (!came_.empty()) {
        out = std::move(came_.front());
        came_.pop_front();
    }
    co_return out;
}

bool open_streams::tell(std::size_t number, arrival::kind what, std::string bytes, answer got) {
    if (!wanted_.contains(number))
        return false;
    came_.push_back({what, number, std::move(bytes), std::move(got)});
    bell_->wake();
    return true;
}

boost::asio::awaitable<void> open_streams::read(std::shared_ptr<open_streams> self, std::size_t number,
                                                http_request request) {
    using kind = arrival::kind;
    auto opened = co_await self->opener_.open(request, self->time_.now() + self->patience_.to_open);
    if (!opened) {
        self->tell(number, kind::failed, {}, answer_of(opened.error()));
        co_return;
    }
    auto& from = **opened;
    if (from.status() != 200) {
        co_await self->read_refusal(number, from);
        co_return;
    }
    if (!self->tell(number, kind::opened, {}, head_of(from.status(), from)))
        co_return;
    for (;;) {
        auto piece = co_await from.next(self->time_.now() + self->patience_.silence);
        if (!piece) {
            self->tell(number, kind::failed, {}, answer_of(piece.error()));
            co_return;
        }
        if (piece->empty()) {
            self->tell(number, kind::ended, {}, {});
            co_return;
        }
        if (!self->tell(number, kind::bytes, std::move(*piece), {}))
            co_return;
    }
}

boost::asio::awaitable<void> open_streams::read_refusal(std::size_t number, answer_stream& from) {
    auto got = head_of(from.status(), from);
    const auto until = time_.now() + patience_.to_open;
    while (got.body.size() <= longest_refusal) {
        auto piece = co_await from.next(until);
        if (!piece || piece->empty()) // what came of a refusal says enough
            break;
        got.body += *piece;
    }
    tell(number, arrival::kind::failed, {}, std::move(got));
}

} // namespace evalbridge::cli
