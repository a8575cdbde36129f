#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

#include <algorithm>
#include <utility>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

/// A request's place in the windows, from its sending to its end.
class place_in_windows {
  public:
    place_in_windows(rate_budget& budget, urgency who) : budget_(&budget), who_(who) {}
    place_in_windows(const place_in_windows&) = delete;
    place_in_windows& operator=(const place_in_windows&) = delete;
    ~place_in_windows() {
        if (budget_)
            budget_->ended(who_);
    }
    void end(time_point now) { std::exchange(budget_, nullptr)->ended(who_, now); }
    void give_back() { std::exchange(budget_, nullptr)->not_sent(who_); }

  private:
    rate_budget* budget_;
    const urgency who_;
};

/// A place in the line of those who wait for room.
class place_in_line {
  public:
    place_in_line(provider_state& state, std::uint64_t ticket)
        : budget_(state.budget), ticket_(ticket), counted_(state.meters.rate_waiting) {}
    place_in_line(const place_in_line&) = delete;
    place_in_line& operator=(const place_in_line&) = delete;
    ~place_in_line() { budget_.leave(ticket_); }

  private:
    rate_budget& budget_;
    const std::uint64_t ticket_;
    const counted_in counted_;
};

class kept_rate final : public layer {
  public:
    kept_rate(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), executor_(context.executor), time_(context.time), closing_(context.closing),
          state_(state) {}

    asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        auto ruling = state_.budget.ask(time_.now(), c.urgency, c.deadline);
        const bool waits = ruling.what == rate_budget::ruling::kind::wait;
        if (waits) {
            const auto after = co_await wait_for_room(ruling);
            if (!after)
                co_return refusal_for_shutdown(state_);
            ruling = *after;
        }
        if (ruling.what == rate_budget::ruling::kind::refuse)
            co_return refused(ruling.retry_after);

        place_in_windows place(state_.budget, c.urgency);
        const auto begun = time_.now();
        if (waits) {
            if (const auto open = refusal_for_open_breaker(state_, c, begun)) {
                place.give_back();
                co_return *open;
            }
        }
        auto outcome = co_await inner().send(request, c);
        const auto now = time_.now();
        if (!outcome && !outcome.error().request_sent())
            place.give_back();
        else
            place.end(now);
        if (outcome)
            state_.budget.told(read_quota(*outcome, time_.wall_now()), now);
        else if (waits)
            blame_wait(outcome, now - begun, state_);
        co_return outcome;
    }

  private:
    /// `go` or `refuse`; nothing when the gateway's time is up.
    asio::awaitable<std::optional<rate_budget::ruling>> wait_for_room(rate_budget::ruling ruling) {
        const place_in_line place(state_, ruling.ticket);
        const auto bell = time_.make_alarm(executor_);
        const auto listening = closing_.on_given([raw = bell.get()] { raw->wake(); });
        while (ruling.what == rate_budget::ruling::kind::wait) {
            if (!closing_.given())
                co_await wait_on(*bell, ruling.look_again);
            if (closing_.given())
                co_return std::nullopt;
            ruling = state_.budget.again(ruling.ticket, time_.now());
        }
        co_return ruling;
    }

    error refused(duration wait) {
        state_.meters.rate_refusals.Increment();
        const auto told =
            std::chrono::ceil<std::chrono::milliseconds>(std::min<duration>(wait, std::chrono::hours(24)));
        return refusal(state_, errc::provider_throttled,
                       "the provider's rate limit leaves no room for this request before its deadline")
            .retry_after(told);
    }

    const asio::any_io_executor executor_;
    clock& time_;
    notice& closing_;
    provider_state& state_;
};

} // namespace

upstream_ptr keep_rate(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<kept_rate>(context, state, std::move(inner));
}

} // namespace evalbridge
