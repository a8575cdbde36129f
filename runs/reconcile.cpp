#include "runs/reconcile.hpp"

#include "runs/create_answer.hpp"
#include "runs/create_recording.hpp"
#include "runs/kept_spec.hpp"
#include "store/leases.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <set>

namespace evalbridge {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::minutes prune_every{5};
constexpr std::size_t most_open = 1000;   ///< of a dead replica, at a look; the oldest first
constexpr std::size_t most_searches = 64; ///< at a provider, at a time

metrics::counter& reconciled(metrics& counts, const char* became) {
    return counts.count("evalbridge_creates_reconciled_total",
                        "Creates whose answer was lost, by what was found out about them.", {{"outcome", became}});
}

} // namespace

create_reconciler::create_reconciler(create_parts parts, run_creator& creator)
    : parts_(std::move(parts)), creator_(creator),
      open_(parts_.counts.level("evalbridge_creates_indeterminate",
                                "Creates of which it isn't known yet whether they have started a run.")),
      found_started_(reconciled(parts_.counts, "started")), found_absent_(reconciled(parts_.counts, "absent")),
      found_unknown_(reconciled(parts_.counts, "unknown")) {}

asio::awaitable<void> create_reconciler::keep_looking() {
    const auto bell = parts_.time.make_alarm(parts_.executor);
    const auto listening = parts_.closing.on_given([raw = bell.get()] { raw->wake(); });
    while (!parts_.closing.given()) {
        co_await look();
        if (parts_.time.now() >= next_prune_)
            co_await prune();
        co_await bell->wait_until(parts_.time.now() + look_every);
    }
}

// A provider that doesn't answer, or isn't configured any more, mustn't be in the way of the others.
create_reconciler::to_settle create_reconciler::what_is_left(connection& db, const std::string& self,
                                                             const std::vector<std::string>& providers,
                                                             store_time now) {
    to_settle out;
    std::set<std::string> dead;
    for (const auto& each : replicas_with_open_creates(db))
        if (each != self && !is_alive(db, each, now))
            dead.insert(each);
    for (const auto& each : dead)
        for (auto& create : open_creates(db, each, most_open))
            out.creates.push_back({std::move(create), true});
    for (const auto& each : providers)
        for (auto& create : lost_creates(db, self, each, most_searches))
            out.creates.push_back({std::move(create), false});
    for (auto& create : shadows_to_send(db)) {
        const bool orphan = dead.contains(create.replica);
        out.creates.push_back({std::move(create), orphan});
    }
    out.lost = count_lost_creates(db);
    return out;
}

asio::awaitable<void> create_reconciler::look() {
    std::vector<std::string> providers;
    for (const auto& each : parts_.providers.all())
        providers.push_back(each->name());
    auto read = [self = parts_.replica.id, providers, now = store_now(parts_.time)](connection& db) {
        return what_is_left(db, self, providers, now);
    };
    auto left = co_await parts_.kept.read(std::move(read));
    if (!left)
        co_return; // the store says itself that it is away
    open_.Set(static_cast<double>(left->lost));
    if (!left->creates.empty())
        co_await settle_left_open(std::move(left->creates));
}

std::size_t create_reconciler::looked_for() const {
    std::size_t sum = 0;
    for (const auto& [provider, ids] : looked_for_)
        sum += ids.size();
    return sum;
}

bool create_reconciler::may_search(const create_record& create) const {
    if (create.state != create_state::indeterminate || !parts_.providers.find(create.provider))
        return false;
    const auto at = looked_for_.find(create.provider);
    return at == looked_for_.end() || at->second.size() < most_searches;
}

asio::awaitable<void> create_reconciler::settle_left_open(std::vector<left_open> all) {
    const auto now = store_now(parts_.time);
    std::vector<create_record> orphans;
    std::vector<create_record> mine;
    for (auto& each : all) {
        if (each.dead)
            orphans.push_back(std::move(each.create));
        else if (each.create.replica == parts_.replica.id)
            mine.push_back(std::move(each.create));
    }
    if (!orphans.empty()) {
        auto take = [orphans = std::move(orphans), self = parts_.replica.id, now](connection& db) {
            std::vector<create_record> taken;
            for (const auto& each : orphans) {
                bool is_ours = false;
                if (each.state == create_state::sending)
                    is_ours = note_crashed(db, each, self, now);
                else if (each.state == create_state::pending && each.role == create_role::primary)
                    settle_never_sent(db, each, now); // its client may send it again
                else
                    is_ours = take_over(db, each, self);
                auto after = is_ours ? find_create(db, each.create_id) : std::nullopt;
                if (after)
                    taken.push_back(std::move(*after));
            }
            return taken;
        };
        auto taken = co_await parts_.kept.write(std::move(take));
        if (taken)
            for (auto& each : *taken)
                mine.push_back(std::move(each));
    }
    for (auto& each : mine) {
        if (each.settled_at || parts_.closing.given())
            continue;
        if (each.role == create_role::shadow && each.state == create_state::pending) {
            asio::co_spawn(parts_.executor, creator_.carry_on(std::move(each)), asio::detached);
        } else if (may_search(each) && looked_for_[each.provider].insert(each.create_id).second) {
            asio::co_spawn(parts_.executor, search_for(std::move(each)), asio::detached);
        }
    }
}

asio::awaitable<void> create_reconciler::prune() {
    next_prune_ = parts_.time.now() + prune_every;
    const auto now = store_now(parts_.time);
    auto remove = [now, keep = parts_.keep_keys](connection& db) { return prune_creates(db, now, keep); };
    co_await parts_.kept.write(std::move(remove));
}

} // namespace evalbridge
