#include "upstream/layers/layer.hpp"
#include "upstream/layers/waiting.hpp"

namespace evalbridge {
namespace {

/// One more, for as long as it lives.
class one_more {
  public:
    explicit one_more(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
    one_more(const one_more&) = delete;
    one_more& operator=(const one_more&) = delete;
    ~one_more() { --*count_; }

  private:
    const std::shared_ptr<std::size_t> count_;
};

class limited_calls final : public layer {
  public:
    limited_calls(const layer_context& context, provider_state& state, upstream_ptr inner)
        : layer(std::move(inner)), max_calls_(context.max_calls), state_(state) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        if (c.urgency != urgency::interactive) // holds no place of a request
            co_return co_await inner().send(request, c);
        if (*calls_ >= max_calls_)
            co_return too_many_calls(state_);
        const one_more counted(calls_);
        co_return co_await inner().send(request, c);
    }

  private:
    const std::size_t max_calls_;
    provider_state& state_;
    /// Shared with those under way: a suspended call may be destroyed, by its io_context, after the layer.
    const std::shared_ptr<std::size_t> calls_ = std::make_shared<std::size_t>(0);
};

} // namespace

upstream_ptr limit_calls(const layer_context& context, provider_state& state, upstream_ptr inner) {
    return std::make_unique<limited_calls>(context, state, std::move(inner));
}

} // namespace evalbridge
