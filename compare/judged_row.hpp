#pragma once
// A verdict as a comparison keeps it: no texts. Its reason is read again for the few that somebody looks at.

#include "compare/item_key.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace evalbridge {

enum class decision : std::uint8_t {
    passed,
    failed,
    undecided, ///< nothing says, or it could not be calculated
};

inline constexpr double no_score = std::numeric_limits<double>::quiet_NaN();

struct judged_row {
    item_key item;
    double score = no_score;
    std::uint32_t position = 0;    ///< in the run's list of item-level verdicts, from 0
    std::uint32_t metric : 30 = 0; ///< which of the run's metrics, or of the comparison's
    std::uint32_t decided : 2 = static_cast<std::uint32_t>(decision::undecided);

    bool has_score() const { return !std::isnan(score); }
    bool is_decided() const { return decided != static_cast<std::uint32_t>(decision::undecided); }
    bool passed() const { return decided == static_cast<std::uint32_t>(decision::passed); }
};
static_assert(sizeof(judged_row) == 32, "what docs/comparing-runs.md says of memory");

} // namespace evalbridge
