#include "runs/watch_interval.hpp"

#include <algorithm>
#include <cmath>

namespace evalbridge {
namespace {

using seconds = std::chrono::duration<double>;

/// A rate of nothing is looked at again: it is a budget's word for now.
constexpr seconds longest_share = std::chrono::hours(1);

duration rounded(seconds s) { return std::chrono::duration_cast<duration>(s); }

seconds fair_share(const watch_pace& pace) {
    if (std::isinf(pace.rate))
        return seconds(0);
    return pace.rate > 0 ? std::min(longest_share, seconds(static_cast<double>(pace.live) / pace.rate)) : longest_share;
}

} // namespace

duration next_interval(const watch_pace& pace, const watch_options& options, const random_source& chance) {
    const seconds first = options.first_interval;
    const seconds age = std::max(pace.age, duration::zero());
    seconds wanted = std::clamp(first + options.growth * age, first, std::max<seconds>(first, options.max_interval));
    if (pace.usual) {
        const seconds usual = *pace.usual;
        const seconds running = pace.running;
        if (running >= 0.8 * usual && running <= 1.5 * usual)
            wanted = std::min(wanted, std::max(first, usual / 40));
    }
    const seconds share = fair_share(pace);
    const double drawn = chance();
    if (share >= wanted)
        return rounded(share * (1 + 0.1 * drawn));
    return rounded(std::max(share, wanted * (0.9 + 0.2 * drawn)));
}

duration stall_time(std::optional<duration> usual, const watch_options& options) {
    const duration least = options.stalled_least;
    if (!usual)
        return least;
    return std::max(least, rounded(options.stalled_after * seconds(*usual)));
}

} // namespace evalbridge
