#include "sandbox/peaks.hpp"

#include <algorithm>

namespace evalbridge::sandbox {

void peak_window::count(instant now) {
    while (!inside_.empty() && inside_.front().when + length_ <= now) {
        requests_ -= inside_.front().requests;
        inside_.pop_front();
    }
    if (inside_.empty() || inside_.back().when != now)
        inside_.push_back({now, 0});
    ++inside_.back().requests;
    ++requests_;
    peak_ = std::max(peak_, requests_);
}

} // namespace evalbridge::sandbox
