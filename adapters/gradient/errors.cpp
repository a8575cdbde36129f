#include "adapters/gradient/errors.hpp"

#include "base/utf8.hpp"
#include "mapping/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ctime>

namespace evalbridge::gradient {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t max_message = 200;
constexpr std::size_t max_word = 100;
/// Bytes of a text that are searched for tokens; far more than are shown.
constexpr std::size_t most_looked_at = 64 * 1024;
/// The vendor's longest window is an hour; a delay beyond a day is a clock that is wrong.
constexpr milliseconds max_delay = std::chrono::hours(24);

/// Without control characters and invalid UTF-8, cut at a character's border to at most `limit` bytes.
std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode_utf8(text, at);
        const auto bytes = text.substr(at, next.size);
        at += next.size;
        if (!next.valid || is_control(next.code))
            continue;
        if (out.size() + bytes.size() > limit)
            break;
        out += bytes;
    }
    return out;
}

bool is_token_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/// Cuts the token in use out, and whatever looks like another one: personal, OAuth and refresh tokens.
void hide_tokens(std::string& text, const secret& token) {
    constexpr std::string_view hidden = "[token]";
    if (!token.empty())
        for (auto at = text.find(token.reveal()); at != std::string::npos;
             at = text.find(token.reveal(), at + hidden.size()))
            text.replace(at, token.reveal().size(), hidden);
    for (const std::string_view prefix : {"dop_v1_", "doo_v1_", "dor_v1_"})
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + hidden.size())) {
            auto end = at + prefix.size();
            while (end < text.size() && is_token_byte(text[end]))
                ++end;
            text.replace(at, end - at, hidden);
        }
}

void set_printable(std::optional<std::string>& member, const std::optional<std::string>& text, std::size_t limit,
                   const secret& token) {
    if (!text)
        return;
    // Hidden before the cut, which could leave half a token, and after the control characters, which could split one.
    auto shown = printable(text->substr(0, most_looked_at), most_looked_at);
    hide_tokens(shown, token);
    shown = printable(shown, limit);
    if (!shown.empty())
        member = std::move(shown);
}

/// A member of another type is as good as absent.
std::optional<std::string> text_of(json_reader& in, std::string_view key) {
    auto member = in[key];
    if (member.type() != json_reader::kind::string)
        return {};
    return member.nonempty_string();
}

void read_body(const http_response& response, const secret& token, provider_answer& answer) {
    std::string body = response.body;
    json_document document(body);
    auto root = document.root();
    if (!root.is_object())
        return;
    provider_answer found;
    set_printable(found.code, text_of(root, "id"), max_word, token);
    set_printable(found.message, text_of(root, "message"), max_message, token);
    set_printable(found.request_id, text_of(root, "request_id"), max_word, token);
    if (!document.finish())
        return; // half an error object is a proxy's page or a cut answer: nothing of it is the vendor's word
    answer.code = std::move(found.code);
    answer.message = std::move(found.message);
    answer.request_id = std::move(found.request_id);
}

provider_answer read_answer(const http_response& response, const secret& token) {
    provider_answer answer;
    answer.status = response.status;
    read_body(response, token, answer);
    if (!answer.request_id)
        if (const auto header = response.field("x-request-id"))
            set_printable(answer.request_id, std::string(*header), max_word, token);
    return answer;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size())
        return {};
    return number;
}

/// Seconds since 1970 of an IMF-fixdate (RFC 9110 section 5.6.7), the one form of a date that may still be sent.
std::optional<std::int64_t> http_date(std::string_view text) {
    std::tm parts{};
    const std::string owned(text);
    const auto* end = ::strptime(owned.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end != '\0')
        return {};
    return ::timegm(&parts);
}

milliseconds until(std::int64_t epoch_seconds, std::chrono::system_clock::time_point now) {
    constexpr std::int64_t furthest = 100'000'000'000; // the year 5138: keeps the arithmetic inside 64 bits
    const auto seconds = std::clamp<std::int64_t>(epoch_seconds, 0, furthest);
    const auto now_ms = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
    return milliseconds(seconds * 1000) - now_ms;
}

std::optional<milliseconds> delay_told(const http_response& response, std::chrono::system_clock::time_point now) {
    if (const auto header = response.field("retry-after")) {
        const auto text = trimmed(*header);
        if (const auto seconds = whole_number(text); seconds && *seconds >= 0)
            return milliseconds(std::min<std::int64_t>(*seconds, 86'400) * 1000);
        if (const auto date = http_date(text))
            return until(*date, now);
    }
    if (response.status != 429)
        return {};
    // The hourly limit's 429 may come without retry-after; the reset is when the oldest request leaves the window.
    if (const auto header = response.field("ratelimit-reset"))
        if (const auto reset = whole_number(trimmed(*header)); reset && *reset > 0)
            return until(*reset, now);
    return {};
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

error decode_error(const http_response& response, asked_for what, std::chrono::system_clock::time_point now,
                   const secret& token) {
    const auto row = judge(response.status, what);
    auto out = error(row.code, row.code == errc::not_found ? error_source::client : error_source::provider)
                   .because(std::string(row.detail))
                   .from_provider(read_answer(response, token));
    if (const auto delay = delay_told(response, now))
        out = std::move(out).retry_after(std::clamp(*delay, milliseconds(0), max_delay));
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
