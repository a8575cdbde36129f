#include "upstream/transport/transport.hpp"

#include "upstream/transport/dial.hpp"
#include "upstream/transport/durations.hpp"
#include "upstream/transport/exchange.hpp"
#include "upstream/transport/pool.hpp"
#include "upstream/transport/request_head.hpp"
#include "upstream/transport/resolver.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

namespace asio = boost::asio;

time_point now() { return std::chrono::steady_clock::now(); }

class transport final : public upstream {
  public:
    transport(const upstream_options& options, deadline_sweeper& sweeper, std::shared_ptr<resolver> names, logger& log)
        : options_(options), writer_(options_), sweeper_(sweeper), names_(std::move(names)), log_(log),
          pool_(std::make_shared<connection_pool>(options_.max_connections, options_.idle_timeout)) {
        if (options_.url.tls)
            tls_.emplace(make_tls_context(options_.ca_file));
    }

    asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override;

  private:
    asio::awaitable<result<void>> connect(connection_pool::lease& lease, const call& c, time_point when);
    error out_of_time(const call& c, std::string what) const;
    error took_too_long(std::string what) const;
    error unless_out_of_time(const call& c, time_point when, error failed) const;

    const upstream_options options_;
    const request_writer writer_;
    deadline_sweeper& sweeper_;
    const std::shared_ptr<resolver> names_;
    logger& log_;
    std::optional<asio::ssl::context> tls_;
    const std::shared_ptr<connection_pool> pool_;
};

asio::awaitable<result<http_response>> transport::send(const http_request& request, const call& c) {
    const auto begun = now();
    if (begun >= c.deadline)
        co_return error(errc::deadline_exceeded).because("the deadline had passed before anything was sent");
    const auto head = writer_.head(request);
    if (!head)
        co_return head.error();
    const time_point exchanged_by = begun + options_.attempt_timeout;
    const auto when = std::min(c.deadline, exchanged_by);
    const exchange_limits limits{options_.max_header, std::min(options_.max_body, c.max_body),
                                 c.may_replay == replay::only_if_unsent};

    auto lease = pool_->try_acquire(begun);
    if (!lease) {
        auto granted = co_await pool_->acquire(sweeper_, when);
        if (!granted || now() >= when)
            co_return out_of_time(c, "no connection to the provider became free");
        lease.emplace(std::move(*granted));
    }
    bool reused = lease->held() && lease->held()->is_quiet();
    bool sent_before = false;
    for (;;) {
        if (!reused) {
            auto made = co_await connect(*lease, c, when);
            if (!made)
                co_return std::move(made).error().sent(sent_before);
        }
        // What was read for a create's sake has no such limit, whatever is left of the create's call in its own.
        if (c.may_replay == replay::only_if_unsent && now() >= c.send_before)
            co_return error(errc::deadline_exceeded, error_source::gateway)
                .because("the time to send it was over")
                .sent(sent_before)
                .refused_here(true);
        auto watch = sweeper_.at(c.heard_out ? exchanged_by : when, [on = lease->held()] { on->close(); });
        auto outcome = co_await exchange(*lease->held(), reused, *head, request.body, limits);
        const bool expired = watch.fired();
        watch = {};
        if (outcome.answer) {
            if (outcome.reusable && !expired)
                std::move(*lease).keep();
            co_return std::move(outcome.answer);
        }
        // The usual end of an idle connection: the vendor closed it while our request was on its way. Once only, since
        // the next one is fresh. A request that must not be sent twice may go again only if not a byte of it has left.
        const bool may_go_again = c.may_replay == replay::replayable || !outcome.sent;
        if (!reused || outcome.answered || expired || !may_go_again) {
            const auto* silent = "the provider did not answer";
            auto failed = !expired      ? std::move(outcome.answer).error()
                          : c.heard_out ? took_too_long(silent)
                                        : out_of_time(c, silent);
            co_return std::move(failed).sent(outcome.sent || sent_before);
        }
        log_.debug("upstream_connection_was_stale", {{"operation", c.operation}, {"request_id", c.request_id}});
        sent_before = outcome.sent;
        reused = false;
    }
}

/// Puts a fresh connection into the lease, in place of the one it may hold.
asio::awaitable<result<void>> transport::connect(connection_pool::lease& lease, const call& c, time_point when) {
    lease.hold(nullptr);
    const auto names_until = std::min(when, now() + options_.connect_timeout);
    auto addresses = co_await names_->resolve(options_.url.host, sweeper_, names_until);
    if (!addresses)
        co_return unless_out_of_time(c, when, std::move(addresses).error());
    auto made = co_await dial(options_, *addresses, tls_ ? &*tls_ : nullptr, sweeper_, when);
    if (!made)
        co_return unless_out_of_time(c, when, std::move(made).error());
    lease.hold(std::move(*made));
    co_return result<void>();
}

/// Whoever's time is up: the caller's as a whole, or what one attempt may take.
error transport::out_of_time(const call& c, std::string what) const {
    if (now() >= c.deadline)
        return error(errc::deadline_exceeded).because(what + " before the deadline");
    return took_too_long(std::move(what));
}

error transport::took_too_long(std::string what) const {
    return error(errc::provider_unavailable).because(what + " within " + in_words(options_.attempt_timeout));
}

/// A failure to connect that took all the time there was is told as that.
error transport::unless_out_of_time(const call& c, time_point when, error failed) const {
    return now() >= when ? out_of_time(c, "no connection to the provider could be made") : failed;
}

} // namespace

std::unique_ptr<upstream> make_transport(asio::any_io_executor, const upstream_options& options,
                                         deadline_sweeper& sweeper, std::shared_ptr<resolver> shared_resolver,
                                         logger& log) {
    return std::make_unique<transport>(options, sweeper, std::move(shared_resolver), log);
}

} // namespace evalbridge
