#pragma once
// What every decoder of this vendor needs, since no answer of its eval API is published: members under one of several
// names, objects in one of several envelopes, times in one of several forms.

#include "mapping/json_reader.hpp"
#include "mapping/notes.hpp"
#include "mapping/timestamp.hpp"

#include <initializer_list>
#include <optional>
#include <string_view>

namespace evalbridge::staso {

using names = std::initializer_list<std::string_view>; ///< literals, the likeliest first

/// The member under the first of these names that occurs, null included; else absent under the first name.
json_reader first_of(json_reader& in, names candidates);

/// The object that holds one of `marks`: this one, or the one that an envelope member holds, at most two deep. This one
/// when there is none, so that whatever is missing is reported at the top.
json_reader unwrapped(json_reader in, names marks, names envelopes);

struct list_place {
    json_reader list;
    json_reader holder; ///< where a total stands beside it
};
/// The first array under these names, here or inside `data`, or this itself where it is no object; else whatever stands
/// under the first name that occurs.
list_place find_list(json_reader in, names candidates);

/// ISO 8601, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970, as a number or in quotes.
/// What can't be read is empty, with a note for `member`.
std::optional<timestamp> read_time(json_reader in, std::string_view member, mapping_notes& notes);

/// A whole count that isn't negative; a fault for anything else but null.
std::optional<std::int64_t> read_count(json_reader in);

// For members that nothing documents: what can't be read is as if it weren't there.

/// A finite number, or one in quotes.
std::optional<double> number_if_any(json_reader in);
/// A whole count that isn't negative.
std::optional<std::int64_t> count_if_any(json_reader in);

} // namespace evalbridge::staso
