#pragma once
// Parts of an answer as the bytes they came in, so that `--json` prints every number as the gateway wrote it.

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evalbridge::cli {

/// The elements of the array `key` of the object in `body`, each on one line.
result<std::vector<std::string>> elements_of(std::string body, std::string_view key);
/// The member `key` of the object in `body`, on one line; empty where it is absent or null, and for what is no object.
std::optional<std::string> member_of(std::string_view body, std::string_view key);
/// The text without the line break at its end.
std::string_view trimmed(std::string_view body);

} // namespace evalbridge::cli
