#include "runs/watch_poller.hpp"

#include "base/request_id.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <exception>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

/// Whom polls stand for where clients take turns: all of them share one turn.
constexpr const char* polling_client = "(watches)";

class watch_poller final {
  public:
    watch_poller(polled_run what, const watch_hub::place& where, std::string request_id)
        : what_(std::move(what)), request_id_(std::move(request_id)), bell_(what_.time.make_alarm(where.executor)) {
        what_.board->attach(*what_.entry, where.executor, bell_);
        hears_drain_ = where.draining.on_given([this] {
            what_.board->end(*what_.entry, watch_end::draining, watch_board::telling::everybody);
            bell_->wake();
        });
    }
    watch_poller(const watch_poller&) = delete;
    watch_poller& operator=(const watch_poller&) = delete;
    // Only where its frame goes with the shard is there anything left to end, and then nobody runs who could be told.
    ~watch_poller() { what_.board->end(*what_.entry, watch_end::draining, watch_board::telling::nobody); }

    static awaitable<void> run(std::shared_ptr<watch_poller> self) {
        self->tell_start();
        try {
            co_await self->work();
        } catch (const std::exception& e) {
            self->give_up(e.what());
        }
        self->tell_end();
    }

  private:
    call call_for(const watch_step& step) const {
        call c;
        c.request_id = step.first ? request_id_ : "watch-" + make_request_id();
        c.client = polling_client;
        c.deadline = step.until;
        c.urgency = step.waited_for ? urgency::interactive : urgency::watch;
        return c;
    }

    awaitable<void> work() {
        for (;;) {
            const auto step = what_.board->next_step(*what_.entry);
            if (step.what == watch_step::kind::end)
                co_return;
            if (step.what == watch_step::kind::poll)
                co_await poll(step);
            else if (step.what == watch_step::kind::summarize)
                co_await summarize(step);
            else
                co_await bell_->wait_until(step.until);
        }
    }

    awaitable<void> poll(watch_step step) {
        auto c = call_for(step);
        c.operation = "get_run";
        c.run_has_ended = what_.runs.memory().is_terminal(what_.entry->run_id);
        const auto asked = what_.time.now();
        std::optional<result<evalbridge::run>> found;
        try {
            const read_options plain;
            found = co_await what_.from.get_run(what_.native_id, plain, c);
        } catch (const std::exception& e) {
            found = failed(e.what());
        }
        if (!*found) {
            settle_failure(found->error(), c.request_id);
            co_return;
        }
        const auto seen = co_await what_.runs.observed(**found);
        settle_poll(seen, asked, c.request_id);
    }

    awaitable<void> summarize(watch_step step) {
        auto c = call_for(step);
        c.operation = "get_summary";
        c.run_has_ended = true;
        std::optional<result<summary>> found;
        try {
            const read_options plain;
            found = co_await what_.from.get_summary(what_.native_id, plain, c);
        } catch (const std::exception& e) {
            found = failed(e.what());
        }
        if (*found)
            (*found)->run_terminal = true;
        what_.board->took_summary(*what_.entry, *found);
    }

    void settle_failure(const error& why, const std::string& request_id) {
        if (what_.board->took_failure(*what_.entry, why, request_id) == watch_end::problem)
            what_.log.warning("watch_failed", {{"run_id", what_.entry->run_id},
                                               {"request_id", request_id},
                                               {"code", name_of(why.code())},
                                               {"detail", why.detail()}});
    }

    void settle_poll(const sighting_ptr& seen, time_point asked, const std::string& request_id) {
        if (what_.board->took_reading(*what_.entry, seen, asked))
            what_.log.warning("run_stalled", {{"run_id", what_.entry->run_id}, {"request_id", request_id}});
    }

    error failed(const char* why) const {
        what_.log.error("watch_threw", {{"run_id", what_.entry->run_id}, {"what", why}});
        return error(errc::internal).because("The run could not be read.");
    }
    void give_up(const char* why) const {
        what_.log.error("watch_threw", {{"run_id", what_.entry->run_id}, {"what", why}});
        what_.board->end(*what_.entry, watch_end::draining, watch_board::telling::everybody);
    }
    void tell_start() const {
        what_.log.info("watch_started", {{"run_id", what_.entry->run_id}, {"request_id", request_id_}});
    }
    void tell_end() const {
        const auto [why, polls] = what_.board->end_and_polls(*what_.entry);
        what_.log.info("watch_ended", {{"run_id", what_.entry->run_id}, {"why", name_of(why)}, {"polls", polls}});
    }

    polled_run what_;
    std::string request_id_;
    std::shared_ptr<alarm> bell_; ///< shared, so that the board can wake it while it is there
    notice::listening hears_drain_;
};

} // namespace

void start_poller(polled_run what, const watch_hub::place& where, std::string request_id) {
    auto poller = std::make_shared<watch_poller>(std::move(what), where, std::move(request_id));
    boost::asio::co_spawn(where.executor, watch_poller::run(std::move(poller)), boost::asio::detached);
}

} // namespace evalbridge
