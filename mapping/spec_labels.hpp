#pragma once
// The labels of a client's spec.

#include "mapping/spec_members.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace evalbridge {

inline constexpr std::size_t most_labels = 64;

/// Reads `labels`: at most so many short strings.
void read_labels(spec_members& spec, std::map<std::string, std::string>& out);

} // namespace evalbridge
