#include "sandbox/server.hpp"

#include "sandbox/control.hpp"
#include "sandbox/gradient.hpp"
#include "sandbox/identities.hpp"
#include "sandbox/json_text.hpp"
#include "sandbox/listener.hpp"
#include "sandbox/staso.hpp"

#include <boost/asio/io_context.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace evalbridge::sandbox {
namespace {

namespace asio = boost::asio;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("can't read the scenario " + path.string());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::unique_ptr<listener> listen(asio::io_context& context, open_connections& open, std::uint16_t port,
                                 const char* vendor) {
    try {
        return std::make_unique<listener>(context, open, port);
    } catch (const boost::system::system_error& failed) {
        throw std::runtime_error("can't listen on 127.0.0.1:" + std::to_string(port) + " for " + vendor + ": " +
                                 failed.code().message());
    }
}

} // namespace

struct server::state {
    explicit state(const options& chosen)
        : who(chosen.tls ? std::make_unique<identities>() : nullptr),
          shared{chosen.seed, chosen.speed, {}, {}, ordinary_scenario()}, staso(shared), gradient(shared),
          staso_port(shared, staso), gradient_port(shared, gradient),
          own(shared, staso_port, gradient_port, samples(), chosen.tls, [this] { go_down_as_told(); }), context(1),
          staso_listener(listen(context, staso_open, chosen.staso_port, "Staso")),
          gradient_listener(listen(context, gradient_open, chosen.gradient_port, "Gradient")) {
        gradient.set_base_url(url_of(*gradient_listener));
        start(*staso_listener, staso_port, staso);
        start(*gradient_listener, gradient_port, gradient);
        if (chosen.scenario)
            adopt_file(*chosen.scenario);
        boost::json::object line{
            {"event", "ready"}, {"staso", url_of(*staso_listener)}, {"gradient", url_of(*gradient_listener)}};
        if (who)
            line["ca_file"] = who->ca_file();
        line["samples"] = samples();
        ready = to_text(line);
    }

    void adopt_file(const std::filesystem::path& path) {
        try {
            own.adopt(read_file(path));
        } catch (const scenario_error& wrong) {
            throw std::runtime_error(path.string() + ": " + wrong.what());
        }
    }

    void start(listener& on, port_service& port, vendor& of) {
        on.start(
            [this, &port](const std::optional<request>& asked, open_connection& from) {
                if (!asked)
                    return port.refuse_garbage();
                if (!control::is_for(*asked))
                    return port.serve(*asked);
                from.spare(); // a scenario that resets connections is answered on this one
                return own.serve(*asked, port);
            },
            [this, &of] {
                return who ? &who->context(of.current().certificate.value_or(certificate_kind::valid)) : nullptr;
            });
    }

    void go_down_as_told() {
        staso_listener->stay_down(shared.current.staso.down);
        gradient_listener->stay_down(shared.current.gradient.down);
    }

    std::string url_of(const listener& on) const {
        return (who ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(on.port());
    }

    boost::json::object samples() const {
        boost::json::object all;
        staso.add_samples(all);
        gradient.add_samples(all);
        return all;
    }

    std::unique_ptr<identities> who; ///< null without TLS
    world shared;
    staso_vendor staso;
    gradient_vendor gradient;
    port_service staso_port;
    port_service gradient_port;
    control own;
    open_connections staso_open;
    open_connections gradient_open;
    asio::io_context context; ///< after what its coroutines use, so that they go first
    std::unique_ptr<listener> staso_listener;
    std::unique_ptr<listener> gradient_listener;
    std::string ready; ///< set once, so that any thread may ask while another one serves
};

server::server(const options& chosen) {
    if (!(chosen.speed > 0 && chosen.speed <= 1e9))
        throw std::runtime_error("speed: expected more than 0 and at most 1000000000");
    state_ = std::make_unique<state>(chosen);
}

server::~server() = default;

std::uint16_t server::staso_port() const { return state_->staso_listener->port(); }
std::uint16_t server::gradient_port() const { return state_->gradient_listener->port(); }
std::string server::ca_file() const { return state_->who ? state_->who->ca_file() : std::string(); }

std::string server::ready_line() const { return state_->ready; }

void server::run() { state_->context.run(); }
void server::stop() { state_->context.stop(); }

} // namespace evalbridge::sandbox
