#pragma once
// Writes JSON into a string as it is told: stable member order, no intermediate tree. Numbers are the shortest decimal
// that reads back the same; what isn't finite is written as null, since JSON has no word for it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace evalbridge {

class json_writer {
  public:
    explicit json_writer(std::string& out) : out_(out) {}

    json_writer& begin_object() { return open('{'); }
    json_writer& end_object() { return close('}'); }
    json_writer& begin_array() { return open('['); }
    json_writer& end_array() { return close(']'); }
    /// The name of the member that comes next. Names are ours: written as they are, unescaped.
    json_writer& key(std::string_view literal);
    /// The same for a name that came from outside.
    json_writer& escaped_key(std::string_view name);

    /// Text must be UTF-8; bytes that aren't are replaced by U+FFFD.
    json_writer& string(std::string_view text);
    json_writer& integer(std::int64_t number);
    json_writer& unsigned_integer(std::uint64_t number);
    json_writer& number(double number);
    json_writer& boolean(bool value);
    json_writer& null();
    /// JSON that is already valid.
    json_writer& raw(std::string_view json);

    json_writer& string_or_null(const std::optional<std::string>& text) { return text ? string(*text) : null(); }
    json_writer& number_or_null(const std::optional<double>& n) { return n ? number(*n) : null(); }
    json_writer& boolean_or_null(const std::optional<bool>& b) { return b ? boolean(*b) : null(); }
    template <class I> json_writer& integer_or_null(const std::optional<I>& n) {
        if (!n)
            return null();
        if constexpr (std::is_unsigned_v<I>)
            return unsigned_integer(*n);
        else
            return integer(*n);
    }

  private:
    json_writer& open(char bracket);
    json_writer& close(char bracket);
    void separate();

    std::string& out_;
    bool first_ = true; ///< nothing has been written at this level since its bracket or key
};

/// Appends `text` quoted and escaped.
void append_json_string(std::string& out, std::string_view text);

} // namespace evalbridge
