#include "upstream/layers/layer.hpp"

namespace evalbridge {
namespace {

class cached_answers final : public layer {
  public:
    cached_answers(const layer_context& context, provider_state& state, std::string credential, upstream_ptr inner)
        : layer(std::move(inner)), time_(context.time), state_(state), credential_(std::move(credential)) {}

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override {
        if (request.method == http_method::get) {
            write_key(request, key_);
            const auto kept = state_.cache.find(key_, time_.now());
            if (kept && kept->body.size() <= c.max_body) {
                state_.meters.cache_hits.Increment();
                co_return *kept;
            }
        }
        co_return co_await inner().send(request, c);
    }

    /// What is kept might have been in the cache and wasn't: so this, and not the asking, is the miss.
    void keep(const http_request& request, const call& c, http_response answer, lasting how_long) override {
        if (request.method != http_method::get || c.read_once)
            return;
        const auto now = time_.now();
        std::string key;
        write_key(request, key);
        // An answer that came from here is told of again each time it is decoded, and isn't a newer one for that.
        if (state_.cache.find(key, now))
            return;
        state_.meters.cache_misses.Increment();
        const auto& options = state_.options.cache;
        const duration span = how_long == lasting::for_good ? options.ended : options.offers;
        state_.cache.put(std::move(key), std::move(answer), now + span);
    }

  private:
    /// All that decides on an answer, each part with its length, so that no two requests have the same key.
    void write_key(const http_request& request, std::string& key) const {
        key.clear();
        const auto add = [&key](std::string_view part) {
            const auto size = part.size();
            key.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
        };
        add(credential_);
        add(name_of(request.method));
        add(request.target);
        for (const auto& each : request.fields) {
            add(each.name);
            add(each.value);
        }
        add(request.body);
    }

    clock& time_;
    provider_state& state_;
    const std::string credential_;
    std::string key_; ///< kept for its memory
};

} // namespace

upstream_ptr cache_answers(const layer_context& context, provider_state& state, std::string credential,
                           upstream_ptr inner) {
    if (state.options.cache.size == 0)
        return inner;
    return std::make_unique<cached_answers>(context, state, std::move(credential), std::move(inner));
}

} // namespace evalbridge
