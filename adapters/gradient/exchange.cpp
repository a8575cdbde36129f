#include "adapters/gradient/exchange.hpp"

namespace evalbridge::gradient {
namespace {

std::optional<lasting> for_good_if(bool ended) { return ended ? std::optional(lasting::for_good) : std::nullopt; }

} // namespace

boost::asio::awaitable<result<http_response>> exchange(const connection& context, const http_request& request,
                                                       const call& c, asked_for what) {
    auto response = co_await context.vendor_api.send(request, c);
    if (!response) {
        auto why = std::move(response).error();
        if (what == asked_for::create && why.request_sent())
            why = std::move(why).retryable(false);
        co_return blame(context, std::move(why));
    }
    if (!is_success(response->status))
        co_return blame(context, decode_error(*response, what, context.time.wall_now(), context.access_token));
    co_return response;
}

error blame(const provider_context& context, error why) {
    why.set_provider_name(context.name);
    return why;
}

error blame(const connection& context, const http_response& answer, error why) {
    if (why.code() == errc::provider_malformed && !why.provider()) {
        provider_answer told;
        told.status = answer.status;
        told.request_id = request_id_of(answer, context.access_token);
        why = std::move(why).from_provider(std::move(told));
    }
    return blame(context, std::move(why));
}

std::optional<lasting> stays_true(const run& r, const call&) { return for_good_if(is_terminal(r.status)); }

std::optional<lasting> stays_true(const run_list&, const call&) { return {}; }

std::optional<lasting> stays_true(const results_page& page, const call& c) {
    const bool tells = page.run && page.run->status != run_status::unknown;
    return for_good_if(tells ? is_terminal(page.run->status) : c.run_has_ended);
}

std::optional<lasting> stays_true(const run_result&, const call& c) { return for_good_if(c.run_has_ended); }

std::optional<lasting> stays_true(const metric_catalogue&, const call&) { return lasting::catalogue; }
std::optional<lasting> stays_true(const test_case&, const call&) { return lasting::catalogue; }

} // namespace evalbridge::gradient
