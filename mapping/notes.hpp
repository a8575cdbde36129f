#pragma once
// What a unified object says about its own making: which members the vendor didn't give as they stand.

#include <boost/container/small_vector.hpp>

#include <string_view>

namespace evalbridge {

enum class note_kind {
    derived,   ///< computed from what the vendor gave
    defaulted, ///< the vendor was silent and a documented default stands in
    lossy,     ///< the vendor gave more than the member can hold; the rest is in `raw`
};

/// The members of `mapping` in which notes are written, in their order.
struct note_member {
    note_kind kind;
    std::string_view name;
};
inline constexpr note_member note_members[] = {
    {note_kind::derived, "derived"},
    {note_kind::defaulted, "defaulted"},
    {note_kind::lossy, "lossy"},
};

/// `member` and `reason` are literals, so that a note costs no allocation.
struct mapping_note {
    note_kind kind;
    std::string_view member; ///< e.g. "passed", "scope.start"
    std::string_view reason; ///< e.g. "configured threshold"
};

/// Written as {"derived": {"<member>": "<reason>"}, "defaulted": {...}, "lossy": {...}}; empty kinds are left out.
using mapping_notes = boost::container::small_vector<mapping_note, 2>;

} // namespace evalbridge
