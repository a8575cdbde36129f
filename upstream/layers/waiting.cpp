#include "upstream/layers/waiting.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

error ours(error e, const provider_state& state, std::string detail) {
    e = std::move(e).because(std::move(detail)).refused_here(true);
    e.set_provider_name(state.name);
    return e;
}

} // namespace

void go_on_unless_called_off(const asio::cancellation_state& state) {
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

asio::awaitable<void> wait_on(alarm& bell, time_point when) {
    co_await bell.wait_until(when);
    const auto state = co_await asio::this_coro::cancellation_state;
    go_on_unless_called_off(state);
}

error refusal(const provider_state& state, errc code, std::string detail) {
    return ours(error(code), state, std::move(detail));
}

error refusal_for_load(const provider_state& state, std::string detail) {
    return ours(error(errc::overloaded).retry_after(std::chrono::seconds(1)), state, std::move(detail));
}

error refusal_for_shutdown(const provider_state& state) {
    return refusal_for_load(state, "the gateway is shutting down");
}

error too_many_calls(provider_state& state) {
    state.meters.queue_refusals.Increment();
    return refusal_for_load(state, "too many requests wait for this provider already");
}

error refusal_by_breaker(provider_state& state, duration wait) {
    state.meters.breaker_refusals.Increment();
    return refusal(state, errc::provider_unavailable,
                   "the provider has failed repeatedly and isn't asked until this time has passed")
        .retry_after(std::chrono::ceil<std::chrono::milliseconds>(wait));
}

std::optional<error> refusal_for_open_breaker(provider_state& state, const call& c, time_point now) {
    const auto breaker = state.breaker.look(now);
    if (c.probes || breaker.is == circuit_breaker::state::closed)
        return std::nullopt;
    return refusal_by_breaker(state, std::max<duration>(breaker.until_probe, std::chrono::seconds(1)));
}

error refusal_for_time(const provider_state& state, std::string detail) {
    return ours(error(errc::deadline_exceeded, error_source::gateway), state, std::move(detail));
}

void blame_wait(result<http_response>& outcome, duration attempt_had, const provider_state& state) {
    if (outcome || attempt_had >= state.options.breaker.patience)
        return;
    const auto late = outcome.error();
    if (late.code() == errc::deadline_exceeded && !late.refused_here())
        outcome = refusal_for_time(state, late.detail() + ", most of which went by waiting for a turn")
                      .sent(late.request_sent());
}

} // namespace evalbridge
