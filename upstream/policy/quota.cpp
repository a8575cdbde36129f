#include "upstream/policy/rate_budget.hpp"

#include "base/retry_after.hpp"

#include <charconv>
#include <limits>

namespace evalbridge {
namespace {

using std::chrono::milliseconds;

/// Digits and nothing else.
std::optional<std::uint64_t> number(const http_response& answer, std::string_view name) {
    const auto text = answer.field(name);
    std::uint64_t value = 0;
    if (!text || text->empty())
        return std::nullopt;
    const auto* const end = text->data() + text->size();
    const auto [stop, failed] = std::from_chars(text->data(), end, value);
    if (failed != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

std::optional<std::uint32_t> count(const http_response& answer, std::string_view name) {
    const auto value = number(answer, name);
    if (!value || *value > std::numeric_limits<std::uint32_t>::max())
        return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

/// Seconds since 1970, or from now: as dates, smaller numbers would lie before 2001.
std::optional<milliseconds> reset(const http_response& answer, std::chrono::system_clock::time_point now) {
    constexpr std::uint64_t least_date = 1'000'000'000;
    constexpr std::uint64_t most_date = 100'000'000'000;
    const auto value = number(answer, "ratelimit-reset");
    if (!value || *value > most_date)
        return std::nullopt;
    milliseconds wait = std::chrono::seconds(*value);
    if (*value >= least_date)
        wait -= std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
    if (wait > longest_retry_after)
        return std::nullopt;
    return std::max(wait, milliseconds(0));
}

} // namespace

quota_told read_quota(const http_response& answer, std::chrono::system_clock::time_point now) {
    quota_told out;
    out.throttled = answer.status == 429;
    if (out.throttled)
        if (const auto text = answer.field("retry-after"))
            out.retry_after = parse_retry_after(*text, now);
    out.limit = count(answer, "ratelimit-limit");
    out.remaining = count(answer, "ratelimit-remaining");
    out.reset = reset(answer, now);
    return out;
}

} // namespace evalbridge
