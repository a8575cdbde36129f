#include "stats/holm.hpp"

#include <algorithm>
#include <cstddef>

namespace evalbridge {

std::vector<std::optional<double>> holm_adjusted(std::span<const std::optional<double>> p_values) {
    std::vector<std::size_t> family;
    for (std::size_t i = 0; i < p_values.size(); ++i)
        if (p_values[i])
            family.push_back(i);
    std::sort(family.begin(), family.end(),
              [&](std::size_t one, std::size_t other) { return *p_values[one] < *p_values[other]; });
    std::vector<std::optional<double>> adjusted(p_values.size());
    double largest = 0;
    for (std::size_t rank = 0; rank < family.size(); ++rank) {
        const auto remaining = static_cast<double>(family.size() - rank);
        largest = std::max(largest, std::min(1.0, remaining * *p_values[family[rank]]));
        adjusted[family[rank]] = largest;
    }
    return adjusted;
}

} // namespace evalbridge
