#pragma once
// SIGINT and SIGTERM for a server: the first asks it to end, the second ends the process.

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <thread>

namespace evalbridge::cli {

class until_signal {
  public:
    /// Calls `stop` once, from a thread of its own, when a signal comes while this lives.
    explicit until_signal(std::function<void()> stop);
    ~until_signal();
    until_signal(const until_signal&) = delete;
    until_signal& operator=(const until_signal&) = delete;

  private:
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_;
    std::thread thread_;
};

} // namespace evalbridge::cli
