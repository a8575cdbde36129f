#include "mapping/timestamp.hpp"

#include <array>
#include <cmath>
#include <cstdint>

namespace evalbridge {
namespace {

using std::chrono::microseconds;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes a text apart from its front.
class scanner {
  public:
    explicit scanner(std::string_view text) : text_(text) {}

    /// Exactly `count` digits.
    bool digits(int count, int& value) {
        if (text_.size() < static_cast<std::size_t>(count))
            return false;
        value = 0;
        for (int i = 0; i < count; ++i) {
            if (!is_digit(text_[static_cast<std::size_t>(i)]))
                return false;
            value = value * 10 + (text_[static_cast<std::size_t>(i)] - '0');
        }
        text_.remove_prefix(static_cast<std::size_t>(count));
        return true;
    }
    bool one_of(std::string_view characters) {
        if (text_.empty() || characters.find(text_.front()) == std::string_view::npos)
            return false;
        taken_ = text_.front();
        text_.remove_prefix(1);
        return true;
    }
    char taken() const { return taken_; } ///< by the last one_of that took
    bool at_digit() const { return !text_.empty() && is_digit(text_.front()); }
    bool at_end() const { return text_.empty(); }

  private:
    std::string_view text_;
    char taken_ = 0;
};

/// `.` and 1 to 9 digits, cut to microseconds.
bool read_fraction(scanner& in, microseconds& fraction) {
    int count = 0;
    int value = 0;
    for (; in.at_digit(); ++count) {
        int digit = 0;
        in.digits(1, digit);
        if (count < 6)
            value = value * 10 + digit;
    }
    if (count < 1 || count > 9)
        return false;
    for (int i = count; i < 6; ++i)
        value *= 10;
    fraction = microseconds(value);
    return true;
}

/// `+hh:mm`, and where tolerant `+hhmm` and `+hh`. The sign was taken.
bool read_offset(scanner& in, bool strict, std::chrono::minutes& offset) {
    const bool west = in.taken() == '-';
    int hours = 0;
    int minutes = 0;
    if (!in.digits(2, hours))
        return false;
    const bool colon = in.one_of(":");
    if (strict && !colon)
        return false;
    if ((colon || !in.at_end()) && !in.digits(2, minutes))
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (west)
        offset = -offset;
    return true;
}

bool in_years(timestamp at) {
    using namespace std::chrono;
    return at >= sys_days(year(1) / 1 / 1) && at < sys_days(year(10000) / 1 / 1);
}

std::optional<timestamp> parse(std::string_view text, bool strict) {
    scanner in(text);
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const bool read = in.digits(4, year) && in.one_of("-") && in.digits(2, month) && in.one_of("-") &&
                      in.digits(2, day) && in.one_of(strict ? "Tt" : "Tt ") && in.digits(2, hour) && in.one_of(":") &&
                      in.digits(2, minute) && in.one_of(":") && in.digits(2, second);
    if (!read)
        return {};
    microseconds fraction{};
    if (in.one_of(".") && !read_fraction(in, fraction))
        return {};
    std::chrono::minutes offset{};
    if (in.one_of("+-")) {
        if (!read_offset(in, strict, offset))
            return {};
    } else if (!in.one_of("Zz") && strict) {
        return {};
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // 60 is a leap second, which a day of 86,400 seconds counts as the first of the next minute.
    if (!in.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return {};
    const timestamp at = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                         std::chrono::seconds(second) + fraction - offset;
    return in_years(at) ? std::optional(at) : std::nullopt;
}

/// What nearly every time is written as: `2026-05-10T08:00:00Z`, or with 1 to 6 fraction digits. Empty for any other,
/// which the scanner then reads.
std::optional<timestamp> parse_usual(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
    const auto size = form.size();
    if (text.size() <= size || text.size() > size + 8 || text.back() != 'Z')
        return {};
    for (std::size_t i = 0; i < size; ++i)
        if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i])
            return {};
    std::int64_t fraction = 0;
    if (const auto rest = text.substr(size, text.size() - size - 1); !rest.empty()) {
        if (rest.size() < 2 || rest[0] != '.')
            return {};
        for (std::size_t i = 1; i <= 6; ++i) {
            if (i < rest.size() && !is_digit(rest[i]))
                return {};
            fraction = fraction * 10 + (i < rest.size() ? rest[i] - '0' : 0);
        }
    }
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    const std::chrono::year_month_day date{std::chrono::year(two(0) * 100 + two(2)),
                                           std::chrono::month(static_cast<unsigned>(two(5))),
                                           std::chrono::day(static_cast<unsigned>(two(8)))};
    if (!date.ok() || two(11) > 23 || two(14) > 59 || two(17) > 59)
        return {};
    const timestamp at = std::chrono::sys_days(date) + std::chrono::hours(two(11)) + std::chrono::minutes(two(14)) +
                         std::chrono::seconds(two(17)) + microseconds(fraction);
    return in_years(at) ? std::optional(at) : std::nullopt;
}

void put_digits(char*& to, std::int64_t value, int count) {
    for (int i = count; i-- > 0; value /= 10)
        to[i] = static_cast<char>('0' + value % 10);
    to += count;
}

} // namespace

std::optional<timestamp> parse_timestamp(std::string_view text) {
    const auto at = parse_usual(text);
    return at ? at : parse(text, false);
}
std::optional<timestamp> parse_strict_timestamp(std::string_view text) {
    const auto at = parse_usual(text);
    return at ? at : parse(text, true);
}

std::optional<timestamp> timestamp_from_epoch(double number) {
    // Seconds reach the year 5138 before they look like milliseconds, which are read from 1973 on, and so upwards.
    const double magnitude = std::abs(number);
    const double unit = magnitude < 1e11 ? 1e6 : magnitude < 1e14 ? 1e3 : magnitude < 1e17 ? 1 : 1e-3;
    const double micros = std::round(number * unit);
    if (!(std::abs(micros) < 9e18))
        return {};
    const timestamp at{microseconds(static_cast<std::int64_t>(micros))};
    return in_years(at) ? std::optional(at) : std::nullopt;
}

timestamp_text::timestamp_text(timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    char* to = text_.data();
    put_digits(to, static_cast<int>(date.year()), 4);
    *to++ = '-';
    put_digits(to, static_cast<unsigned>(date.month()), 2);
    *to++ = '-';
    put_digits(to, static_cast<unsigned>(date.day()), 2);
    *to++ = 'T';
    put_digits(to, time.hours().count(), 2);
    *to++ = ':';
    put_digits(to, time.minutes().count(), 2);
    *to++ = ':';
    put_digits(to, time.seconds().count(), 2);
    if (const auto fraction = time.subseconds().count(); fraction != 0) {
        *to++ = '.';
        if (fraction % 1000 == 0)
            put_digits(to, fraction / 1000, 3);
        else
            put_digits(to, fraction, 6);
    }
    *to++ = 'Z';
    size_ = static_cast<std::size_t>(to - text_.data());
}

std::string format_timestamp(timestamp at) { return std::string(timestamp_text(at).view()); }

} // namespace evalbridge
