#include "adapters/staso/client.hpp"

namespace evalbridge::staso {

client::client(const provider_context& context, const options& o)
    : name_(context.name), upstream_(context.vendor_api), time_(context.time), options_(o) {}

boost::asio::awaitable<result<http_response>> client::send(const http_request& request, operation what, const call& c) {
    auto answer = co_await upstream_.send(request, c);
    if (!answer) {
        auto e = named(std::move(answer).error());
        if (what == operation::create_run && e.request_sent())
            e = std::move(e).retryable(false);
        co_return e;
    }
    if (answer->status >= 200 && answer->status < 300)
        co_return std::move(*answer);
    const error_context context{time_.wall_now(), options_.api_key};
    co_return named(decode_error(*answer, what, context));
}

error client::named(error e) const {
    e.set_provider_name(name_);
    return e;
}

error client::named(error e, const http_response& answer) const {
    if (e.code() == errc::provider_malformed && !e.provider()) {
        provider_answer told;
        told.status = answer.status;
        told.request_id = request_id_of(answer, options_.api_key);
        e = std::move(e).from_provider(std::move(told));
    }
    return named(std::move(e));
}

} // namespace evalbridge::staso
