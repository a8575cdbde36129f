#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace evalbridge {
namespace {

/// Gives a permit back as abandoned, unless it is given back with what was learned.
class held_permit {
  public:
    held_permit(circuit_breaker& from, const circuit_breaker::permit& p) : from_(from), permit_(p) {}
    held_permit(const held_permit&) = delete;
    held_permit& operator=(const held_permit&) = delete;
    ~held_permit() {
        if (permit_.granted)
            from_.abandoned(permit_);
    }
    /// Whether the breaker's state changed by it.
    bool settle(int learned, time_point now) {
        if (learned == 0)
            return false;
        const auto p = std::exchange(permit_, {});
        return learned > 0 ? from_.failed(p, now) : from_.succeeded(p);
    }

  private:
    circuit_breaker& from_;
    circuit_breaker::permit permit_;
};

class broken_circuit final : public layer {
  public:
    broken_circuit(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), time_(context.time), log_(context.log), state_(state) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        const auto begun = time_.now();
        const auto permit = state_.breaker.ask(begun);
        if (!permit.granted)
            co_return refusal_by_breaker(state_, permit.wait);
        held_permit held(state_.breaker, permit);
        std::optional<call> probe;
        if (permit.probe)
            probe.emplace(probing(c, begun));
        auto outcome = co_await inner().send(request, probe ? *probe : c);
        const auto now = time_.now();
        const auto verdict = judge_attempt(outcome, now - begun, state_.options.breaker, time_.wall_now());
        if (held.settle(verdict.breaker, now))
            tell(verdict.breaker > 0, now, c);
        co_return outcome;
    }

  private:
    /// As long as a probe is under way nobody else is let through, so it waits for no other's room and not for ever.
    call probing(const call& c, time_point now) const {
        call probe = c;
        probe.probes = true;
        probe.urgency = urgency::interactive;
        probe.deadline = std::min<time_point>(c.deadline, now + state_.options.attempt_timeout);
        return probe;
    }

    void tell(bool opened, time_point now, const call& c) {
        if (!opened) {
            log_.info("breaker_closed", {{"provider", state_.name}, {"request_id", c.request_id}});
            return;
        }
        const auto pause = std::chrono::duration<double, std::milli>(state_.breaker.look(now).until_probe).count();
        log_.warning(
            "breaker_opened",
            {{"provider", state_.name}, {"operation", c.operation}, {"request_id", c.request_id}, {"pause_ms", pause}});
    }

    clock& time_;
    logger& log_;
    provider_state& state_;
};

} // namespace

upstream_ptr break_circuit(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<broken_circuit>(context, state, std::move(inner));
}

} // namespace evalbridge
