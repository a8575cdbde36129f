#include "stats/rank_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace evalbridge {

namespace {

// A run of equal neighbours is told by its two ends; `same(one, other)` says which are equal.
template <class Same, class See> void each_tie(const std::vector<score_pair>& pairs, Same same, See see) {
    for (std::size_t first = 0; first < pairs.size();) {
        auto last = first + 1;
        while (last < pairs.size() && same(pairs[first], pairs[last]))
            ++last;
        see(first, last);
        first = last;
    }
}

bool same_a(const score_pair& one, const score_pair& other) { return one.a == other.a; }
bool same_b(const score_pair& one, const score_pair& other) { return one.b == other.b; }
bool same_both(const score_pair& one, const score_pair& other) { return same_a(one, other) && same_b(one, other); }

/// Pairs of items among which all are tied, over the runs of equals of a sorted sequence.
template <class Same> std::uint64_t tied_pairs(const std::vector<score_pair>& pairs, Same same) {
    std::uint64_t tied = 0;
    each_tie(pairs, same, [&](std::size_t first, std::size_t last) {
        const std::uint64_t count = last - first;
        tied += count * (count - 1) / 2;
    });
    return tied;
}

/// Twice the distance of each score's midrank from the mean rank, in place of the score: a whole number, which keeps
/// order and ties. `pairs` is sorted by that score.
template <class Same> void rank(std::vector<score_pair>& pairs, Same same, double score_pair::* score) {
    const auto n = static_cast<double>(pairs.size());
    each_tie(pairs, same, [&](std::size_t first, std::size_t last) {
        const double centred = static_cast<double>(first) + static_cast<double>(last) - n;
        for (auto i = first; i < last; ++i)
            pairs[i].*score = centred;
    });
}

/// Sorts by B, stably, and tells how many exchanges of neighbours a bubble sort would have needed (Knight 1966).
std::uint64_t sort_by_b(std::vector<score_pair>& pairs) {
    std::vector<score_pair> merged(pairs.size());
    std::uint64_t exchanges = 0;
    for (std::size_t width = 1; width < pairs.size(); width *= 2) {
        for (std::size_t start = 0; start < pairs.size(); start += 2 * width) {
            const auto middle = std::min(start + width, pairs.size());
            const auto end = std::min(middle + width, pairs.size());
            auto left = start;
            auto right = middle;
            for (auto to = start; to < end; ++to) {
                if (right == end || (left < middle && !(pairs[right].b < pairs[left].b))) {
                    merged[to] = pairs[left++];
                } else {
                    exchanges += middle - left;
                    merged[to] = pairs[right++];
                }
            }
        }
        pairs.swap(merged);
    }
    return exchanges;
}

double over_geometric_mean(long double numerator, double one, double other) {
    // The root of a square is exact, so that a perfect correlation is 1 and no more.
    return std::clamp(static_cast<double>(numerator) / std::sqrt(one * other), -1.0, 1.0);
}

} // namespace

rank_correlation correlate_ranks(std::vector<score_pair> pairs) {
    std::erase_if(pairs, [](const score_pair& each) { return std::isnan(each.a) || std::isnan(each.b); });
    rank_correlation found{pairs.size(), {}, {}};
    if (pairs.size() < 2)
        return found;

    std::sort(pairs.begin(), pairs.end(), [](const score_pair& one, const score_pair& other) {
        return one.a != other.a ? one.a < other.a : one.b < other.b;
    });
    const auto tied_in_a = tied_pairs(pairs, same_a);
    const auto tied_in_both = tied_pairs(pairs, same_both);
    rank(pairs, same_a, &score_pair::a);
    const auto exchanges = sort_by_b(pairs);
    const auto tied_in_b = tied_pairs(pairs, same_b);
    rank(pairs, same_b, &score_pair::b);

    const std::uint64_t n = pairs.size();
    const auto all = n * (n - 1) / 2;
    if (tied_in_a == all || tied_in_b == all)
        return found;
    const auto untied = static_cast<std::int64_t>(all - tied_in_a - tied_in_b + tied_in_both);
    found.kendall_tau_b =
        over_geometric_mean(static_cast<long double>(untied) - 2 * static_cast<long double>(exchanges),
                            static_cast<double>(all - tied_in_a), static_cast<double>(all - tied_in_b));

    // Of whole numbers: exact while a sum stays below 2^64, which it does for 2.6 million pairs.
    long double together = 0;
    long double of_a = 0;
    long double of_b = 0;
    for (const auto& each : pairs) {
        together += static_cast<long double>(each.a) * each.b;
        of_a += static_cast<long double>(each.a) * each.a;
        of_b += static_cast<long double>(each.b) * each.b;
    }
    found.spearman_rho = over_geometric_mean(together, static_cast<double>(of_a), static_cast<double>(of_b));
    return found;
}

} // namespace evalbridge
