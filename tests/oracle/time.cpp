#include "tests/oracle/answer.hpp"

#include <cstdio>
#include <ctime>

namespace evalbridge::oracle {
namespace {

int number_at(std::string_view text, std::size_t at, std::size_t digits) {
    int out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (at + i >= text.size() || text[at + i] < '0' || text[at + i] > '9')
            return -1;
        out = out * 10 + (text[at + i] - '0');
    }
    return out;
}

bool has_one_of(std::string_view text, std::size_t at, std::string_view those) {
    return at < text.size() && those.find(text[at]) != std::string_view::npos;
}

/// Minutes east of Greenwich; none for what isn't an offset. "" is none given: 0.
std::optional<int> offset_in(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z")
        return 0;
    if (text[0] != '+' && text[0] != '-')
        return {};
    const int hours = number_at(text, 1, 2);
    int minutes = 0;
    if (text.size() > 3) {
        const std::size_t at = text[3] == ':' ? 4 : 3;
        minutes = number_at(text, at, 2);
        if (text.size() != at + 2)
            return {};
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return {};
    return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

} // namespace

std::optional<std::int64_t> time_in(std::string_view text) {
    const int year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
    const int hour = number_at(text, 11, 2), minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60 || !has_one_of(text, 4, "-") || !has_one_of(text, 7, "-") ||
        !has_one_of(text, 10, "Tt ") || !has_one_of(text, 13, ":") || !has_one_of(text, 16, ":"))
        return {};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (day > days[month - 1])
        return {};
    auto rest = text.substr(19);
    std::int64_t micros = 0;
    if (rest.starts_with('.')) {
        const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        auto fraction = std::string(rest.substr(1, end - 1));
        if (fraction.empty() || fraction.size() > 9)
            return {};
        fraction.resize(6, '0');
        micros = std::stoi(fraction);
        rest = rest.substr(end);
    }
    const auto offset = offset_in(rest);
    if (!offset)
        return {};
    std::tm parts{};
    parts.tm_year = year - 1900, parts.tm_mon = month - 1, parts.tm_mday = day;
    parts.tm_hour = hour, parts.tm_min = minute, parts.tm_sec = second;
    const auto at = (static_cast<std::int64_t>(timegm(&parts)) - *offset * 60) * 1'000'000 + micros;
    return at >= first_time && at < end_of_time ? std::optional(at) : std::nullopt;
}

std::string time_text(std::int64_t micros) {
    auto fraction = micros % 1'000'000;
    if (fraction < 0)
        fraction += 1'000'000;
    const std::time_t seconds = (micros - fraction) / 1'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char out[64];
    std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    std::string text = out;
    if (fraction != 0) {
        std::snprintf(out, sizeof out, fraction % 1000 == 0 ? ".%03d" : ".%06d",
                      static_cast<int>(fraction % 1000 == 0 ? fraction / 1000 : fraction));
        text += out;
    }
    return text + "Z";
}

} // namespace evalbridge::oracle
