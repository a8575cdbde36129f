#include "cli/until_signal.hpp"

#include "cli/console.hpp"

#include <csignal>
#include <cstdlib>

namespace evalbridge::cli {

until_signal::until_signal(std::function<void()> stop) : signals_(io_, SIGINT, SIGTERM) {
    std::signal(SIGPIPE, SIG_IGN); // a reader of our output that left is an error of that write, not the end of us
    signals_.async_wait([this, stop = std::move(stop)](const boost::system::error_code& failed, int) {
        if (failed)
            return;
        signals_.async_wait([](const boost::system::error_code& again, int) {
            if (!again)
                std::_Exit(exit_failed);
        });
        stop();
    });
    thread_ = std::thread([this] { io_.run(); });
}

until_signal::~until_signal() {
    io_.stop();
    thread_.join();
}

} // namespace evalbridge::cli
