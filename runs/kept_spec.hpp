#pragma once
// What a recorded create is to start.

#include "mapping/run_spec.hpp"
#include "store/creates.hpp"

#include <cstddef>

namespace evalbridge {

/// With its suite and its tag. Errors: internal, where the store's text isn't one of ours.
result<run_spec> spec_of(const create_record& create);
/// As many runs as it starts.
std::size_t runs_expected(const run_spec& spec);

} // namespace evalbridge
