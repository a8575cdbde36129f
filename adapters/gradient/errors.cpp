#include "adapters/gradient/errors.hpp"

#include "base/foreign_text.hpp"
#include "base/retry_after.hpp"
#include "mapping/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace evalbridge::gradient {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_word = 100;
/// A 429 that tells no time is mostly the minute's limit, of which room comes back all the time.
constexpr milliseconds short_delay = std::chrono::seconds(5);
/// Requests a minute; a told limit beyond it is the hour's.
constexpr std::int64_t minute_limit = 250;

/// Personal, OAuth and refresh tokens.
constexpr credential_shape token_shapes[] = {{"dop_v1_", 0, true}, {"doo_v1_", 0, true}, {"dor_v1_", 0, true}};

hidden_text hiding(const secret& token) { return {token, token_shapes, "[token]"}; }

/// A member of another type is as good as absent.
std::string text_of(json_reader& in, std::string_view key) {
    auto member = in[key];
    return member.type() == json_reader::kind::string ? member.string() : std::string();
}

void read_body(const http_response& response, const secret& token, provider_answer& answer) {
    json_document document(response.body);
    auto root = document.root();
    if (!root.is_object())
        return;
    const auto hide = hiding(token);
    auto code = shown(text_of(root, "id"), hide, max_word);
    auto message = shown(text_of(root, "message"), hide);
    auto request_id = shown(text_of(root, "request_id"), hide, max_word);
    if (!document.finish())
        return; // half an error object is a proxy's page or a cut answer: nothing of it is the vendor's word
    answer.code = std::move(code);
    answer.message = std::move(message);
    answer.request_id = std::move(request_id);
}

/// A body that the vendor's API wouldn't write: its edge answers such requests with a page of its own.
bool is_from_the_edge(const http_response& response) {
    if (response.field("content-type").value_or("").find("json") != std::string_view::npos)
        return false;
    json_document document(response.body);
    auto root = document.root();
    const bool is_json = root.is_object() || root.is_array();
    return !is_json || !document.finish();
}

std::optional<std::int64_t> number_in(const http_response& response, std::string_view field) {
    const auto text = response.field(field);
    std::int64_t number = 0;
    if (!text)
        return {};
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failed != std::errc() || end != text->data() + text->size())
        return {};
    return number;
}

milliseconds until(std::int64_t epoch_seconds, std::chrono::system_clock::time_point now) {
    constexpr std::int64_t furthest = 100'000'000'000; // the year 5138: keeps the arithmetic inside 64 bits
    const auto seconds = std::clamp<std::int64_t>(epoch_seconds, 0, furthest);
    return milliseconds(seconds * 1000) - std::chrono::floor<milliseconds>(now.time_since_epoch());
}

/// Whether a 429 is the hourly limit's, which is what the `ratelimit` fields tell of. The minute's limit has none of
/// its own, and with most of the hour's left its reset is an hour away for nothing.
bool is_of_the_hour(const http_response& response, const provider_answer& answer) {
    if (const auto remaining = number_in(response, "ratelimit-remaining"))
        return *remaining == 0;
    if (const auto limit = number_in(response, "ratelimit-limit"))
        return *limit > minute_limit;
    return answer.message && answer.message->find("hour") != std::string::npos;
}

std::optional<milliseconds> delay_told(const http_response& response, const provider_answer& answer,
                                       std::chrono::system_clock::time_point now) {
    if (const auto field = response.field("retry-after"))
        if (const auto delay = parse_retry_after(*field, now))
            return delay;
    if (response.status != 429)
        return {};
    // The reset is when the oldest request leaves the window.
    if (const auto reset = number_in(response, "ratelimit-reset"); reset && is_of_the_hour(response, answer))
        if (const auto delay = until(*reset, now); delay > milliseconds(0))
            return std::min(delay, longest_retry_after);
    return short_delay;
}

struct refusal {
    int status;
    errc code;
    std::string_view detail;
};

constexpr refusal refusals[] = {
    {401, errc::provider_rejected, "The provider refused our credential."},
    {403, errc::provider_rejected, "The provider's credential lacks the permission for this."},
    {404, errc::not_found, "The provider knows no such run or item."},
    {408, errc::provider_unavailable, "The provider timed out."},
    {429, errc::provider_throttled, "The provider's rate limit is used up."},
};

constexpr refusal blocked = {403, errc::provider_rejected, "The request was blocked at the provider's edge."};

constexpr refusal create_refusals[] = {
    {400, errc::unsupported, "The provider refused what the run asks for."},
    {404, errc::not_found, "The provider knows no such test case or agent."},
    {409, errc::unsupported, "The provider can't start this run in its present state."},
    {422, errc::unsupported, "The provider refused what the run asks for."},
};

refusal judge(int status, asked_for what) {
    if (what == asked_for::create)
        for (const auto& each : create_refusals)
            if (each.status == status)
                return each;
    for (const auto& each : refusals)
        if (each.status == status)
            return each;
    if (status >= 500)
        return {status, errc::provider_unavailable, "The provider failed to answer."};
    return {status, errc::provider_malformed, "The provider gave an answer that its API doesn't have."};
}

/// Whether the vendor may have started a run although it answered so: not when it refused in so many words.
bool may_have_started(int status) { return status >= 500 || status == 408 || status < 400; }

} // namespace

bool is_success(int status) { return status >= 200 && status < 300; }

std::optional<std::string> request_id_of(const http_response& response, const secret& token) {
    const auto field = response.field("x-request-id");
    return field ? shown(*field, hiding(token), max_word) : std::nullopt;
}

error decode_error(const http_response& response, asked_for what, std::chrono::system_clock::time_point now,
                   const secret& token) {
    provider_answer answer;
    answer.status = response.status;
    read_body(response, token, answer);
    if (!answer.request_id)
        answer.request_id = request_id_of(response, token);
    const auto delay = delay_told(response, answer, now);
    const auto row = response.status == 403 && is_from_the_edge(response) ? blocked : judge(response.status, what);
    auto out = error(row.code, row.code == errc::not_found ? error_source::client : error_source::provider)
                   .because(std::string(row.detail))
                   .from_provider(std::move(answer));
    if (delay)
        out = std::move(out).retry_after(*delay);
    if (row.code == errc::provider_malformed && response.status >= 400)
        out = std::move(out).retryable(false);
    if (what == asked_for::create && may_have_started(response.status))
        out = std::move(out).sent().retryable(false);
    return out;
}

error malformed(error why, asked_for what) {
    if (what == asked_for::create)
        return std::move(why).sent().retryable(false);
    return why;
}

} // namespace evalbridge::gradient
