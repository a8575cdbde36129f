#include "cli/event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace evalbridge::cli {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::optional<std::chrono::milliseconds> read_retry(std::string_view digits) {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.empty() || !std::ranges::all_of(digits, is_digit))
        return {};
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || number > longest.count())
        return longest;
    return std::chrono::milliseconds(number);
}

} // namespace

bool event_stream::feed(std::string_view bytes, std::vector<stream_event>& events) {
    while (!bytes.empty()) {
        if (after_cr_ && bytes.front() == '\n')
            bytes.remove_prefix(1);
        after_cr_ = false;
        const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
        if (end > limit_ - std::min(limit_, line_.size()))
            return false;
        line_.append(bytes.substr(0, end));
        if (end == bytes.size())
            return true;
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (!take_line(events))
            return false;
    }
    return true;
}

bool event_stream::take_line(std::vector<stream_event>& events) {
    std::string_view line = line_;
    if (!begun_ && line.starts_with(byte_order_mark))
        line.remove_prefix(byte_order_mark.size());
    begun_ = true;
    if (line.empty()) {
        end_event(events);
    } else if (line.front() != ':') { // else it is a comment
        const auto colon = line.find(':');
        auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (value.starts_with(' '))
            value.remove_prefix(1);
        take_field(line.substr(0, colon), value);
    }
    line_.clear();
    return data_.size() <= limit_;
}

void event_stream::take_field(std::string_view name, std::string_view value) {
    if (name == "data")
        data_.append(value).push_back('\n');
    else if (name == "event")
        kind_ = value;
    else if (name == "id" && value.find('\0') == std::string_view::npos)
        id_ = value;
    else if (name == "retry")
        if (const auto delay = read_retry(value))
            retry_ = delay;
}

void event_stream::end_event(std::vector<stream_event>& events) {
    last_id_ = id_; // also where there is no data, and so no event
    if (!data_.empty()) {
        data_.pop_back();
        events.push_back({kind_.empty() ? "message" : std::move(kind_), std::move(data_)});
    }
    kind_.clear();
    data_.clear();
}

} // namespace evalbridge::cli
