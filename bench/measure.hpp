#pragma once
// Of this process: memory, and time.

#include <chrono>
#include <fstream>
#include <string>

namespace evalbridge::bench {

/// A row of /proc/self/status that is in kB, such as "VmHWM" or "VmRSS"; 0 where there is none.
inline double mebibytes(const char* name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name))
            return std::stod(line.substr(line.find(':') + 1)) / 1024;
    return 0;
}

/// From now on VmHWM is of what follows.
inline void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

inline double milliseconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

} // namespace evalbridge::bench
