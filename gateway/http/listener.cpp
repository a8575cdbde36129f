#include "gateway/http/listener.hpp"

#include "base/request_id.hpp"
#include "gateway/http/session.hpp"
#include "gateway/http/socket_calls.hpp"
#include "gateway/http/turn_away.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Out of file descriptors or memory, the same accept fails again at once; pausing leaves room for connections to end.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::seconds complaint_interval{1};

} // namespace

struct listener::shared : std::enable_shared_from_this<listener::shared> {
    shared(tcp::acceptor a, edge_context context)
        : acceptor(std::move(a)), pause(acceptor.get_executor()), closing(acceptor.get_executor()),
          group(std::make_shared<session_group>(context)) {}

    static asio::awaitable<void> accept(std::shared_ptr<shared> self);
    void take(tcp::socket socket);
    void turn_away(tcp::socket socket);
    void take_pending();
    void stop_accepting();
    void complain(std::string_view event, std::string_view reason);

    tcp::acceptor acceptor;
    asio::steady_timer pause;
    asio::steady_timer closing;
    bool accepting = false;
    bool aborted = false;
    turned_away strangers;
    std::shared_ptr<session_group> group; ///< shared with the sessions, which may end later
    time_point last_complaint{};
    std::int64_t refused = 0; ///< connections since the last complaint
};

asio::awaitable<void> listener::shared::accept(std::shared_ptr<shared> self) {
    while (self->acceptor.is_open()) {
        error_code failed;
        auto socket = co_await self->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (!failed) {
            self->take(std::move(socket));
            continue;
        }
        if (failed == asio::error::operation_aborted || failed == asio::error::bad_descriptor)
            break;
        if (failed == asio::error::connection_aborted)
            continue;
        self->complain("accept_failed", failed.message());
        self->pause.expires_after(accept_pause);
        co_await self->pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    }
    self->accepting = false;
}

void listener::shared::take(tcp::socket socket) {
    if (aborted)
        return;
    if (group->sessions.size() >= group->edge.options.max_connections) {
        turn_away(std::move(socket));
        return;
    }
    const auto executor = socket.get_executor();
    auto fresh = std::make_shared<session>(std::move(socket), group); // shared: its coroutine and nobody else
    if (group->draining)
        fresh->drain();
    asio::co_spawn(executor, session::run(std::move(fresh)), [group = group](const std::exception_ptr& thrown) {
        if (!thrown)
            return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& e) {
            group->edge.log.error("session_failed", {{"what", e.what()}});
        }
    });
}

void listener::shared::turn_away(tcp::socket socket) {
    group->edge.meters.turned_away.Increment();
    ++refused;
    complain("connection_refused", "max_connections is reached");
    const auto id = make_request_id();
    const auto e = error(errc::overloaded)
                       .because("the gateway has as many connections as it takes; try again shortly")
                       .retry_after(std::chrono::seconds(1));
    const reply answer = problem(e, "", id);
    const auto date = group->date.at(group->edge.time.wall_now());
    strangers.tell(std::move(socket), answer_head(answer, date, id, connection_use::close) + answer.body);
}

// Clients in the backlog believe they are connected: they are served rather than reset.
void listener::shared::take_pending() {
    error_code failed;
    acceptor.non_blocking(true, failed);
    while (!failed) {
        tcp::socket socket(acceptor.get_executor());
        acceptor.accept(socket, failed);
        if (!failed)
            take(std::move(socket));
    }
}

void listener::shared::stop_accepting() {
    take_pending();
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
}

void listener::shared::complain(std::string_view event, std::string_view reason) {
    const auto now = group->edge.time.now();
    if (last_complaint != time_point{} && now - last_complaint < complaint_interval)
        return;
    last_complaint = now;
    group->edge.log.warning(event, {{"reason", reason}, {"refused", refused}});
    refused = 0;
}

listener::listener(tcp::acceptor acceptor, edge_context context)
    : shared_(std::make_shared<shared>(std::move(acceptor), context)) {}

listener::~listener() { abort(); }

void listener::start() {
    shared_->accepting = true;
    asio::co_spawn(shared_->acceptor.get_executor(), shared::accept(shared_), asio::detached);
}

void listener::drain() {
    if (shared_->group->draining)
        return;
    shared_->group->draining = true;
    for (session* each : shared_->group->sessions)
        each->drain();
    if (!let_nobody_begin(shared_->acceptor)) {
        shared_->stop_accepting();
        return;
    }
    // Who has the other side's half of the handshake already takes itself for connected, and may have sent a request.
    shared_->closing.expires_after(drain_grace);
    shared_->closing.async_wait([shared = shared_](error_code failed) {
        if (!failed)
            shared->stop_accepting();
    });
}

void listener::cut() {
    shared_->group->gate.close();
    for (session* each : shared_->group->sessions)
        each->cut();
}

void listener::abort() {
    shared_->aborted = true;
    shared_->closing.cancel();
    error_code ignored;
    shared_->acceptor.close(ignored);
    shared_->pause.cancel();
    shared_->strangers.abort();
    shared_->group->gate.close();
    for (session* each : shared_->group->sessions)
        each->abort();
}

std::size_t listener::connections() const {
    const bool may_come = shared_->group->draining && shared_->accepting;
    return shared_->group->sessions.size() + (may_come ? 1 : 0);
}

} // namespace evalbridge
