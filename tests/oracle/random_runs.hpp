#pragma once
// How many random runs a test tries: few by default, since every build runs it; EVALBRIDGE_RANDOM_RUNS says how many
// else.

namespace evalbridge::oracle {

unsigned runs_to_try(unsigned by_default);

} // namespace evalbridge::oracle
