#pragma once
// Writes JSON into a string as it is told: stable member order, no intermediate tree. Numbers are the shortest decimal
// that reads back the same; what isn't finite is written as null, since JSON has no word for it.

#include "mapping/model_text.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace evalbridge {

/// Small pieces are gathered in a block before they go into the string, which is whole whenever no object or array is
/// open.
class json_writer {
  public:
    explicit json_writer(std::string& out) : out_(out) {}
    json_writer(const json_writer&) = delete;
    json_writer& operator=(const json_writer&) = delete;

    json_writer& begin_object() { return open('{'); }
    json_writer& end_object() { return close('}'); }
    json_writer& begin_array() { return open('['); }
    json_writer& end_array() { return close(']'); }
    /// The name of the member that comes next. Names are ours: written as they are, unescaped.
    json_writer& key(std::string_view literal) {
        const auto size = literal.size();
        assert(size + 4 <= block_.size());
        make_room(size + 4);
        char* to = block_.data() + used_;
        *to = ',';
        to += first_ ? 0 : 1;
        *to++ = '"';
        std::memcpy(to, literal.data(), size);
        to += size;
        *to++ = '"';
        *to++ = ':';
        used_ = static_cast<std::size_t>(to - block_.data());
        first_ = true;
        return *this;
    }
    /// The same for a name that came from outside.
    json_writer& escaped_key(std::string_view name);

    /// Text must be UTF-8; bytes that aren't are replaced by U+FFFD.
    json_writer& string(std::string_view text);
    json_writer& string(const std::string& text) { return string(std::string_view(text)); }
    json_writer& string(const char* text) { return string(std::string_view(text)); }
    json_writer& string(const model_text& text) {
        return text.is_plain() ? plain_string(text.view()) : string(text.view());
    }
    /// Text that is known to stand in a JSON string as it is, such as a word of our own.
    json_writer& plain_string(std::string_view text) {
        separate();
        put('"');
        put(text);
        put('"');
        return done();
    }
    json_writer& integer(std::int64_t number);
    json_writer& unsigned_integer(std::uint64_t number);
    json_writer& number(double number);
    json_writer& boolean(bool value) { return raw(value ? "true" : "false"); }
    json_writer& null() { return raw("null"); }
    /// JSON that is already valid.
    json_writer& raw(std::string_view json) {
        assert(!json.empty());
        separate();
        put(json);
        return done();
    }

    json_writer& string_or_null(const std::optional<std::string>& text) { return text ? string(*text) : null(); }
    json_writer& string_or_null(const std::optional<model_text>& text) { return text ? string(*text) : null(); }
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
    json_writer& open(char bracket) {
        separate();
        put(bracket);
        first_ = true;
        ++depth_;
        return *this;
    }
    json_writer& close(char bracket) {
        put(bracket);
        first_ = false;
        assert(depth_ > 0);
        if (--depth_ == 0)
            flush();
        return *this;
    }
    void separate() {
        if (!first_)
            put(',');
        first_ = false;
    }
    json_writer& done() {
        if (depth_ == 0)
            flush();
        return *this;
    }
    void make_room(std::size_t size) {
        if (block_.size() - used_ < size)
            flush();
    }
    void put(char c) {
        make_room(1);
        block_[used_++] = c;
    }
    void put(std::string_view bytes) {
        if (bytes.size() > block_.size() - used_) {
            put_long(bytes);
            return;
        }
        std::memcpy(block_.data() + used_, bytes.data(), bytes.size());
        used_ += bytes.size();
    }
    void put_long(std::string_view bytes);
    void flush();
    template <class N> void put_integer(N number);

    std::string& out_;
    std::string_view last_number_; ///< in `digits_`: a score is often written twice running
    double last_value_ = 0;
    std::array<char, 32> digits_;
    std::size_t used_ = 0; ///< of the block
    std::uint32_t depth_ = 0;
    bool first_ = true; ///< nothing has been written at this level since its bracket or key
    std::array<char, 1024> block_;
};

/// Appends `text` quoted and escaped.
void append_json_string(std::string& out, std::string_view text);

} // namespace evalbridge
