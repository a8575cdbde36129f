#pragma once
// What somebody who mistyped a word may have meant.

#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::config {

/// The candidate closest to `word`, if it is close enough to be a slip: empty otherwise.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

/// `; did you mean X?`, or the words there are, for the end of a message about an unknown one.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);

} // namespace evalbridge::config
