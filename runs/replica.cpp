#include "runs/replica.hpp"

#include "base/crypto.hpp"

#include <array>

namespace evalbridge {

std::string make_unique_id() {
    std::array<unsigned char, 10> bytes{};
    fill_random(bytes);
    return to_hex(bytes);
}

} // namespace evalbridge
