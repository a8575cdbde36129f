#pragma once
// A run spec as the JSON that a client would send for it: for showing a suite, and for keeping what a create was asked.

#include "mapping/json_writer.hpp"
#include "mapping/run_spec.hpp"

namespace evalbridge {

/// The body of POST /v1/runs that `read_run_spec` reads back as an equal spec; absents are left out. `suite` and `tag`
/// aren't members of a client's spec: whoever keeps a spec keeps them beside it.
std::string write_run_spec(const run_spec& spec);

/// The same as the next value of something larger.
void write(json_writer& out, const run_spec& spec);

} // namespace evalbridge
