#include "mapping/cursor.hpp"

#include "base/crypto.hpp"
#include "mapping/cursor_bytes.hpp"

#include <span>

namespace evalbridge {
namespace {

// Changes with the layout below, so that a cursor from before an upgrade is refused and not misread.
constexpr std::uint8_t version = 1;

std::string pack(const cursor& c) {
    byte_writer out;
    out.number(version);
    out.word(c.kind);
    out.text(c.subject);
    out.number(c.filter.passed ? static_cast<std::uint64_t>(*c.filter.passed) + 1 : 0);
    out.word(c.filter.level);
    out.optional_text(c.filter.metric);
    out.optional_text(c.filter.trace_id);
    out.number(c.include.size());
    for (const auto& each : c.include)
        out.text(each);
    out.number(c.limit);
    out.number(c.ordinal);
    out.number(c.position.index);
    out.number(c.position.sub);
    return std::move(out).take();
}

std::optional<cursor> unpack(std::string_view bytes) {
    byte_reader in(bytes);
    if (in.number() != version)
        return {};
    cursor c;
    c.kind = in.word(list_kind::exports);
    c.subject = in.text();
    if (const auto passed = in.number(static_cast<std::uint64_t>(verdict_filter::passed_is::undecided) + 1))
        c.filter.passed = static_cast<verdict_filter::passed_is>(passed - 1);
    c.filter.level = in.word(verdict_filter::levels::all);
    c.filter.metric = in.optional_text();
    c.filter.trace_id = in.optional_text();
    for (auto left = in.number(); left > 0 && !in.failed(); --left)
        c.include.push_back(in.text());
    c.limit = in.number32();
    c.ordinal = in.number();
    c.position.index = in.number();
    c.position.sub = in.number32();
    if (!in.at_end() || c.kind == list_kind::runs) // which have a cursor of their own
        return {};
    return c;
}

bool is_mac_of(std::string_view tag, std::string_view content, const mac_function& mac) {
    const auto expected = mac(content);
    const auto bytes_of = [](std::string_view s) {
        return std::span(reinterpret_cast<const unsigned char*>(s.data()), s.size());
    };
    return equal_in_constant_time(bytes_of(tag), bytes_of(expected));
}

} // namespace

error refused_cursor() {
    constexpr auto why = "isn't a cursor of this service, was changed, or is from before an upgrade: start the walk "
                         "again without a cursor";
    return error(errc::invalid_request).because("The cursor can't be used.").fault("cursor", why, "query");
}

std::string seal_cursor(std::string_view content, const mac_function& mac) {
    auto text = to_base64url(content);
    const auto tag = mac(text);
    return text + "." + to_base64url(tag);
}

std::optional<std::string> unseal_cursor(std::string_view text, const mac_function& mac) {
    const auto dot = text.find('.');
    if (text.size() > max_cursor_text || dot == std::string_view::npos)
        return {};
    const auto content = text.substr(0, dot);
    std::string tag;
    if (!from_base64url(text.substr(dot + 1), tag) || !is_mac_of(tag, content, mac))
        return {};
    std::string bytes;
    if (!from_base64url(content, bytes))
        return {};
    return bytes;
}

std::string encode_cursor(const cursor& c, const mac_function& mac) { return seal_cursor(pack(c), mac); }

result<cursor> decode_cursor(std::string_view text, const mac_function& mac) {
    const auto bytes = unseal_cursor(text, mac);
    if (!bytes)
        return refused_cursor();
    auto c = unpack(*bytes);
    // Two texts never mean the same cursor.
    if (!c || pack(*c) != *bytes)
        return refused_cursor();
    return std::move(*c);
}

} // namespace evalbridge
