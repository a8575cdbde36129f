#pragma once
// The few members of a run that a list of its results is read with.

#include "adapters/gradient/decode.hpp"
#include "mapping/json_reader.hpp"

namespace evalbridge::gradient {

run_facts read_facts(json_reader& in);

} // namespace evalbridge::gradient
