#include "upstream/classify.hpp"

#include "base/retry_after.hpp"

#include <utility>

namespace evalbridge {
namespace {

verdict_on_attempt of_answer(const http_response& answer, std::chrono::system_clock::time_point now) {
    verdict_on_attempt out;
    const int status = answer.status;
    if (status == 401 || status == 402 || status == 403) {
        out.what = attempt_class::rejected;
        return out;
    }
    if (status == 429) {
        // It answers, so it isn't sick; nor does a refusal show that it would do its part.
        out.what = attempt_class::throttled;
        out.breaker = 0;
    } else if (status == 408) {
        // It gave up waiting for our bytes: as likely the way there as the provider.
        out.what = attempt_class::failed;
        out.breaker = 0;
    } else if (status >= 500) {
        out.what = attempt_class::failed;
        out.breaker = 1;
    } else {
        return out;
    }
    out.retryable = true;
    if (const auto told = answer.field("retry-after"))
        out.retry_after = parse_retry_after(*told, now);
    return out;
}

struct error_row {
    errc code;
    attempt_class what;
    bool retryable;
    int breaker;
};

// What a failure below the layers means; codes that aren't here are faults of ours.
constexpr error_row error_rows[] = {
    {errc::provider_rejected, attempt_class::rejected, false, -1},
    {errc::provider_malformed, attempt_class::malformed, false, 1},
    {errc::provider_throttled, attempt_class::throttled, true, 0},
    {errc::provider_unavailable, attempt_class::unreachable, true, 1},
    {errc::deadline_exceeded, attempt_class::out_of_time, false, 0},
};

verdict_on_attempt of_error(const error& failed, duration took, const breaker_options& breaker) {
    verdict_on_attempt out;
    out.what = attempt_class::internal;
    out.breaker = 0;
    out.request_sent = failed.request_sent();
    if (failed.code() == errc::overloaded || (failed.refused_here() && !failed.request_sent())) {
        out.what = attempt_class::refused_here;
        return out;
    }
    for (const auto& row : error_rows)
        if (row.code == failed.code()) {
            out.what = row.what;
            if (failed.refused_here())
                return out;
            out.retryable = row.retryable;
            out.breaker = row.breaker;
            out.retry_after = failed.retry_after();
        }
    if (out.what == attempt_class::out_of_time && failed.request_sent() && took >= breaker.patience)
        out.breaker = 1;
    return out;
}

constexpr std::pair<attempt_class, std::string_view> names[] = {
    {attempt_class::answered, "answered"},       {attempt_class::rejected, "rejected"},
    {attempt_class::throttled, "throttled"},     {attempt_class::failed, "failed"},
    {attempt_class::unreachable, "unreachable"}, {attempt_class::malformed, "malformed"},
    {attempt_class::out_of_time, "out_of_time"}, {attempt_class::refused_here, "refused_here"},
    {attempt_class::internal, "internal"},
};

} // namespace

std::string_view name_of(attempt_class what) {
    for (const auto& [each, name] : names)
        if (each == what)
            return name;
    return "internal";
}

verdict_on_attempt judge_attempt(const result<http_response>& outcome, duration took, const breaker_options& breaker,
                                 std::chrono::system_clock::time_point now) {
    return outcome ? of_answer(*outcome, now) : of_error(outcome.error(), took, breaker);
}

std::optional<errc> failure_of(const result<http_response>& outcome) {
    if (!outcome)
        return outcome.error().code();
    const int status = outcome->status;
    if (status == 401 || status == 402 || status == 403)
        return errc::provider_rejected;
    if (status == 429)
        return errc::provider_throttled;
    if (status == 408 || status >= 500)
        return errc::provider_unavailable;
    return std::nullopt;
}

} // namespace evalbridge
