#pragma once
// The most requests that any sliding window of a given length has seen, by the sandbox's clock.

#include "sandbox/sandbox_clock.hpp"

#include <cstdint>
#include <deque>

namespace evalbridge::sandbox {

class peak_window {
  public:
    explicit peak_window(milliseconds length) : length_(length) {}
    void count(instant now);
    std::uint64_t peak() const { return peak_; }

  private:
    struct moment {
        instant when;
        std::uint64_t requests;
    };
    milliseconds length_;
    std::deque<moment> inside_; ///< one for each millisecond with requests, so its size has a bound
    std::uint64_t requests_ = 0;
    std::uint64_t peak_ = 0;
};

} // namespace evalbridge::sandbox
