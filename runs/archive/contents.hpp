#pragma once
// Takes the contents of items, prompts and outputs and what was retrieved for them, out of a vendor's answer, by the
// names of the members that hold them.

#include <span>
#include <string>
#include <string_view>

namespace evalbridge {

/// The same JSON with null for the value of every member, at any depth, that has one of these names; everything else
/// byte for byte. A text that isn't JSON is given back cut where it stops being it.
std::string without_members(std::string_view json, std::span<const std::string_view> names);

} // namespace evalbridge
