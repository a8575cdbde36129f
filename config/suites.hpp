#pragma once
// The `suites` of a configuration: named evaluations, each with a run spec for every provider that it may run on.

#include "base/error.hpp"
#include "config/node.hpp"
#include "mapping/suite.hpp"

#include <functional>
#include <span>

namespace evalbridge::config {

/// Judges a spec as its provider would, without I/O: faults with pointers into the spec.
using spec_check = std::function<result<void>(const run_spec&)>;

/// Reads `suites` of a document's root. A block under `on` is read by the rules of a client's run spec, `provider`
/// left out, since the block's key says it; every fault is reported at its line. A route must name configured providers
/// that the suite has a block for, none of them twice.
suite_map read_suites(const node& root, std::span<const std::string_view> providers, const spec_check& check);

} // namespace evalbridge::config
