#pragma once
// Results from verdicts. The vendor lists verdicts only, one a trace and rule and in no documented order, so a trace's
// may stand anywhere in the list.

#include "mapping/run_result.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace evalbridge::staso {

/// Gathers verdicts by trace, in the order in which the traces appear first.
class result_grouping {
  public:
    void add(verdict&& v);
    std::vector<run_result> take() && { return std::move(results_); }

  private:
    std::vector<run_result> results_;
    std::unordered_map<std::string, std::size_t> index_;
};

} // namespace evalbridge::staso
