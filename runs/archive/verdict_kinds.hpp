#pragma once
// What filters tell verdicts apart by: level, metric and `passed`. A run has few such kinds, so each verdict is stored
// with its kind's number, and a filter becomes a set of kinds.

#include "mapping/paging.hpp"
#include "store/archive_rows.hpp"

#include <map>
#include <string>
#include <vector>

namespace evalbridge {

/// Numbers the kinds of a run's verdicts, from 0, in order of first appearance.
class verdict_kinds {
  public:
    int number_of(const verdict& v);
    /// Those that were met since this was last asked.
    std::vector<archived_kind> take_fresh();

  private:
    std::map<std::string, int, std::less<>> numbers_;
    std::vector<archived_kind> fresh_;
};

/// By kind, whether its verdicts match; the filter's trace id isn't looked at.
std::vector<bool> kinds_that_match(const std::vector<archived_kind>& kinds, const verdict_filter& filter);

} // namespace evalbridge
