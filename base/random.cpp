#include "base/random.hpp"

#include <random>

namespace evalbridge {

random_source make_random_source() {
    return [engine = std::mt19937_64(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(engine);
    };
}

} // namespace evalbridge
