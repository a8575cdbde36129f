#include "base/crash_point.hpp"

#ifdef EVALBRIDGE_TEST_ROUTES

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace evalbridge {
namespace {

struct chosen_point {
    std::string name;
    int arrival = 1;
};

// Read from the environment, since the process under test is a whole one. Never in a release.
chosen_point read_choice() {
    const char* const text = std::getenv("EVALBRIDGE_CRASH_AT");
    const std::string_view all = text ? text : "";
    const auto colon = all.find(':');
    chosen_point out{std::string(all.substr(0, colon)), 1};
    if (colon != std::string_view::npos)
        out.arrival = std::atoi(all.data() + colon + 1);
    return out;
}

} // namespace

void crash_point(const char* name) {
    static const chosen_point chosen = read_choice();
    static std::atomic<int> arrivals{0};
    if (chosen.name == name && ++arrivals == chosen.arrival)
        std::raise(SIGKILL);
}

} // namespace evalbridge

#endif
