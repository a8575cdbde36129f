#include "stats/paired_table.hpp"

namespace evalbridge {

std::optional<double> pass_rate_difference(const paired_table& table) {
    if (table.total() == 0)
        return std::nullopt;
    // Subtracted as whole numbers, so that equal rates differ by exactly 0.
    const auto gained = static_cast<std::int64_t>(table.only_b) - static_cast<std::int64_t>(table.only_a);
    return static_cast<double>(gained) / static_cast<double>(table.total());
}

std::optional<double> raw_agreement(const paired_table& table) {
    if (table.total() == 0)
        return std::nullopt;
    return static_cast<double>(table.agreeing()) / static_cast<double>(table.total());
}

std::optional<double> cohens_kappa(const paired_table& table) {
    const long double passed_a = table.passed_in_a();
    const long double passed_b = table.passed_in_b();
    const long double failed_a = table.only_b + table.neither;
    const long double failed_b = table.only_a + table.neither;
    // For two by two cells (po - pe) / (1 - pe) is 2 (ad - bc) over this, which doesn't subtract nearly equal shares.
    const long double disagreeing_by_chance = passed_a * failed_b + passed_b * failed_a;
    if (disagreeing_by_chance == 0)
        return std::nullopt;
    const long double concordant = static_cast<long double>(table.both_pass) * table.neither;
    const long double discordant = static_cast<long double>(table.only_a) * table.only_b;
    return static_cast<double>(2 * (concordant - discordant) / disagreeing_by_chance);
}

} // namespace evalbridge
