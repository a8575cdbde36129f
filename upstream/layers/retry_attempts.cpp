#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

namespace evalbridge {
namespace {

namespace asio = boost::asio;

class retried_attempts final : public layer {
  public:
    retried_attempts(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), context_(context), state_(state) {}

    asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        retry_budget::active_call active(state_.retries);
        bool sent = false;
        for (unsigned made = 1;; ++made) {
            const auto begun = context_.time.now();
            auto outcome = co_await inner().send(request, c);
            active.end_retry();
            const auto now = context_.time.now();
            const auto verdict = judge_attempt(outcome, now - begun, state_.options.breaker, context_.time.wall_now());
            sent = sent || verdict.request_sent;
            const auto wait = wait_before_retry(verdict, made, c, now, state_.options.retry, context_.chance);
            if (!wait || !may_retry(active)) {
                if (!outcome && sent)
                    outcome = std::move(outcome).error().sent();
                co_return outcome;
            }
            tell(verdict.what, made, *wait, c);
            if (!co_await pause(now + *wait))
                co_return refusal_for_shutdown(state_).sent(sent);
            state_.meters.retries.Increment();
        }
    }

  private:
    bool may_retry(retry_budget::active_call& active) {
        if (active.begin_retry())
            return true;
        state_.meters.retries_refused.Increment();
        return false;
    }

    /// False when the gateway's time is up.
    asio::awaitable<bool> pause(time_point until) {
        const auto bell = context_.time.make_alarm(context_.executor);
        const auto listening = context_.closing.on_given([raw = bell.get()] { raw->wake(); });
        while (!context_.closing.given() && context_.time.now() < until)
            co_await wait_on(*bell, until);
        co_return !context_.closing.given();
    }

    void tell(attempt_class what, unsigned made, duration wait, const call& c) {
        if (!context_.log.enabled(log_level::debug))
            return;
        const auto wait_ms = std::chrono::duration<double, std::milli>(wait).count();
        context_.log.debug("upstream_retry", {{"provider", state_.name},
                                              {"operation", c.operation},
                                              {"request_id", c.request_id},
                                              {"class", name_of(what)},
                                              {"attempts_made", made},
                                              {"wait_ms", wait_ms}});
    }

    const layer_context context_;
    provider_state& state_;
};

} // namespace

upstream_ptr retry_attempts(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<retried_attempts>(context, state, std::move(inner));
}

} // namespace evalbridge
