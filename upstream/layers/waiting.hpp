#pragma once
// What the layers that make a call wait have in common.

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/metrics.hpp"
#include "upstream/provider_state.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>

#include <optional>
#include <string>

namespace evalbridge {

/// Until `when`, or until somebody wakes it. Throws operation_aborted when the coroutine was called off.
boost::asio::awaitable<void> wait_on(alarm& bell, time_point when);
/// Throws operation_aborted when the coroutine, whose state this is, was called off: what it got last may come of no
/// more than that.
void go_on_unless_called_off(const boost::asio::cancellation_state& state);

/// A refusal of ours: marked as such, with the provider's name, nothing sent.
error refusal(const provider_state& state, errc code, std::string detail);
/// The same where it is the gateway that has no room, or no time any more.
error refusal_for_load(const provider_state& state, std::string detail);
error refusal_for_shutdown(const provider_state& state);
/// What waited with us while the breaker opened isn't sent after all, unless it is the probe. Nothing while the breaker
/// is closed.
std::optional<error> refusal_for_open_breaker(provider_state& state, const call& c, time_point now);
/// A call that the breaker stops, for so long.
error refusal_by_breaker(provider_state& state, duration wait);
/// The provider has as many calls as it may have.
error too_many_calls(provider_state& state);
/// The deadline came while the call waited with us.
error refusal_for_time(const provider_state& state, std::string detail);

/// An outcome of an attempt that had to wait with us before it began. Where the deadline came before the provider had
/// `patience`, it was our wait that took the time, and the error says so.
void blame_wait(result<http_response>& outcome, duration attempt_had, const provider_state& state);

/// One more, for as long as it lives.
class counted_in {
  public:
    explicit counted_in(metrics::gauge& level) : level_(level) { level_.Increment(); }
    counted_in(const counted_in&) = delete;
    counted_in& operator=(const counted_in&) = delete;
    ~counted_in() { level_.Decrement(); }

  private:
    metrics::gauge& level_;
};

} // namespace evalbridge
