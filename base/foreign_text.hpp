#pragma once
// Text that somebody else wrote, made fit to be shown to people and kept in logs. What a vendor says of a refused
// credential may well repeat it.

#include "base/secret.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace evalbridge {

/// How a vendor's credentials look, so that others than the one in use are hidden too.
struct credential_shape {
    std::string_view prefix;
    std::size_t least = 0;     ///< bytes of one, the prefix included; what is shorter is a word
    bool inside_words = false; ///< whether the prefix begins one even behind a letter, digit, '_' or '-'
};

/// What is cut out of a text, and the word that takes its place.
struct hidden_text {
    const secret& in_use;
    std::span<const credential_shape> shapes;
    std::string_view instead = "[key]";
};

inline constexpr std::size_t longest_shown = 200;

/// The text without control characters, invalid UTF-8 and credentials, cut at a character's border to at most `limit`
/// bytes; nothing when that leaves nothing.
std::optional<std::string> shown(std::string_view text, const hidden_text& hide, std::size_t limit = longest_shown);

} // namespace evalbridge
