#pragma once
// Durations in messages for people.

#include <chrono>
#include <string>

namespace evalbridge {

/// `30 s`, `250 ms`
inline std::string in_words(std::chrono::milliseconds span) {
    if (span.count() % 1000 == 0)
        return std::to_string(span.count() / 1000) + " s";
    return std::to_string(span.count()) + " ms";
}

} // namespace evalbridge
