#include "gateway/http/answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace evalbridge {
namespace {

struct phrase_row {
    int status;
    std::string_view phrase;
};

// RFC 9110 section 15.
constexpr phrase_row phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value)
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    out.append("\r\n");
}

} // namespace

std::string_view http_date::at(std::chrono::system_clock::time_point now) {
    namespace chrono = std::chrono;
    const auto second = chrono::floor<chrono::seconds>(now);
    if (second == second_)
        return text_;
    second_ = second;
    const auto day = chrono::floor<chrono::days>(second);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss time(second - day);
    constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  weekdays[chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    text_ = text.data();
    return text_;
}

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string answer_head(const reply& answer, std::string_view date, std::string_view request_id, connection_use use,
                        body_end end) {
    std::string out;
    out.reserve(384);
    const auto phrase = std::ranges::find(phrases, answer.status, &phrase_row::status);
    out.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
    out.append(phrase == std::end(phrases) ? std::string_view() : phrase->phrase).append("\r\n");
    append_field(out, "Date", date);
    if (status_has_body(answer.status)) {
        append_field(out, "Content-Type", answer.content_type);
        if (end == body_end::length)
            append_field(out, "Content-Length", std::to_string(answer.body.size()));
        else if (end == body_end::chunked)
            append_field(out, "Transfer-Encoding", "chunked");
    }
    append_field(out, "X-Request-Id", request_id);
    for (const auto& [name, value] : answer.fields)
        append_field(out, name, value);
    if (use == connection_use::close)
        append_field(out, "Connection", "close");
    else if (use == connection_use::keep_http_10)
        append_field(out, "Connection", "keep-alive");
    out.append("\r\n");
    return out;
}

std::string_view chunk_line(std::size_t size, std::span<char, 20> room) {
    char* end = std::to_chars(room.data(), room.data() + room.size(), size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return {room.data(), end};
}

} // namespace evalbridge
