#pragma once
// How many random runs are tried: enough for every build by default; EVALBRIDGE_RANDOM_RUNS says how many else.

namespace evalbridge::oracle {

unsigned runs_to_try();

} // namespace evalbridge::oracle
