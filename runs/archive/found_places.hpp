#pragma once
// Where in an archived run's list the items of a window are.

#include <cstdint>
#include <vector>

namespace evalbridge {

struct found_places {
    std::vector<std::int64_t> positions; ///< one more than the window has, where something follows
    std::uint64_t total = 0;

    void add(std::int64_t position, std::uint64_t skip, std::uint32_t limit) {
        if (total++ >= skip && positions.size() <= limit)
            positions.push_back(position);
    }
};

/// Of a list of `count` items that all match.
inline found_places every_place(std::int64_t count, std::uint64_t skip, std::uint32_t limit) {
    found_places out;
    out.total = static_cast<std::uint64_t>(count);
    for (auto at = skip; at < out.total && out.positions.size() <= limit; ++at)
        out.positions.push_back(static_cast<std::int64_t>(at));
    return out;
}

} // namespace evalbridge
