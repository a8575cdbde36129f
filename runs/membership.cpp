#include "runs/membership.hpp"

#include "store/leases.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

} // namespace

membership::membership(const replica_identity& self, store& kept, shared_budgets& budgets, clock& time, logger& log)
    : self_(self.id), lives_(kept.url(), self.id), kept_(kept), budgets_(budgets), time_(time), log_(log) {}

result<void> membership::begin() {
    const auto first = kept_.run_here(next_beat(true));
    settle(first);
    return first ? result<void>() : result<void>(first.error());
}

awaitable<void> membership::run(boost::asio::any_io_executor executor) {
    const std::shared_ptr<alarm> bell = time_.make_alarm(executor);
    {
        const std::lock_guard lock(bell_mutex_);
        at_ = executor;
        bell_ = bell;
    }
    auto next = said_at_ + replica_heartbeat;
    while (!stopped_) {
        co_await bell->wait_until(next);
        if (stopped_)
            break;
        const auto now = time_.now();
        const bool alive = now >= said_at_ + replica_heartbeat;
        auto unit = next_beat(alive);
        const auto told = co_await kept_.write(std::move(unit));
        settle(told);
        // Alone there is nobody to share a budget with between two heartbeats.
        const duration every = replicas_ > 1 ? duration(budget_exchange) : duration(replica_heartbeat);
        next = now + every;
    }
    co_await say_goodbye();
    const std::lock_guard lock(bell_mutex_);
    bell_.reset();
}

void membership::stop() {
    stopped_ = true;
    const std::lock_guard lock(bell_mutex_);
    if (bell_)
        boost::asio::post(at_, [bell = bell_] { bell->wake(); });
}

std::function<membership::beat(connection&)> membership::next_beat(bool alive) {
    const auto now = store_now(time_);
    auto uses = budgets_.to_report(time_.now());
    return [self = self_, &lives = lives_, alive, now, uses = std::move(uses)](connection& db) {
        beat told;
        if (alive) {
            evalbridge::say_alive(db, self, now);
            told.buried = lives.dead_among(known_replicas(db));
            for (const auto& each : told.buried)
                bury(db, each, now);
            forget_the_dead(db, now);
            forget_old_rates(db, now);
        }
        report_rates(db, self, uses, now);
        told.live = live_replicas(db, now);
        told.others = rates_of_others(db, self, now);
        return told;
    };
}

void membership::settle(const result<beat>& told) {
    const auto now = time_.now();
    if (told) {
        for (const auto& each : told->buried)
            lives_.forget(each);
        const auto& live = told->live;
        const auto own = std::ranges::find(live, self_);
        const auto before = replicas_.exchange(std::max<std::size_t>(1, live.size()));
        place_ = own == live.end() ? 0 : static_cast<std::size_t>(own - live.begin());
        heard_at_ = now;
        if (now >= said_at_ + replica_heartbeat)
            said_at_ = now;
        if (before != replicas_)
            log_.info("replicas", {{"replica", self_}, {"live", replicas_.load()}});
        budgets_.take(told->others, {replicas_, place_}, now, time_.wall_now());
    }
    if (hear_)
        hear_();
}

awaitable<void> membership::say_goodbye() {
    auto uses = budgets_.to_report(time_.now());
    auto unit = [self = self_, now = store_now(time_), uses = std::move(uses)](connection& db) {
        report_rates(db, self, uses, now);
        evalbridge::say_goodbye(db, self);
    };
    const auto done = co_await kept_.write(std::move(unit));
    if (!done)
        log_.warning("goodbye_unsaid", {{"replica", self_}, {"code", name_of(done.error().code())}});
}

} // namespace evalbridge
