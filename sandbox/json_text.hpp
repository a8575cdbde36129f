#pragma once
// Boost.JSON's own serializer writes 0.5 as 5E-1: correct, but not what either vendor sends. This one writes the
// shortest decimal.

#include <boost/json/value.hpp>

#include <string>

namespace evalbridge::sandbox {

std::string to_text(const boost::json::value& value);

} // namespace evalbridge::sandbox
