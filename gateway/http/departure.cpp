#include "gateway/http/departure.hpp"

#include "gateway/http/socket_calls.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using asio::ip::tcp;

struct departure_watch::state {
    tcp::socket* socket = nullptr; ///< null once nobody wants to hear
    std::function<void()> left;
    asio::cancellation_signal call_off; ///< of the wait alone: the socket may be written to at the same time
};

departure_watch::~departure_watch() {
    if (state_)
        state_->socket = nullptr;
}

void departure_watch::begin(tcp::socket& socket, std::function<void()> left) {
    end();
    state_ = std::make_shared<state>();
    state_->socket = &socket;
    state_->left = std::move(left);
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
                              else if (found == unread::end)
                                  s->left();
                          }));
}

} // namespace evalbridge
