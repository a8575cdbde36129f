#pragma once
// Makes gzip streams for tests.

#include <string>
#include <string_view>

namespace evalbridge::testing {

std::string gzipped(std::string_view plain);

} // namespace evalbridge::testing
