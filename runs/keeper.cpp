#include "runs/keeper.hpp"

#include "base/request_id.hpp"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace evalbridge {
namespace {

using boost::asio::awaitable;

// Whether the provider has spoken of the run itself; else it may do so another time.
bool speaks_of_the_run(const error& e) {
    return e.code() == errc::not_found || e.code() == errc::provider_rejected || e.code() == errc::unsupported;
}

} // namespace

run_keeper::run_keeper(provider_set& providers, watch_hub& watches, store& kept, const replica_identity& self,
                       clock& time, logger& log, metrics& counts, keeper_options options)
    : providers_(providers), watches_(watches), kept_(kept), self_(self.id), time_(time), log_(log),
      keeps_(counts.level("evalbridge_runs_kept", "Live runs that are watched whether or not somebody waits.")),
      options_(options) {}

awaitable<void> run_keeper::keep_watching(watch_hub::place where) {
    const auto bell = time_.make_alarm(where.executor);
    const auto hears_drain = where.draining.on_given([&] { bell->wake(); });
    while (!where.draining.given()) {
        try {
            co_await look(where);
        } catch (const std::exception& e) {
            log_.error("keeper_threw", {{"what", e.what()}});
        }
        keeps_.Set(static_cast<double>(seats_.size()));
        if (!where.draining.given())
            co_await bell->wait_until(time_.now() + options_.look_every);
    }
    seats_.clear();
    keeps_.Set(0);
}

awaitable<void> run_keeper::look(const watch_hub::place& where) {
    co_await tend();
    for (const auto& each : providers_.all())
        if (!where.draining.given())
            co_await take(*each, where);
}

awaitable<void> run_keeper::take(provider& from, const watch_hub::place& where) {
    if (seats_.size() >= options_.most)
        co_return;
    const auto room = std::min(options_.at_a_look, options_.most - seats_.size());
    const auto oldest = store_now(time_) - std::chrono::microseconds(options_.longest).count();
    const auto limit = seats_.size() + refused_.size() + room; // what is held comes again
    auto unit = [name = from.name(), self = self_, oldest, limit](connection& db) {
        return unwatched_runs(db, name, self, oldest, limit);
    };
    const auto found = co_await kept_.read(std::move(unit));
    if (!found || where.draining.given())
        co_return;
    forget_refusals_but(*found, from.name());
    std::size_t taken = 0;
    for (const auto& each : *found) {
        const auto before = refused_.find(each.run_id);
        const bool rests = before != refused_.end() && time_.now() < before->second.again;
        if (taken == room || rests || seats_.contains(each.run_id))
            continue;
        seats_.emplace(each.run_id, watches_.watch(from, each.native_id, where, "keep-" + make_request_id(),
                                                   watch_hub::haste::none));
        ++taken;
    }
}

// Those that have rested are in `found` again, unless they have ended or somebody else watches them.
void run_keeper::forget_refusals_but(const std::vector<unwatched_run>& found, const std::string& provider) {
    std::set<std::string_view> again;
    for (const auto& each : found)
        again.insert(each.run_id);
    std::erase_if(refused_, [&](const auto& each) {
        const auto which = parse_run_id(each.first);
        return which && which->provider == provider && time_.now() >= each.second.again &&
               !again.contains(each.first) && !seats_.contains(each.first);
    });
}

awaitable<void> run_keeper::tend() {
    std::vector<std::pair<std::string, std::string>> for_now;
    std::vector<std::pair<std::string, std::string>> for_good;
    for (auto at = seats_.begin(); at != seats_.end();) {
        const auto& id = at->first;
        const auto now = at->second->look();
        const bool ended = now.seen && is_terminal(now.seen->seen->status);
        const bool too_old = now.seen && !ended && is_too_old(*now.seen->seen);
        if (now.seen && !now.over)
            refused_.erase(id);
        if (too_old)
            for_good.emplace_back(id, "too_old");
        else if (now.over && !ended && now.unread && !speaks_of_the_run(*now.unread))
            refused_[id].again = time_.now() + options_.again_after;
        else if (now.over && !ended)
            for_now.emplace_back(id, now.unread ? name_of(now.unread->code()) : "refused");
        at = ended || too_old || now.over || now.elsewhere ? seats_.erase(at) : std::next(at);
    }
    for (auto& [id, why] : for_now)
        co_await refuse(std::move(id), std::move(why), false);
    for (auto& [id, why] : for_good)
        co_await refuse(std::move(id), std::move(why), true);
}

awaitable<void> run_keeper::refuse(std::string run_id, std::string why, bool for_good) {
    auto& before = refused_[run_id];
    before.again = time_.now() + options_.again_after * ++before.times;
    if (!for_good && before.times < options_.refusals)
        co_return;
    refused_.erase(run_id);
    log_.warning("run_given_up", {{"run_id", run_id}, {"why", why}});
    auto unit = [run_id, why, now = store_now(time_)](connection& db) { give_up_run(db, run_id, why, now); };
    const auto recorded = co_await kept_.write(std::move(unit));
    if (!recorded)
        refused_[run_id] = {options_.refusals - 1, time_.now() + options_.again_after};
}

bool run_keeper::is_too_old(const run& r) const {
    return r.created_at && time_.wall_now() - *r.created_at > options_.longest;
}

} // namespace evalbridge
