// The search for the runs of one create at its provider, from its lost answer until it is known what became of it.

#include "runs/create_answer.hpp"
#include "runs/create_recording.hpp"
#include "runs/kept_spec.hpp"
#include "runs/reconcile.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace evalbridge {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds first_pause{500};
constexpr std::chrono::seconds longest_pause{30};
constexpr std::chrono::seconds patience_of_a_list{30};
constexpr unsigned least_lists_in_vain = 2;

/// When nobody sends it any more, or waits for its answer.
store_time quiet_from(const create_record& create) {
    return std::max(create.quiet_since.value_or(0), create.send_until.value_or(0));
}

} // namespace

asio::awaitable<void> create_reconciler::search_for(create_record create) {
    search s;
    const auto id = create.create_id;
    auto spec = spec_of(create);
    s.from = parts_.providers.find(create.provider);
    s.create = std::move(create);
    if (spec)
        s.spec = std::move(*spec);
    const auto bell = parts_.time.make_alarm(parts_.executor);
    const auto listening = parts_.closing.on_given([raw = bell.get()] { raw->wake(); });
    const auto until_certain = quiet_from(s.create) + std::chrono::microseconds(parts_.settle).count();
    bool settled = !spec;
    for (duration pause = first_pause; !settled && !parts_.closing.given();
         pause = std::min<duration>(pause * 2, longest_pause)) {
        std::string thrown;
        try {
            settled = co_await search_once(s);
        } catch (const std::exception& e) {
            thrown = e.what(); // as if the provider hadn't answered
        }
        if (!thrown.empty())
            parts_.log.error("create_search_failed", {{"create_id", id}, {"what", thrown}});
        if (settled)
            break;
        // One list comes right when it would be certain, whatever the pause.
        const std::chrono::microseconds left(until_certain - store_now(parts_.time));
        const auto wait = left.count() > 0 ? std::min<duration>(pause, left + std::chrono::milliseconds(1)) : pause;
        co_await bell->wait_until(parts_.time.now() + wait);
    }
    looked_for_[s.create.provider].erase(id);
}

asio::awaitable<bool> create_reconciler::search_once(search& s) {
    const auto begun = store_now(parts_.time);
    const auto quiet = quiet_from(s.create);
    const bool certain = begun >= quiet + std::chrono::microseconds(parts_.settle).count();
    auto seen = co_await ask(s);
    if (seen.what == found::everything || (seen.what == found::part && certain)) {
        co_return co_await keep_found(s, std::move(seen.runs));
    }
    if (seen.what == found::never) {
        co_return co_await settle(s, settle_unknown, found_unknown_, "unknown");
    }
    if (seen.what == found::nothing && begun >= quiet)
        ++s.in_vain;
    if (seen.what != found::nothing || !certain || s.in_vain < least_lists_in_vain)
        co_return false;
    co_return co_await settle(s, settle_absent, found_absent_, "absent");
}

asio::awaitable<bool> create_reconciler::settle(const search& s, settling as, metrics::counter& counted,
                                                std::string_view told) {
    auto unit = [as, id = s.create.create_id, now = store_now(parts_.time)](connection& db) {
        as(db, id, now);
        return true;
    };
    const auto done = co_await record_at_last(parts_, std::move(unit));
    if (!done)
        co_return false;
    counted.Increment();
    tell(s.create, told);
    co_return true;
}

asio::awaitable<create_reconciler::sighting> create_reconciler::ask(const search& s) {
    sighting out;
    call c;
    c.request_id = s.create.request_id;
    c.client = s.create.client;
    c.deadline = parts_.time.now() + patience_of_a_list;
    c.urgency = urgency::watch;
    c.operation = "find_started";
    auto runs = co_await s.from->find_started(s.spec, c);
    if (!runs && runs.error().code() == errc::unsupported)
        out.what = found::never;
    if (!runs)
        co_return out;
    out.what = runs->size() >= runs_expected(s.spec) ? found::everything : found::part;
    if (runs->empty())
        out.what = found::nothing;
    out.runs = std::move(*runs);
    co_return out;
}

asio::awaitable<bool> create_reconciler::keep_found(const search& s, std::vector<run> runs) {
    for (auto& each : runs) {
        each.suite = s.create.suite;
        parts_.runs.started(each, s.spec.labels);
    }
    const auto origin = origin_of(s.create, s.spec.labels);
    const auto now = store_now(parts_.time);
    auto settle = [create = s.create, runs = std::move(runs), origin, now](connection& db) {
        settle_started(db, create.create_id, started_answer(db, create, runs), runs, origin, now);
        return true;
    };
    const auto done = co_await record_at_last(parts_, std::move(settle));
    if (!done)
        co_return false;
    found_started_.Increment();
    tell(s.create, "started");
    co_return true;
}

void create_reconciler::tell(const create_record& create, std::string_view became) const {
    parts_.log.info("create_reconciled", {{"create_id", create.create_id},
                                          {"provider", create.provider},
                                          {"request_id", create.request_id},
                                          {"outcome", became}});
}

} // namespace evalbridge
