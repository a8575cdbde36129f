#pragma once
// JSON as a vendor shouldn't send it, made from what it did send.

#include "sandbox/fault.hpp"

#include <string>

namespace evalbridge::sandbox {

/// Leaves the body alone where the kind is none of JSON's.
void spoil_json(fault_kind kind, std::string& body);
/// 100,000 of them, one in the other.
std::string nested_arrays();

} // namespace evalbridge::sandbox
