#pragma once
// The ways in which an answer goes over the wire, legal ones and others.

#include "sandbox/fault.hpp"

namespace evalbridge::sandbox {

/// `plain` as the rule's kind has it sent. What the kind changes in the answer itself has been changed already.
answer send_as(const fault_rule& rule, const reply& plain, const request& asked);

} // namespace evalbridge::sandbox
