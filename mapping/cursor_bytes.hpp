#pragma once
// What cursors are made of: numbers and texts, one after the other, sealed with a keyed digest.

#include "mapping/cursor.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace evalbridge {

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

/// URL-safe text: the content, a dot, the digest of the content's text.
std::string seal_cursor(std::string_view content, const mac_function& mac);
/// The content; empty for what isn't ours or was changed.
std::optional<std::string> unseal_cursor(std::string_view text, const mac_function& mac);
/// What a client is told of such a cursor.
error refused_cursor();

} // namespace evalbridge
