#include "runs/archive/archiver.hpp"

#include "store/archive_rows.hpp"
#include "store/leases.hpp"

#include <algorithm>

namespace evalbridge {
namespace {

using boost::asio::awaitable;
using std::chrono::microseconds;

/// Longer than any page may take. Of a holder that died it is taken at once.
constexpr microseconds lease_time = std::chrono::minutes(15);
constexpr std::chrono::seconds first_pause{15};
constexpr std::chrono::hours longest_pause{6};
constexpr int tries_before_unavailable = 3;
constexpr std::chrono::hours believed_to_come_back{24};
constexpr int enrolled_at_once = 500;

std::string lease_of(const std::string& run_id) { return "archive:" + run_id; }

bool may_take(connection& db, const std::string& what, const std::string& self, store_time now) {
    const auto holder = lease_holder(db, what, now);
    return !holder || *holder == self || !is_alive(db, *holder, now);
}

bool take(connection& db, const std::string& what, const std::string& self, store_time now) {
    if (take_lease(db, what, self, now, lease_time))
        return true;
    const auto holder = lease_holder(db, what, now);
    if (!holder || is_alive(db, *holder, now))
        return false;
    release_lease(db, what, *holder);
    return take_lease(db, what, self, now, lease_time);
}

microseconds pause_after(int attempts) {
    const auto doublings = std::clamp(attempts - 1, 0, 20);
    const auto pause = std::chrono::duration_cast<microseconds>(first_pause) * (1LL << doublings);
    return std::min<microseconds>(pause, longest_pause);
}

/// The provider has no such run, and won't again. It may not list one for a while, as after a failover of its own.
bool is_gone(const error& why, int attempts, microseconds asked_since) {
    const auto status = why.provider() ? why.provider()->status.value_or(0) : 0;
    return status == 410 || (why.code() == errc::not_found && attempts >= tries_before_unavailable &&
                             asked_since > believed_to_come_back);
}

} // namespace

archiver::archiver(archiver_options options, archives& known, clock& time, logger& log, metrics& counts,
                   boost::asio::any_io_executor executor, notice& draining)
    : options_(std::move(options)), known_(known), time_(time), log_(log), executor_(std::move(executor)),
      draining_(draining), working_(counts.level("evalbridge_archivings", "Runs that are being archived here now.")),
      archived_(counts.level("evalbridge_archives", "Runs that are served from the store.")),
      waiting_(counts.level("evalbridge_archives_waiting", "Ended runs that wait to be archived.")),
      bytes_(counts.level("evalbridge_archive_bytes", "What archives take in the store.")),
      made_(counts.count("evalbridge_archivings_total", "Archivings, by how they ended.", {{"outcome", "made"}})),
      made_anew_(
          counts.count("evalbridge_archivings_total", "Archivings, by how they ended.", {{"outcome", "made_anew"}})),
      failed_(counts.count("evalbridge_archivings_total", "Archivings, by how they ended.", {{"outcome", "failed"}})) {}

awaitable<void> archiver::keep_archiving() {
    const auto bell = time_.make_alarm(executor_);
    const auto listening = draining_.on_given([raw = bell.get()] { raw->wake(); });
    while (!draining_.given()) {
        const bool did = co_await archive_next();
        if (!did && !draining_.given())
            co_await bell->wait_until(time_.now() + options_.look_every);
    }
}

const archive_source* archiver::source_of(const std::string& provider) const {
    const auto at = std::ranges::find(options_.sources, provider, &archive_source::name);
    return at == options_.sources.end() ? nullptr : &*at;
}

awaitable<std::optional<archiver::job>> archiver::next_job() {
    std::vector<std::string> idle;
    for (const auto& each : options_.sources)
        if (!in_work_.contains(each.name))
            idle.push_back(each.name);
    struct found_job {
        std::optional<archive_record> record;
        bool anew = false;
    };
    // The first that is neither being archived by another replica nor refused by `use`.
    const auto first = [idle, derived = options_.derived_with, now = store_now(time_)](connection& db,
                                                                                       const auto& use) {
        constexpr int candidates = 8;
        found_job found;
        for (auto& each : archives_to_make(db, idle, now, candidates))
            if (!found.record && use(db, each))
                found.record = std::move(each);
        if (found.record)
            return found;
        for (auto& each : stale_archives(db, idle, derived, now, candidates))
            if (!found.record && use(db, each))
                found.record = std::move(each);
        found.anew = true;
        return found;
    };
    // There is nothing to do nearly always, and looking shall not hold up those who write.
    const auto look = [first, self = options_.replica, now = store_now(time_),
                       enrols = options_.enrols](connection& db) {
        const auto is_free = [&](connection& in, const archive_record& each) {
            return may_take(in, lease_of(each.run_id), self, now);
        };
        return (enrols && has_runs_to_enrol(db, now)) || first(db, is_free).record;
    };
    const auto due = co_await known_.kept().read(look);
    if (!due || !*due)
        co_return std::nullopt;
    const auto find = [first, self = options_.replica, now = store_now(time_),
                       enrols = options_.enrols](connection& db) {
        if (enrols)
            enrol_ended_runs(db, now, enrolled_at_once);
        const auto taken = [&](connection& in, const archive_record& each) {
            return take(in, lease_of(each.run_id), self, now);
        };
        return first(db, taken);
    };
    auto found = co_await known_.kept().write(find);
    if (!found || !found->record)
        co_return std::nullopt;
    job next;
    next.of = std::move(*found->record);
    next.from = source_of(next.of.provider);
    next.anew = found->anew;
    co_return next;
}

awaitable<bool> archiver::archive_next() {
    auto next = co_await next_job();
    if (!next || !next->from)
        co_return false;
    // The other one may have begun on this provider while we asked.
    if (!in_work_.insert(next->of.provider).second) {
        co_await release(*next);
        co_return false;
    }
    working_.Increment();
    co_await perform(*next);
    working_.Decrement();
    in_work_.erase(next->of.provider);
    co_return true;
}

awaitable<void> archiver::perform(const job& what) {
    const auto began = time_.now();
    recorded_upstream answers(known_.kept(), what.of.number, what.anew ? nullptr : what.from->vendor_api,
                              what.from->change);
    const auto from = what.from->make(answers);
    const auto address = parse_run_id(what.of.run_id);
    archiving one{known_.kept(),
                  time_,
                  what.of,
                  answers,
                  *from,
                  address ? address->native_id : std::string(),
                  options_.inputs && (!what.anew || what.of.inputs),
                  options_.derived_with,
                  [lease = lease_of(what.of.run_id), self = options_.replica, &time = time_](connection& db) {
                      return take_lease(db, lease, self, store_now(time), lease_time);
                  },
                  [this] { return !draining_.given(); }};
    const auto made = co_await make_archive(one);
    co_await settle(what, made, time_.now() - began);
}

awaitable<void> archiver::settle(const job& what, const result<archive_totals>& made, duration took) {
    known_.forget(what.of.run_id);
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    if (made) {
        (what.anew ? made_anew_ : made_).Increment();
        log_.info("run_archived", {{"run_id", what.of.run_id},
                                   {"verdicts", made->verdicts},
                                   {"results", made->results},
                                   {"bytes", made->bytes},
                                   {"anew", what.anew},
                                   {"took_ms", milliseconds}});
    } else if (!draining_.given()) {
        failed_.Increment();
        log_.warning("archiving_failed", {{"run_id", what.of.run_id},
                                          {"code", name_of(made.error().code())},
                                          {"detail", made.error().detail()},
                                          {"attempts", what.of.attempts + 1},
                                          {"anew", what.anew}});
        co_await put_off(what, made.error());
    }
    co_await release(what);
}

awaitable<void> archiver::put_off(const job& what, const error& why) {
    const auto attempts = what.of.attempts + 1;
    const auto pause = what.anew ? microseconds(longest_pause) : pause_after(attempts);
    std::string detail(name_of(why.code()));
    if (!why.detail().empty())
        detail += ": " + why.detail();
    // What the provider said while it took the run for one that goes on may not be all of it.
    const bool too_early = why.code() == errc::conflict && !what.anew;
    const bool gone = is_gone(why, attempts, microseconds(store_now(time_) - what.of.asked_at)) && !what.anew;
    const bool forgets = gone || too_early;
    const auto keep = [number = what.of.number, lease = lease_of(what.of.run_id), self = options_.replica, detail,
                       now = store_now(time_), pause, gone, forgets](connection& db) {
        if (lease_holder(db, lease, now) != self)
            return; // whoever has taken it over goes on with what was recorded
        archive_failed(db, number, detail, now + pause.count(), gone);
        if (forgets)
            forget_answers(db, number);
    };
    co_await known_.kept().write(keep);
}

awaitable<void> archiver::release(const job& what) {
    const auto let_go = [lease = lease_of(what.of.run_id), self = options_.replica](connection& db) {
        release_lease(db, lease, self);
    };
    co_await known_.kept().write(let_go);
}

} // namespace evalbridge
