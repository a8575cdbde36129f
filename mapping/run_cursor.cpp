#include "mapping/run_cursor.hpp"

#include "mapping/cursor_bytes.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

// Changes with the layout below, so that a cursor from before an upgrade is refused and not misread. The kind of list
// stands where every cursor has it.
constexpr std::uint8_t version = 1;
constexpr auto last_outcome = run_filter::outcome_is::none;

std::uint64_t unsigned_of(std::int64_t n) { return static_cast<std::uint64_t>(n); }
std::int64_t signed_of(std::uint64_t n) { return static_cast<std::int64_t>(n); }

void put_time(byte_writer& out, const std::optional<timestamp>& at) {
    out.number(at.has_value());
    if (at)
        out.number(unsigned_of(at->time_since_epoch().count()));
}

std::optional<timestamp> take_time(byte_reader& in) {
    if (!in.number(1))
        return {};
    return timestamp(std::chrono::microseconds(signed_of(in.number())));
}

void put_filter(byte_writer& out, const run_filter& filter) {
    out.optional_text(filter.provider);
    out.optional_text(filter.suite);
    out.optional_text(filter.group);
    out.number(filter.statuses.size());
    for (const auto each : filter.statuses)
        out.word(each);
    out.number(filter.outcome ? static_cast<std::uint64_t>(*filter.outcome) + 1 : 0);
    out.number(filter.labels.size());
    for (const auto& [name, value] : filter.labels) {
        out.text(name);
        out.optional_text(value);
    }
    put_time(out, filter.created_after);
    put_time(out, filter.created_before);
    out.optional_text(filter.text);
}

run_filter take_filter(byte_reader& in) {
    run_filter filter;
    filter.provider = in.optional_text();
    filter.suite = in.optional_text();
    filter.group = in.optional_text();
    for (auto left = in.number(); left > 0 && !in.failed(); --left)
        filter.statuses.push_back(in.word(run_status::unknown));
    if (const auto outcome = in.number(static_cast<std::uint64_t>(last_outcome) + 1))
        filter.outcome = static_cast<run_filter::outcome_is>(outcome - 1);
    for (auto left = in.number(); left > 0 && !in.failed(); --left) {
        run_filter::label wanted;
        wanted.name = in.text();
        wanted.value = in.optional_text();
        filter.labels.push_back(std::move(wanted));
    }
    filter.created_after = take_time(in);
    filter.created_before = take_time(in);
    filter.text = in.optional_text();
    return filter;
}

std::string pack(const run_list_request& at) {
    byte_writer out;
    out.number(version);
    out.word(list_kind::runs);
    put_filter(out, at.filter);
    out.word(at.sort.by);
    out.number(at.sort.descending);
    out.number(at.limit);
    out.number(at.offset);
    out.number(at.as_of.value_or(0));
    out.number(at.total.value_or(0));
    const auto after = at.after.value_or(run_position{});
    out.number(after.without_value);
    out.number(unsigned_of(after.time));
    out.text(after.key);
    out.number(after.number);
    return std::move(out).take();
}

std::optional<run_list_request> unpack(std::string_view bytes) {
    byte_reader in(bytes);
    if (in.number() != version || in.word(list_kind::exports) != list_kind::runs)
        return {};
    run_list_request at;
    at.style = paging_style::cursor;
    at.filter = take_filter(in);
    at.sort.by = in.word(run_order::name);
    at.sort.descending = in.number(1) != 0;
    at.limit = in.number32();
    at.offset = in.number();
    at.as_of = in.number();
    at.total = in.number();
    run_position after;
    after.without_value = in.number(1) != 0;
    after.time = signed_of(in.number());
    after.key = in.text();
    after.number = in.number();
    at.after = std::move(after);
    if (!in.at_end())
        return {};
    return at;
}

} // namespace

std::string encode_run_cursor(const run_list_request& at, const mac_function& mac) {
    return seal_cursor(pack(at), mac);
}

result<run_list_request> decode_run_cursor(std::string_view text, const mac_function& mac) {
    const auto bytes = unseal_cursor(text, mac);
    if (!bytes)
        return refused_cursor();
    auto at = unpack(*bytes);
    // Two texts never mean the same cursor.
    if (!at || pack(*at) != *bytes)
        return refused_cursor();
    return std::move(*at);
}

} // namespace evalbridge
