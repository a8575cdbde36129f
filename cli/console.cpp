#include "cli/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace evalbridge::cli {
namespace {

constexpr std::size_t usual_width = 80;

std::size_t width_of(int terminal) {
    winsize size{};
    if (ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return usual_width;
}

bool wants_colours() {
    const char* refused = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    return !(refused && *refused) && kind && std::string_view(kind) != "dumb";
}

} // namespace

console process_console() {
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    return {std::cout, std::cerr, isatty(STDERR_FILENO) == 1, terminal && wants_colours(),
            terminal ? width_of(STDOUT_FILENO) : 0};
}

} // namespace evalbridge::cli
