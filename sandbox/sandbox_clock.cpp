#include "sandbox/sandbox_clock.hpp"

#include <cstdio>
#include <optional>

namespace evalbridge::sandbox {
namespace {

using namespace std::chrono;

/// `count` digits at the front of `text`, taken off it.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count)
        return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

/// `.123456`, cut to milliseconds; 0 where there is none, nothing for a dot without digits.
std::optional<int> take_fraction(std::string_view& text) {
    if (!take(text, "."))
        return 0;
    int value = 0;
    int digits = 0;
    while (const auto digit = take_digits(text, 1)) {
        if (digits < 3)
            value = value * 10 + *digit;
        ++digits;
    }
    if (digits == 0)
        return std::nullopt;
    for (; digits < 3; ++digits)
        value *= 10;
    return value;
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz"))
        return minutes(0);
    const bool west = !text.empty() && text.front() == '-';
    if (!take(text, "+-"))
        return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":"))
        return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *hour > 23 || *minute > 59)
        return std::nullopt;
    return minutes((west ? -1 : 1) * (*hour * 60 + *minute));
}

} // namespace

sandbox_clock::sandbox_clock()
    : started_(time_point_cast<std::chrono::milliseconds>(system_clock::now())), started_steady_(steady_clock::now()) {}

instant sandbox_clock::now() const {
    return started_ + advanced_ + duration_cast<std::chrono::milliseconds>(steady_clock::now() - started_steady_);
}

std::string to_iso(instant when) {
    const auto day = floor<days>(when);
    const year_month_day date(day);
    const hh_mm_ss time(when - day);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return text;
}

bool from_iso(std::string_view text, instant& when) {
    const auto year_part = take_digits(text, 4);
    if (!year_part || !take(text, "-"))
        return false;
    const auto month_part = take_digits(text, 2);
    if (!month_part || !take(text, "-"))
        return false;
    const auto day_part = take_digits(text, 2);
    if (!day_part || !take(text, "Tt "))
        return false;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":"))
        return false;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ":"))
        return false;
    const auto second = take_digits(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60)
        return false;
    const auto fraction_part = take_fraction(text);
    const auto offset = take_offset(text);
    const year_month_day date(year(*year_part), month(static_cast<unsigned>(*month_part)),
                              day(static_cast<unsigned>(*day_part)));
    if (!fraction_part || !offset || !text.empty() || !date.ok())
        return false;
    when = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) +
           std::chrono::milliseconds(*fraction_part) - *offset;
    return true;
}

} // namespace evalbridge::sandbox
