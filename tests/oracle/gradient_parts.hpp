#pragma once
// What several of Gradient's answers share.

#include "tests/oracle/gradient_judge.hpp"

namespace evalbridge::oracle::gradient {

inline constexpr std::size_t most_metric_results = 1000;

/// A time as ours; null for none and for the vendor's zero value, year 1.
json::value time(told in);
json::value chunk(told in);
std::string value_type(const std::string& native);

} // namespace evalbridge::oracle::gradient
