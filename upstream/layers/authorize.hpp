#pragma once
// Adds the credential to a copy of the request, so that nothing above ever holds it.

#include "upstream/options.hpp"
#include "upstream/upstream.hpp"

#include <memory>
#include <vector>

namespace evalbridge {

std::unique_ptr<upstream> authorize(std::vector<credential> credentials, std::unique_ptr<upstream> inner);

} // namespace evalbridge
