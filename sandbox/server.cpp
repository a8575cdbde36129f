#include "sandbox/server.hpp"

#include "sandbox/control.hpp"
#include "sandbox/gradient.hpp"
#include "sandbox/json_text.hpp"
#include "sandbox/session.hpp"
#include "sandbox/staso.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("can't read the scenario " + path.string());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

tcp::acceptor listen(asio::io_context& context, std::uint16_t port, const char* vendor) {
    try {
        return tcp::acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    } catch (const boost::system::system_error& failed) {
        throw std::runtime_error("can't listen on 127.0.0.1:" + std::to_string(port) + " for " + vendor + ": " +
                                 failed.code().message());
    }
}

std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, service serve) {
    const auto executor = acceptor.get_executor();
    for (;;) {
        boost::system::error_code failure;
        tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failure));
        if (failure == asio::error::operation_aborted)
            co_return;
        if (failure) { // out of descriptors, most likely: wait for some to be closed
            asio::steady_timer timer(executor, std::chrono::milliseconds(50));
            co_await timer.async_wait(asio::use_awaitable);
            continue;
        }
        // What a client does wrong ends its own connection and nothing else.
        asio::co_spawn(executor, serve_connection(std::move(socket), serve), [](std::exception_ptr) {});
    }
}

} // namespace

struct server::state {
    explicit state(const options& chosen)
        : shared{chosen.seed, chosen.speed, {}, {}, ordinary_scenario()}, staso(shared), gradient(shared),
          staso_port(shared, staso), gradient_port(shared, gradient), own(shared, staso_port, gradient_port, samples()),
          context(1), staso_acceptor(listen(context, chosen.staso_port, "Staso")),
          gradient_acceptor(listen(context, chosen.gradient_port, "Gradient")) {
        staso_number = staso_acceptor.local_endpoint().port();
        gradient_number = gradient_acceptor.local_endpoint().port();
        gradient.set_base_url(url_of(gradient_number));
        if (chosen.scenario)
            adopt_file(*chosen.scenario);
        ready = to_text(boost::json::object{{"event", "ready"},
                                            {"staso", url_of(staso_number)},
                                            {"gradient", url_of(gradient_number)},
                                            {"samples", samples()}});
        spawn(staso_acceptor, staso_port);
        spawn(gradient_acceptor, gradient_port);
    }

    void adopt_file(const std::filesystem::path& path) {
        try {
            own.adopt(read_file(path));
        } catch (const scenario_error& wrong) {
            throw std::runtime_error(path.string() + ": " + wrong.what());
        }
    }

    void spawn(tcp::acceptor& acceptor, port_service& port) {
        service serve = [this, &port](const std::optional<request>& asked) {
            if (!asked)
                return port.refuse_garbage();
            return control::is_for(*asked) ? own.serve(*asked, port) : port.serve(*asked);
        };
        asio::co_spawn(context, accept_connections(acceptor, std::move(serve)), asio::detached);
    }

    boost::json::object samples() const {
        boost::json::object all;
        staso.add_samples(all);
        gradient.add_samples(all);
        return all;
    }

    world shared;
    staso_vendor staso;
    gradient_vendor gradient;
    port_service staso_port;
    port_service gradient_port;
    control own;
    asio::io_context context; ///< after what its coroutines use, so that they go first
    tcp::acceptor staso_acceptor;
    tcp::acceptor gradient_acceptor;
    // Set once, so that any thread may ask while another one serves.
    std::uint16_t staso_number = 0;
    std::uint16_t gradient_number = 0;
    std::string ready;
};

server::server(const options& chosen) {
    if (!(chosen.speed > 0 && chosen.speed <= 1e9))
        throw std::runtime_error("speed: expected more than 0 and at most 1000000000");
    state_ = std::make_unique<state>(chosen);
}

server::~server() = default;

std::uint16_t server::staso_port() const { return state_->staso_number; }
std::uint16_t server::gradient_port() const { return state_->gradient_number; }

std::string server::ready_line() const { return state_->ready; }

void server::run() { state_->context.run(); }
void server::stop() { state_->context.stop(); }

} // namespace evalbridge::sandbox
