#include "tests/oracle/random_runs.hpp"

#include <cstdlib>

namespace evalbridge::oracle {

unsigned runs_to_try(unsigned by_default) {
    const char* told = std::getenv("EVALBRIDGE_RANDOM_RUNS");
    return told ? static_cast<unsigned>(std::strtoul(told, nullptr, 10)) : by_default;
}

} // namespace evalbridge::oracle
