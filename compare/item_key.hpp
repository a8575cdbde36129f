#pragma once
// What makes an item of one run the same item in another: its trace id, or what it was asked. Kept as a digest, so that
// a run of a million verdicts is held in rows of one size, whatever its texts are.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace evalbridge {

/// The first 128 bits of a SHA-256: nobody can make two items meet that don't belong together.
struct item_key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const item_key&, const item_key&) = default;
};

item_key key_of_text(std::string_view text);

/// An input as it is compared: without white space at both ends, and with each run of it (spaces, tabs, line breaks of
/// any system) as one space. Letters, case and Unicode forms are left as they are. Empty for what is blank.
std::string normalised_input(std::string_view input);

/// 32 lower-case digits.
std::string to_hex(const item_key& key);

} // namespace evalbridge
