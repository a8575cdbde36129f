#include "upstream/transport/stream.hpp"

#include "upstream/transport/dial.hpp"
#include "upstream/transport/head_reader.hpp"
#include "upstream/transport/resolver.hpp"
#include "upstream/transport/tls.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <limits>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

error broke_off() { return error(errc::provider_unavailable).because("the answer broke off"); }

error nothing_came() { return error(errc::deadline_exceeded).because("nothing came for too long"); }

} // namespace

answer_stream::answer_stream(std::unique_ptr<vendor_connection> on, response_head head, deadline_sweeper& sweeper)
    : on_(std::move(on)), head_(std::move(head)), sweeper_(sweeper),
      chunks_(std::numeric_limits<std::size_t>::max()), // it may go on for as long as it likes, piece by piece
      left_(head_.length), ended_(head_.end == body_end::none || (head_.end == body_end::length && left_ == 0)) {}

std::optional<std::string_view> answer_stream::field(std::string_view name) const { return head_.fields.find(name); }

result<void> answer_stream::take_input(std::string& out) {
    auto& input = on_->input();
    auto used = input.bytes().size();
    if (head_.end == body_end::chunked) {
        const auto state = chunks_.feed(input.bytes(), out, used);
        ended_ = state == chunked_answer_decoder::state::done;
        if (!ended_ && state != chunked_answer_decoder::state::more)
            return error(errc::provider_malformed).because("the answer's chunks are malformed");
    } else {
        if (head_.end == body_end::length)
            used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, used));
        out.append(input.bytes().substr(0, used));
        left_ -= head_.end == body_end::length ? used : 0;
        ended_ = head_.end == body_end::length && left_ == 0;
    }
    input.consume(used);
    return {};
}

asio::awaitable<result<std::string>> answer_stream::next(time_point until) {
    std::string out;
    const auto watch = sweeper_.at(until, [on = on_.get()] { on->close(); });
    while (!ended_) {
        if (auto taken = take_input(out); !taken) {
            ended_ = true;
            co_return taken.error();
        }
        if (!out.empty() || ended_)
            break;
        boost::system::error_code failed;
        const auto space = on_->input().space();
        on_->input().commit(co_await on_->read_some(space, failed));
        if (!failed)
            continue;
        ended_ = true;
        if (watch.fired())
            co_return nothing_came();
        if (failed != asio::error::eof || head_.end != body_end::eof)
            co_return broke_off();
    }
    co_return out;
}

stream_opener::stream_opener(const upstream_options& options, deadline_sweeper& sweeper,
                             std::shared_ptr<resolver> names)
    : options_(options), writer_(options_), sweeper_(sweeper), names_(std::move(names)) {
    if (options_.url.tls)
        tls_.emplace(make_tls_context(options_.ca_file));
}

asio::awaitable<result<std::unique_ptr<answer_stream>>> stream_opener::open(const http_request& request,
                                                                            time_point until) {
    auto head = writer_.head(request);
    if (!head)
        co_return head.error();
    const auto addresses = co_await names_->resolve(options_.url.host, sweeper_, until);
    if (!addresses)
        co_return addresses.error();
    auto made = co_await dial(options_, *addresses, tls_ ? &*tls_ : nullptr, sweeper_, until);
    if (!made)
        co_return made.error();
    auto on = std::move(*made);
    const auto watch = sweeper_.at(until, [held = on.get()] { held->close(); });
    auto answered = co_await ask(*on, std::move(*head));
    if (!answered && watch.fired())
        co_return nothing_came();
    if (!answered)
        co_return answered.error();
    if (answered->coding != content_coding::identity)
        co_return error(errc::provider_malformed).because("the answer has a content coding that was not asked for");
    co_return std::make_unique<answer_stream>(std::move(on), std::move(*answered), sweeper_);
}

asio::awaitable<result<response_head>> stream_opener::ask(vendor_connection& on, std::string head) {
    bool sent = false;
    bool answered = false;
    boost::system::error_code failed;
    co_await on.write(head, {}, sent, failed);
    if (failed && !sent)
        co_return error(errc::provider_unavailable).because("the request could not be sent");
    head_reader reader{on, options_.max_header, false, head.size(), answered};
    co_return co_await reader.read_final_head();
}

} // namespace evalbridge
