#include "compare/item_key.hpp"

#include "base/crypto.hpp"

#include <array>
#include <span>

namespace evalbridge {
namespace {

// The white space of ASCII, whatever the locale.
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::uint64_t word_at(const sha256_digest& digest, std::size_t at) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i)
        out = out << 8 | digest[at + i];
    return out;
}

} // namespace

item_key key_of_text(std::string_view text) {
    const auto digest = sha256(text);
    return {word_at(digest, 0), word_at(digest, 8)};
}

std::string normalised_input(std::string_view input) {
    std::string out;
    out.reserve(input.size());
    bool apart = false;
    for (const char c : input) {
        if (is_blank(c)) {
            apart = !out.empty();
            continue;
        }
        if (apart)
            out += ' ';
        apart = false;
        out += c;
    }
    return out;
}

std::string to_hex(const item_key& key) {
    std::array<unsigned char, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(key.high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<unsigned char>(key.low >> (56 - 8 * i));
    }
    return to_hex(std::span<const unsigned char>(bytes));
}

} // namespace evalbridge
