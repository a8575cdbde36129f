#include "stats/mcnemar.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace evalbridge {

namespace {

constexpr std::uint64_t too_many_to_sum = std::uint64_t{1} << 40;

/// log n! less Stirling's formula for it, which tends to 1 / (12 n): what Loader's sum has besides deviances.
double stirling_error(double n) {
    if (n < 16) {
        double factorial = 1; // exact up to 22!
        for (double i = 2; i <= n; ++i)
            factorial *= i;
        return std::log(factorial) - (n + 0.5) * std::log(n) + n - 0.5 * std::log(2 * std::numbers::pi);
    }
    const double square = n * n;
    // The first term left out is 691 / (360360 n^11), some 1e-16 for n = 16.
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n;
}

/// x log(x / mean) + mean - x, Loader's deviance, without losing the digits that cancel where x is near the mean.
double deviance(double x, double mean) {
    const double difference = x - mean;
    if (std::abs(difference) >= 0.1 * (x + mean))
        return x * std::log(x / mean) + mean - x;
    // log(x / mean) = 2 atanh(v), by its series; what it is multiplied by is arranged so that nothing cancels.
    const double v = difference / (x + mean);
    double sum = difference * v;
    double power = 2 * x * v;
    for (int i = 1;; ++i) {
        power *= v * v;
        const double next = sum + power / (2 * i + 1);
        if (next == sum)
            return sum;
        sum = next;
    }
}

/// P(X = k) for X binomial(n, 1/2) with 0 < k < n.
double probability_of(double k, double n) {
    const double exponent =
        stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n / 2) - deviance(n - k, n / 2);
    return std::exp(exponent) * std::sqrt(n / (2 * std::numbers::pi * k * (n - k)));
}

/// P(X <= k) for X binomial(n, 1/2) with k < n / 2: the terms fall from k downwards faster than a geometric series.
double lower_tail(std::uint64_t k, std::uint64_t n) {
    if (k == 0)
        return std::exp2(-static_cast<double>(n));
    // Some 10^5 factors for the largest n: in a double their roundings would add up to the eleventh digit.
    long double sum = 1;
    long double term = 1;
    for (auto below = k; below > 0; --below) {
        term *= static_cast<long double>(below) / static_cast<long double>(n - below + 1);
        const auto next = sum + term;
        if (next == sum)
            break;
        sum = next;
    }
    return probability_of(static_cast<double>(k), static_cast<double>(n)) * static_cast<double>(sum);
}

} // namespace

double mcnemar_exact_p(const paired_table& table) {
    const auto n = table.discordant();
    const auto k = std::min(table.only_a, table.only_b);
    if (n - 2 * k <= 1)
        return 1; // P(X <= k) is a half or more
    if (n > too_many_to_sum) {
        const auto beyond = static_cast<double>(n - 2 * k - 1); // twice the distance of k + 1/2 from the mean
        return std::erfc(beyond / std::sqrt(2 * static_cast<double>(n)));
    }
    return std::min(1.0, 2 * lower_tail(k, n));
}

} // namespace evalbridge
