#include "base/retry_after.hpp"

#include <algorithm>
#include <charconv>

namespace evalbridge {
namespace {

constexpr std::string_view days = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view form = "Sun, 06 Nov 1994 08:49:37 GMT";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Which of these three-letter names it is, from 0.
std::optional<unsigned> index_of(std::string_view name, std::string_view names) {
    for (std::size_t at = 0; at < names.size(); at += 3)
        if (names.substr(at, 3) == name)
            return static_cast<unsigned>(at / 3);
    return {};
}

int number_in(std::string_view digits) {
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// Whether digits stand where the form has digits, and its punctuation where it has that. Names are looked at apart.
bool has_the_form(std::string_view text) {
    if (text.size() != form.size())
        return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool in_name = i < 3 || (i >= 8 && i < 11);
        if (!in_name && (is_digit(form[i]) ? !is_digit(text[i]) : text[i] != form[i]))
            return false;
    }
    return true;
}

} // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    if (!has_the_form(text) || !index_of(text.substr(0, 3), days))
        return {};
    const auto month = index_of(text.substr(8, 3), months);
    if (!month)
        return {};
    const std::chrono::year_month_day date{std::chrono::year(number_in(text.substr(12, 4))),
                                           std::chrono::month(*month + 1),
                                           std::chrono::day(static_cast<unsigned>(number_in(text.substr(5, 2))))};
    const auto hour = number_in(text.substr(17, 2));
    const auto minute = number_in(text.substr(20, 2));
    const auto second = number_in(text.substr(23, 2));
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) // a leap second is 60
        return {};
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::system_clock::time_point now) {
    using std::chrono::milliseconds;
    text = trimmed(text);
    if (!text.empty() && std::ranges::all_of(text, is_digit)) {
        std::int64_t seconds = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        const auto longest = std::chrono::duration_cast<std::chrono::seconds>(longest_retry_after);
        if (read.ec != std::errc() || seconds > longest.count()) // more digits than a number holds are a long wait too
            return longest_retry_after;
        return std::chrono::seconds(seconds);
    }
    const auto date = parse_http_date(text);
    if (!date)
        return {};
    // In milliseconds, since a far year overflows system_clock's nanoseconds. Rounded up, so that nobody comes early.
    const milliseconds wait = *date - std::chrono::floor<milliseconds>(now);
    return std::clamp(wait, milliseconds(0), longest_retry_after);
}

} // namespace evalbridge
