#pragma once
// Tells of every attempt that failed, and names the provider in its error. A healthy attempt leaves no line: the access
// log has one for the request already.

#include "base/clock.hpp"
#include "base/log.hpp"
#include "upstream/upstream.hpp"

#include <memory>
#include <string>

namespace evalbridge {

std::unique_ptr<upstream> observe_attempts(std::string provider_name, logger& log, clock& time,
                                           std::unique_ptr<upstream> inner);

} // namespace evalbridge
