#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

namespace evalbridge {
namespace {

class observed_calls final : public layer {
  public:
    observed_calls(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), time_(context.time), closing_(context.closing), state_(state) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        if (closing_.given()) // nobody would call off what is begun now
            co_return refusal_for_shutdown(state_);
        const auto begun = time_.now();
        auto outcome = co_await inner().send(request, c);
        if (c.waited)
            *c.waited += time_.now() - begun;
        co_return outcome;
    }

  private:
    clock& time_;
    const notice& closing_;
    provider_state& state_;
};

} // namespace

upstream_ptr observe_calls(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<observed_calls>(context, state, std::move(inner));
}

} // namespace evalbridge
