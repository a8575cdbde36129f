#include "gateway/http/departure.hpp"

#include "gateway/http/socket_calls.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// The kernel calls a socket readable as long as there are bytes, so that behind them it has to be asked.
constexpr std::chrono::milliseconds look_behind_bytes{500};

} // namespace

struct departure_watch::state {
    state(tcp::socket& s, std::function<void()> tell)
        : socket(&s), left(std::move(tell)), look_again(s.get_executor()) {}

    tcp::socket* socket; ///< null once nobody wants to hear
    std::function<void()> left;
    asio::steady_timer look_again;
    asio::cancellation_signal call_off; ///< of the wait alone: the socket may be written to at the same time
};

departure_watch::~departure_watch() {
    if (state_)
        state_->socket = nullptr;
}

void departure_watch::begin(tcp::socket& socket, std::function<void()> left) {
    end();
    state_ = std::make_shared<state>(socket, std::move(left));
    wait(state_);
}

void departure_watch::end() {
    if (!state_)
        return;
    state_->socket = nullptr;
    state_->call_off.emit(asio::cancellation_type::terminal);
    state_.reset();
}

void departure_watch::wait(const std::shared_ptr<state>& s) {
    s->socket->async_wait(tcp::socket::wait_read,
                          asio::bind_cancellation_slot(s->call_off.slot(), [s](boost::system::error_code failed) {
                              if (failed || !s->socket)
                                  return;
                              const unread found = look_at(*s->socket);
                              if (found == unread::nothing)
                                  wait(s);
                              else if (found == unread::bytes)
                                  wait_behind_bytes(s);
                              else
                                  s->left();
                          }));
}

void departure_watch::wait_behind_bytes(const std::shared_ptr<state>& s) {
    s->look_again.expires_after(look_behind_bytes);
    s->look_again.async_wait(asio::bind_cancellation_slot(s->call_off.slot(), [s](boost::system::error_code failed) {
        if (failed || !s->socket)
            return;
        if (has_hung_up(*s->socket))
            s->left();
        else
            wait_behind_bytes(s);
    }));
}

} // namespace evalbridge
