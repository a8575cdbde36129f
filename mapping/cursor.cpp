#include "mapping/cursor.hpp"

#include "base/crypto.hpp"

#include <limits>
#include <span>

namespace evalbridge {
namespace {

// Changes with the layout below, so that a cursor from before an upgrade is refused and not misread.
constexpr std::uint8_t version = 1;

class byte_writer {
  public:
    /// Seven bits a byte, low ones first, the top bit set on all but the last.
    void number(std::uint64_t n) {
        for (; n >= 0x80; n >>= 7)
            bytes_ += static_cast<char>((n & 0x7f) | 0x80);
        bytes_ += static_cast<char>(n);
    }
    template <class E> void word(E e) { number(static_cast<std::uint64_t>(e)); }
    void text(std::string_view text) {
        number(text.size());
        bytes_ += text;
    }
    void optional_text(const std::optional<std::string>& value) {
        number(value.has_value());
        if (value)
            text(*value);
    }
    std::string take() && { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// Reads what byte_writer wrote; whatever doesn't fit makes it fail for good and read zeros.
class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number(std::uint64_t max = std::numeric_limits<std::uint64_t>::max()) {
        std::uint64_t n = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            n |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80)
                return n <= max ? n : fail();
        }
        return fail();
    }
    std::uint32_t number32() { return static_cast<std::uint32_t>(number(std::numeric_limits<std::uint32_t>::max())); }
    template <class E> E word(E last) { return static_cast<E>(number(static_cast<std::uint64_t>(last))); }
    std::string text() {
        const auto size = number(rest_.size());
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(text.size());
        return text;
    }
    std::optional<std::string> optional_text() { return number(1) ? std::optional(text()) : std::nullopt; }
    bool at_end() const { return !failed_ && rest_.empty(); }
    bool failed() const { return failed_; }

  private:
    std::uint64_t fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

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
    c.kind = in.word(list_kind::providers);
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
    if (!in.at_end())
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

error refused() {
    constexpr auto why = "isn't a cursor of this service, was changed, or is from before an upgrade: start the walk "
                         "again without a cursor";
    return error(errc::invalid_request).because("The cursor can't be used.").fault("cursor", why, "query");
}

} // namespace

std::string encode_cursor(const cursor& c, const mac_function& mac) {
    auto text = to_base64url(pack(c));
    const auto tag = mac(text);
    return text + "." + to_base64url(tag);
}

result<cursor> decode_cursor(std::string_view text, const mac_function& mac) {
    const auto dot = text.find('.');
    if (text.size() > max_cursor_text || dot == std::string_view::npos)
        return refused();
    const auto content = text.substr(0, dot);
    std::string tag;
    if (!from_base64url(text.substr(dot + 1), tag) || !is_mac_of(tag, content, mac))
        return refused();
    std::string bytes;
    if (!from_base64url(content, bytes))
        return refused();
    auto c = unpack(bytes);
    // Two texts never mean the same cursor.
    if (!c || pack(*c) != bytes)
        return refused();
    return std::move(*c);
}

} // namespace evalbridge
