#include "upstream/layers/layers.hpp"
#include "upstream/layers/waiting.hpp"

namespace evalbridge {
namespace {

class one_more {
  public:
    explicit one_more(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
    one_more(const one_more&) = delete;
    one_more& operator=(const one_more&) = delete;
    ~one_more() { --*count_; }

  private:
    const std::shared_ptr<std::size_t> count_;
};

class observed_calls final : public upstream {
  public:
    observed_calls(const layer_context& context, provider_state& state, upstream_ptr inner)
        : time_(context.time), closing_(context.closing), max_calls_(context.max_calls), state_(state),
          inner_(std::move(inner)) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        if (closing_.given()) // nobody would call off what is begun now
            co_return refusal_for_shutdown(state_);
        if (*calls_ >= max_calls_)
            co_return too_many();
        const one_more counted(calls_);
        const auto begun = time_.now();
        auto outcome = co_await inner_->send(request, c);
        if (c.waited)
            *c.waited += time_.now() - begun;
        co_return outcome;
    }

    void keep(const http_request& request, const call& c, http_response answer, lasting how_long) override {
        inner_->keep(request, c, std::move(answer), how_long);
    }

  private:
    error too_many() {
        state_.meters.queue_refusals.Increment();
        return refusal_for_load(state_, "too many requests wait for this provider already");
    }

    clock& time_;
    const notice& closing_;
    const std::size_t max_calls_;
    /// Shared with those under way: a suspended call may be destroyed, by its io_context, after the layer.
    const std::shared_ptr<std::size_t> calls_ = std::make_shared<std::size_t>(0);
    provider_state& state_;
    const upstream_ptr inner_;
};

} // namespace

upstream_ptr observe_calls(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<observed_calls>(context, state, std::move(inner));
}

} // namespace evalbridge
