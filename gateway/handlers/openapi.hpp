#pragma once
// The API's own description: docs/openapi.yaml as JSON, put into the program when it is built.

#include <string_view>

namespace evalbridge {

std::string_view openapi_json();

} // namespace evalbridge
