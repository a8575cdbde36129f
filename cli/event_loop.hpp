#pragma once
// An io_context that one command waits on, until what it waits for is there or the user has had enough.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace evalbridge::cli {

class event_loop {
  public:
    event_loop();

    boost::asio::io_context& context() { return io_; }
    /// SIGINT or SIGTERM has come; it stays so.
    bool interrupted() const { return interrupted_; }
    /// Runs the coroutine to its end. An interruption cancels it, and makes the answer empty.
    template <class T> std::optional<T> run(boost::asio::awaitable<T> task) {
        std::optional<T> value;
        std::exception_ptr thrown;
        bool ended = false;
        boost::asio::co_spawn(io_, std::move(task),
                              boost::asio::bind_cancellation_slot(stop_.slot(), [&](std::exception_ptr e, T v) {
                                  ended = true;
                                  thrown = e;
                                  if (!e)
                                      value.emplace(std::move(v));
                              }));
        turn_until(ended);
        if (interrupted_)
            return {};
        if (thrown)
            std::rethrow_exception(thrown);
        return value;
    }

  private:
    void turn_until(const bool& ended);

    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_;
    boost::asio::cancellation_signal stop_;
    bool interrupted_ = false;
};

} // namespace evalbridge::cli
