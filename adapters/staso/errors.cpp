#include "adapters/staso/errors.hpp"

#include "adapters/staso/error_message.hpp"
#include "base/retry_after.hpp"

namespace evalbridge::staso {
namespace {

struct refusal_row {
    int status;
    errc code;
    std::string_view detail;
};

// What a status means whatever was asked. 402 and 403 cover plan, permission and workspace.
constexpr refusal_row refusals[] = {
    {401, errc::provider_rejected, "The provider refused the credential it is configured with."},
    {402, errc::provider_rejected, "The provider's plan doesn't cover this."},
    {403, errc::provider_rejected, "The provider's credential isn't allowed to do this."},
    {408, errc::provider_unavailable, "The provider gave up waiting for the request."},
    {429, errc::provider_throttled, "The provider's rate limit is used up."},
};

// A body that the vendor's API wouldn't write: its edge answers such requests with a page of its own.
bool is_from_the_edge(const http_response& response) {
    const auto type = response.field("Content-Type").value_or("");
    return type.find("json") == std::string_view::npos && !is_json(response.body);
}

error classified(const http_response& response, operation what) {
    const auto status = response.status;
    if (status == 403 && is_from_the_edge(response))
        return error(errc::provider_rejected).because("The request was blocked at the provider's edge.");
    for (const auto& row : refusals)
        if (row.status == status)
            return error(row.code).because(std::string(row.detail));
    if (status >= 500)
        return error(errc::provider_unavailable).because("The provider failed to answer.");

    // The list is a guess of ours: a server without it says so in one of these ways.
    if (what == operation::list_runs && (status == 404 || status == 405 || status == 410))
        return error(errc::unsupported, error_source::provider)
            .because("The provider has no list of runs where its configuration says (paths.list).");
    const bool creating = what == operation::create_run;
    if (!creating && (status == 404 || status == 410))
        return error(errc::not_found).because("The provider has no such run.");
    // An id in a form that the vendor doesn't use is refused as bad input, and is no run of its either.
    if (what == operation::get_run && (status == 400 || status == 422))
        return error(errc::not_found).because("The provider has no such run.");
    if (creating && (status == 400 || status == 409 || status == 422))
        return error(errc::unsupported, error_source::provider).because("The provider refused the run.");
    if (what == operation::cancel_run && (status == 400 || status == 409 || status == 422))
        return error(errc::conflict).because("The provider refused to cancel the run.");
    return error(errc::provider_malformed)
        .because("The provider answered with status " + std::to_string(status) + ", which this request has no use for.")
        .retryable(false);
}

} // namespace

std::optional<std::string> request_id_of(const http_response& response, const secret& api_key) {
    for (const std::string_view name : {"X-Request-Id", "Request-Id", "CF-Ray"})
        if (const auto value = response.field(name))
            if (auto id = fit_to_show(*value, api_key))
                return id;
    return {};
}

error decode_error(const http_response& response, operation what, const error_context& context) {
    auto read = read_error_body(response.body, context.api_key);
    provider_answer answer;
    answer.status = response.status;
    answer.code = std::move(read.code);
    answer.message = std::move(read.message);
    answer.request_id = request_id_of(response, context.api_key);

    auto e = classified(response, what).from_provider(std::move(answer));
    if (const auto after = response.field("Retry-After"); after && e.retryable())
        if (const auto delay = parse_retry_after(*after, context.now))
            e = std::move(e).retry_after(*delay);
    // A refusal (4xx) starts nothing. Anything else may have, and the vendor has no idempotency key to ask again with.
    const bool refused = response.status >= 400 && response.status < 500 && response.status != 408;
    if (what == operation::create_run && !refused)
        e = std::move(e).sent().retryable(false);
    return e;
}

error unreadable_create(error cause) { return std::move(cause).sent().retryable(false); }

} // namespace evalbridge::staso
