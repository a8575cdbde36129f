#pragma once
// The one preference of RFC 7240 that is met here: `Prefer: wait=30`.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {

/// The value of the first `wait` of a Prefer field: `respond-async, wait=30`. Nothing where it has none, or one that
/// isn't a whole number of seconds: a preference that isn't understood is none.
std::optional<std::chrono::seconds> parse_preferred_wait(std::string_view prefer);
/// The same of all Prefer fields of a request. Names are in lower case.
std::optional<std::chrono::seconds> preferred_wait(const std::vector<std::pair<std::string, std::string>>& fields);

} // namespace evalbridge
