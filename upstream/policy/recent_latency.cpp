#include "upstream/policy/recent_latency.hpp"

#include <algorithm>
#include <cmath>

namespace evalbridge {
namespace {

constexpr double least = 100e-6; ///< seconds: the first bucket's upper end
constexpr double growth = 1.2;
constexpr duration half = std::chrono::minutes(1);

std::size_t bucket_of(duration took, std::size_t buckets) {
    const double seconds = std::chrono::duration<double>(took).count();
    if (seconds <= least)
        return 0;
    const auto at = std::ceil(std::log(seconds / least) / std::log(growth) - 1e-9);
    return std::min(static_cast<std::size_t>(at), buckets - 1);
}

duration upper_end(std::size_t bucket) {
    return std::chrono::duration_cast<duration>(
        std::chrono::duration<double>(least * std::pow(growth, static_cast<double>(bucket))));
}

} // namespace

/// Begins another minute where the last one is over.
void recent_latency::turn(time_point now) const {
    if (now - turned_ < half)
        return;
    if (now - turned_ < 2 * half) {
        previous_ = current_;
        turned_ += half;
    } else {
        previous_.fill(0);
        turned_ = now;
    }
    current_.fill(0);
}

void recent_latency::add(duration took, time_point now) {
    const auto bucket = bucket_of(took, buckets);
    const std::lock_guard lock(mutex_);
    turn(now);
    ++current_[bucket];
}

std::optional<recent_latency::view> recent_latency::look(time_point now) const {
    counts both;
    {
        const std::lock_guard lock(mutex_);
        turn(now);
        for (std::size_t i = 0; i < buckets; ++i)
            both[i] = current_[i] + previous_[i];
    }
    view out;
    for (const auto each : both)
        out.count += each;
    if (out.count == 0)
        return std::nullopt;
    // The smallest bucket up to which that share of all lies.
    const auto percentile = [&](double share) {
        const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(out.count)));
        std::uint64_t so_far = 0;
        for (std::size_t i = 0; i < buckets; ++i) {
            so_far += both[i];
            if (so_far >= wanted)
                return upper_end(i);
        }
        return upper_end(buckets - 1);
    };
    out.p50 = percentile(0.5);
    out.p90 = percentile(0.9);
    out.p99 = percentile(0.99);
    return out;
}

} // namespace evalbridge
