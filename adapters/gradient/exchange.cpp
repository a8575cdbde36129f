#include "adapters/gradient/exchange.hpp"

namespace evalbridge::gradient {

boost::asio::awaitable<result<std::string>> exchange(const connection& context, const http_request& request,
                                                     const call& c, asked_for what) {
    auto response = co_await context.vendor_api.send(request, c);
    if (!response) {
        auto why = response.error();
        if (what == asked_for::create && why.request_sent())
            why = std::move(why).retryable(false);
        co_return blame(context, std::move(why));
    }
    if (!is_success(response->status))
        co_return blame(context, decode_error(*response, what, context.time.wall_now(), context.access_token));
    co_return std::move(response->body);
}

error blame(const provider_context& context, error why) {
    why.set_provider_name(context.name);
    return why;
}

} // namespace evalbridge::gradient
