#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>

namespace evalbridge {
namespace {

void replace_all(std::string& text, const std::string& what, std::string_view by) {
    for (auto at = text.find(what); !what.empty() && at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

/// For clients: where a provider is, is in the log and nobody else's business.
error without_address(error e, const base_url& url) {
    auto detail = e.detail();
    replace_all(detail, url.authority(), "the provider");
    if (url.host.find_first_of(".:") != std::string::npos) // else it may be a word that stands there for itself
        replace_all(detail, url.host, "the provider");
    return std::move(e).because(std::move(detail));
}

class observed_attempts final : public layer {
  public:
    observed_attempts(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), time_(context.time), log_(context.log), closing_(context.closing), state_(state) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        const auto begun = time_.now();
        auto outcome = co_await inner().send(request, c);
        // An attempt that was called off looks like one that broke off, and is nobody's failure.
        const auto called_off = co_await boost::asio::this_coro::cancellation_state;
        go_on_unless_called_off(called_off);
        // What is called off at the end of a drain looks like a provider that doesn't answer, and is our doing.
        if (!outcome && closing_.given())
            co_return refusal_for_shutdown(state_).sent(outcome.error().request_sent());
        if (!outcome) {
            auto named = std::move(outcome).error();
            named.set_provider_name(state_.name);
            outcome = std::move(named);
        }
        judge(outcome, begun, c);
        if (!outcome)
            co_return without_address(std::move(outcome).error(), state_.options.url);
        co_return outcome;
    }

  private:
    void judge(const result<http_response>& outcome, time_point begun, const call& c) {
        const auto now = time_.now();
        const auto what = judge_attempt(outcome, now - begun, state_.options.breaker, time_.wall_now()).what;
        state_.meters.attempt(c.operation, what, now - begun);
        if (what == attempt_class::answered)
            state_.latency.add(now - begun, now);
        if (const auto failure = failure_of(outcome)) {
            tell(outcome, *failure, what, c, now - begun);
            remember(outcome, *failure, c);
        }
    }

    void remember(const result<http_response>& outcome, errc failure, const call& c) {
        last_failure::record last;
        last.code = failure;
        last.operation = c.operation;
        if (outcome)
            last.status = outcome->status;
        last.at = time_.wall_now();
        state_.failure.set(std::move(last));
    }

    /// Of an answer nothing is told but its status: the rest is the vendor's text.
    void tell(const result<http_response>& outcome, errc failure, attempt_class what, const call& c, duration took) {
        const auto duration_ms = std::chrono::duration<double, std::milli>(took).count();
        if (outcome)
            log_.warning("upstream_attempt_failed", {{"provider", state_.name},
                                                     {"operation", c.operation},
                                                     {"request_id", c.request_id},
                                                     {"code", name_of(failure)},
                                                     {"class", name_of(what)},
                                                     {"duration_ms", duration_ms},
                                                     {"status", outcome->status}});
        else
            log_.warning("upstream_attempt_failed", {{"provider", state_.name},
                                                     {"operation", c.operation},
                                                     {"request_id", c.request_id},
                                                     {"code", name_of(failure)},
                                                     {"class", name_of(what)},
                                                     {"duration_ms", duration_ms},
                                                     {"detail", outcome.error().detail()},
                                                     {"request_sent", outcome.error().request_sent()}});
    }

    clock& time_;
    logger& log_;
    const notice& closing_;
    provider_state& state_;
};

} // namespace

upstream_ptr observe_attempts(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<observed_attempts>(context, state, std::move(inner));
}

} // namespace evalbridge
