#include "upstream/transport/dial.hpp"

#include "upstream/transport/durations.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct attempt {
    std::unique_ptr<vendor_connection> made;
    std::string failure;
    bool final = false; ///< another address can't do better
};

asio::awaitable<attempt> dial_one(const upstream_options& options, tcp::endpoint endpoint, asio::ssl::context* tls,
                                  deadline_sweeper& sweeper, time_point when) {
    const auto executor = co_await asio::this_coro::executor;
    attempt result;
    auto fresh = std::make_unique<vendor_connection>(executor);
    auto& socket = fresh->socket();
    const auto watch = sweeper.at(when, [raw = fresh.get()] { raw->close(); });

    boost::system::error_code failed;
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failed));
    if (!failed)
        socket.set_option(tcp::no_delay(true), failed);
    if (!failed)
        socket.non_blocking(true, failed);
    if (failed) {
        result.failure = failed.message();
    } else if (tls) {
        auto& stream = fresh->start_tls(*tls);
        if (!expect_peer(stream, options.url.host)) {
            result.failure = "the host is not one that a certificate can name";
            result.final = true;
            co_return result;
        }
        co_await stream.async_handshake(asio::ssl::stream_base::client,
                                        asio::redirect_error(asio::use_awaitable, failed));
        if (failed) {
            auto why = explain_handshake(stream, failed, options.url.host);
            result.failure = std::move(why.reason);
            result.final = why.untrusted;
        }
    }
    if (watch.fired() && !result.final) {
        result.failure = "nobody answered within " + in_words(options.connect_timeout);
        co_return result;
    }
    if (!failed)
        result.made = std::move(fresh);
    co_return result;
}

} // namespace

asio::awaitable<result<std::unique_ptr<vendor_connection>>> dial(const upstream_options& options,
                                                                 const resolver::addresses& addresses,
                                                                 asio::ssl::context* tls, deadline_sweeper& sweeper,
                                                                 time_point when) {
    std::string failure = "no address to try";
    for (const auto& address : addresses) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= when)
            break;
        const auto until = std::min(when, now + options.connect_timeout);
        const tcp::endpoint endpoint(address, options.url.port);
        auto attempted = co_await dial_one(options, endpoint, tls, sweeper, until);
        if (attempted.made)
            co_return std::move(attempted.made);
        failure = std::move(attempted.failure);
        if (attempted.final)
            break;
    }
    co_return error(errc::provider_unavailable)
        .because("could not connect to " + options.url.authority() + ": " + failure);
}

} // namespace evalbridge
