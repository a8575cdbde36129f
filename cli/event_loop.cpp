#include "cli/event_loop.hpp"

#include <csignal>

namespace evalbridge::cli {

event_loop::event_loop() : signals_(io_, SIGINT, SIGTERM) {
    signals_.async_wait([this](const boost::system::error_code& failed, int) {
        if (failed)
            return;
        interrupted_ = true;
        signals_.clear(); // a second one ends the process the usual way, should the cancelled task not end
        stop_.emit(boost::asio::cancellation_type::terminal);
    });
}

void event_loop::turn_until(const bool& ended) {
    if (interrupted_)
        stop_.emit(boost::asio::cancellation_type::terminal);
    while (!ended)
        if (io_.run_one() == 0)
            io_.restart();
}

} // namespace evalbridge::cli
