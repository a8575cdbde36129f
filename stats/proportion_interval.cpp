#include "stats/proportion_interval.hpp"

#include <algorithm>
#include <cmath>

namespace evalbridge {

namespace {

/// How far Wilson's limits are from the rate. Newcombe's interval needs these, and taking them from the limits would
/// cost the digits that a rate and a limit close to it share.
struct wilson_reach {
    double below = 0;
    double above = 0;
};

wilson_reach reach_of(std::uint64_t successes, std::uint64_t trials, double quantile) {
    const auto n = static_cast<double>(trials);
    const double rate = static_cast<double>(successes) / n;
    const double failing = static_cast<double>(trials - successes) / n;
    const double pull = quantile * quantile / n; // of the centre towards a half
    const double half_width = quantile * std::sqrt(rate * failing / n + pull / (4 * n));
    const double shift = pull * (rate - failing) / 2;
    return {std::max(0.0, (half_width + shift) / (1 + pull)), std::max(0.0, (half_width - shift) / (1 + pull))};
}

/// 1 - phi, phi being the correlation of the two runs' verdicts with method 10's correction of its numerator. Of runs
/// that nearly always agree phi is nearly 1, and subtracting it would leave few digits: with D = ad - bc and M^2 the
/// product of the margins, M - D is (M^2 - D^2) / (M + D), where M^2 - D^2 has positive terms only.
double one_less_corrected_phi(const paired_table& table) {
    const long double a = table.both_pass;
    const long double b = table.only_a;
    const long double c = table.only_b;
    const long double d = table.neither;
    const long double margins = std::sqrt((a + b) * (a + c)) * std::sqrt((d + b) * (d + c));
    if (margins == 0)
        return 1;
    const long double association = a * d - b * c;
    const long double correction = (a + b + c + d) / 2;
    if (association < 0)
        return static_cast<double>((margins - association) / margins);
    if (association <= correction)
        return 1;
    const long double difference_of_squares =
        (a * d + b * c) * (a + d) * (b + c) + (a * c + b * d) * (a * b + c * d) + 4 * a * b * c * d;
    return static_cast<double>((difference_of_squares / (margins + association) + correction) / margins);
}

/// The root of one^2 - 2 phi one other + other^2.
double joined(double one, double other, double one_less_phi) {
    return std::sqrt((one - other) * (one - other) + 2 * one_less_phi * one * other);
}

} // namespace

std::optional<interval> wilson_interval(std::uint64_t successes, std::uint64_t trials, double quantile) {
    if (trials == 0)
        return std::nullopt;
    const auto reach = reach_of(successes, trials, quantile);
    const double rate = static_cast<double>(successes) / static_cast<double>(trials);
    const double lower = successes == 0 ? 0 : rate - reach.below;
    const double upper = successes == trials ? 1 : rate + reach.above;
    return interval{std::max(0.0, lower), std::min(1.0, upper)};
}

std::optional<interval> newcombe_paired_interval(const paired_table& table, double quantile) {
    const auto difference = pass_rate_difference(table);
    if (!difference)
        return std::nullopt;
    const auto of_a = reach_of(table.passed_in_a(), table.total(), quantile);
    const auto of_b = reach_of(table.passed_in_b(), table.total(), quantile);
    const double one_less_phi = one_less_corrected_phi(table);
    const double lower = *difference - joined(of_b.below, of_a.above, one_less_phi);
    const double upper = *difference + joined(of_a.below, of_b.above, one_less_phi);
    return interval{std::max(-1.0, lower), std::min(1.0, upper)};
}

} // namespace evalbridge
