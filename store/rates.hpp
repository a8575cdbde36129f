#pragma once
// How much of a provider's budget each of several gateways has used, so that together they stay inside it.

#include "store/connection.hpp"
#include "store/runs.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace evalbridge {

/// Requests that count in the windows of a minute and an hour, by urgency.
struct rate_use {
    std::string budget; ///< a provider and its credential
    std::array<std::uint32_t, 3> minute{};
    std::array<std::uint32_t, 3> hour{};
    bool operator==(const rate_use&) const = default;
};

/// Takes the place of what that replica has reported of these budgets before.
void report_rates(connection& db, const std::string& replica, const std::vector<rate_use>& uses, store_time now);
/// The sums of all others, those that have ended included for as long as what they sent may count.
std::vector<rate_use> rates_of_others(connection& db, const std::string& replica, store_time now);
void forget_old_rates(connection& db, store_time now);

} // namespace evalbridge
