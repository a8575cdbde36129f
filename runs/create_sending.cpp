// From a recorded intent to a recorded outcome: the task that nobody calls off.

#include "base/crash_point.hpp"
#include "runs/create_answer.hpp"
#include "runs/create_cause.hpp"
#include "runs/create_flight.hpp"
#include "runs/create_recording.hpp"
#include "runs/kept_spec.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <atomic>
#include <string>

namespace evalbridge {

namespace asio = boost::asio;

namespace {

/// How long after it was marked as being sent its first byte may leave. Another replica that takes this one for dead
/// waits as long before it concludes from the vendor's lists that nothing was sent.
constexpr std::chrono::seconds send_window{15};
constexpr std::chrono::seconds shadow_patience{60};

error not_sendable(const create_record& create) {
    return error(errc::internal).because("The provider " + create.provider + " is not configured here any more.");
}

/// Whether it waited with us for so long that it isn't its mark's to send any more. What the provider refused is never
/// that, however late.
bool ran_out_here(const error& failed) {
    return failed.code() == errc::deadline_exceeded && failed.refused_here() && !failed.request_sent();
}

/// Not before `until`, and no two the same within 2 ms: a mark tells whose it is.
store_time mark_of_its_own(store_time until) {
    constexpr store_time apart = 1024; // microseconds
    static std::atomic<store_time> marked{0};
    return (until / apart + 1) * apart + marked++ % apart;
}

error sent_by_another() {
    return error(errc::conflict)
        .because("Another gateway has taken this request over, since this one was silent for too long.")
        .retry_after(std::chrono::seconds(1))
        .retryable(true);
}

} // namespace

asio::awaitable<void> run_creator::carry_on(create_record create) {
    const auto deadline = parts_.time.now() + shadow_patience;
    co_await carry_out(std::move(create), deadline, nullptr);
}

// Counted by hand: its frame may be destroyed after the creator is.
asio::awaitable<void> run_creator::carry_out(create_record create, time_point deadline, std::shared_ptr<flight> f) {
    ++under_way_;
    std::string thrown;
    try {
        co_await carry_to_its_end(create, deadline, f);
    } catch (const std::exception& e) {
        thrown = e.what();
    }
    if (!thrown.empty())
        tell_fault(create, thrown);
    --under_way_;
}

asio::awaitable<void> run_creator::carry_to_its_end(create_record create, time_point deadline,
                                                    std::shared_ptr<flight> f) {
    create_outcome outcome;
    std::string thrown;
    try {
        outcome = co_await send(create, deadline, f);
    } catch (const std::exception& e) {
        thrown = e.what();
    }
    if (!thrown.empty()) {
        tell_fault(create, thrown);
        auto fault = error(errc::internal).because("The gateway failed while it started the run.").sent();
        outcome = co_await keep_failure(create, std::move(fault));
    }
    if (outcome.answer)
        crash_point("before_answer");
    const bool goes_on = outcome.answer || (outcome.unknown && !create.findable);
    if (create.role == create_role::shadow)
        tell_shadow(create, outcome);
    if (f) {
        f->outcome = std::move(outcome);
        f->bell->wake();
    }
    if (goes_on && create.group_id && create.role == create_role::primary)
        co_await send_shadows(std::move(create));
}

asio::awaitable<create_outcome> run_creator::send(create_record create, time_point deadline,
                                                  std::shared_ptr<flight> f) {
    create_outcome out;
    out.create_id = create.create_id;
    const bool can_wait = create.role == create_role::shadow; // nobody does
    if (can_wait && parts_.closing.given()) {
        out.others = true;
        co_return out;
    }
    auto spec = spec_of(create);
    auto* const from = parts_.providers.find(create.provider);
    if (!spec || !from) {
        auto why = spec ? not_sendable(create) : spec.error();
        co_return co_await keep_failure(std::move(create), std::move(why));
    }
    send_marks marks;
    result<std::vector<run>> started = error();
    for (bool again = true; again;) {
        const auto now = parts_.time.now();
        const auto send_before = std::min<time_point>(deadline, now + send_window);
        const auto window = std::chrono::duration_cast<std::chrono::system_clock::duration>(send_before - now);
        const auto until = mark_of_its_own(stored(parts_.time.wall_now() + window));
        marks = {until, marks.last};
        auto mark = [id = create.create_id, self = parts_.replica.id, marks](connection& db) {
            return mark_sending(db, id, self, marks.before, *marks.last);
        };
        const auto mine = co_await parts_.kept.write(std::move(mark));
        if (!mine && can_wait) {
            co_await put_back(std::move(create), marks);
            out.others = true;
            co_return out;
        }
        if (!mine) {
            give_up_unsent(std::move(create), marks);
            unrecorded_.Increment();
            out.failed = mine.error();
            co_return out;
        }
        if (!*mine) {
            out.failed = sent_by_another();
            out.others = true;
            co_return out;
        }
        call c;
        c.request_id = create.request_id;
        c.client = create.client;
        c.deadline = deadline;
        c.send_before = send_before;
        c.may_replay = replay::only_if_unsent;
        c.heard_out = true;
        c.operation = "create_runs";
        c.waited = &out.waited;
        started = co_await from->create_runs(*spec, c);
        const auto after = parts_.time.now();
        again = !started && ran_out_here(started.error()) && after >= send_before && after < deadline;
    }
    if (can_wait && parts_.closing.given() && !started && !started.error().request_sent()) {
        co_await put_back(std::move(create), marks);
        out.others = true;
        co_return out;
    }
    if (f)
        f->recording = true;
    const auto waited = out.waited;
    if (started) {
        crash_point("after_vendor_answer");
        out = co_await keep_started(std::move(create), std::move(*spec), std::move(*started));
    } else {
        out = co_await keep_failure(std::move(create), std::move(started).error());
    }
    out.waited = waited;
    co_return out;
}

asio::awaitable<create_outcome> run_creator::keep_started(create_record create, run_spec spec, std::vector<run> runs) {
    for (auto& each : runs) {
        each.suite = create.suite;
        parts_.runs.started(each, spec.labels);
    }
    create_outcome out;
    out.create_id = create.create_id;
    const auto origin = origin_of(create, spec.labels);
    const auto now = store_now(parts_.time);
    auto settle = [create, runs = std::move(runs), origin, now](connection& db) {
        return settle_started(db, create.create_id, started_answer(db, create, runs), runs, origin, now);
    };
    auto kept = co_await record_at_last(parts_, std::move(settle));
    started_.Increment();
    if (kept) {
        out.answer = std::move(*kept);
        co_return out;
    }
    auto failed = error(errc::store_unavailable)
                      .because("The run was started, and that can't be recorded now. The same Idempotency-Key will "
                               "tell, once it was found at the provider.")
                      .sent()
                      .retryable(false);
    if (!parts_.closing.given()) {
        auto note = [id = create.create_id, cause = write_cause(failed), findable = create.findable,
                     now](connection& db) {
            note_indeterminate(db, id, cause, findable, now);
            return true;
        };
        co_await record_at_last(parts_, std::move(note));
    }
    out.unknown = true;
    out.failed = std::move(failed);
    co_return out;
}

asio::awaitable<create_outcome> run_creator::keep_failure(create_record create, error failed) {
    create_outcome out;
    out.create_id = create.create_id;
    const auto now = store_now(parts_.time);
    create.cause = write_cause(failed);
    const bool lost = failed.request_sent();
    auto settle = [id = create.create_id, cause = *create.cause, findable = create.findable, lost,
                   now](connection& db) {
        if (lost)
            note_indeterminate(db, id, cause, findable, now);
        else
            settle_refused(db, id, cause, now);
        return true;
    };
    co_await record_at_last(parts_, std::move(settle));
    (lost ? indeterminate_ : refused_).Increment();
    if (!lost) {
        out.failed = std::move(failed);
        co_return out;
    }
    tell_lost(create, failed);
    if (!create.findable)
        create.settled_at = now;
    out.failed = lost_create(create);
    out.unknown = true;
    co_return out;
}

// Whoever looks next for what is left open sends it, in this process or another.
asio::awaitable<void> run_creator::put_back(create_record create, send_marks marks) {
    auto undo = [id = create.create_id, self = parts_.replica.id, marks](connection& db) {
        put_back_unsent(db, id, self, marks);
        return true;
    };
    co_await record_at_last(parts_, std::move(undo));
}

asio::awaitable<void> run_creator::send_shadows(create_record primary) {
    auto look = [group = *primary.group_id](connection& db) { return creates_of_group(db, group); };
    auto members = co_await parts_.kept.read(std::move(look));
    if (!members)
        co_return; // they are recorded: the next look for what is left open finds them
    for (auto& each : *members)
        if (each.role == create_role::shadow && each.state == create_state::pending)
            asio::co_spawn(parts_.executor, carry_on(std::move(each)), asio::detached);
}

void run_creator::tell_shadow(const create_record& shadow, const create_outcome& outcome) const {
    if (outcome.answer || outcome.others)
        return;
    parts_.log.warning("shadow_not_started", {{"create_id", shadow.create_id},
                                              {"group_id", shadow.group_id.value_or("")},
                                              {"provider", shadow.provider},
                                              {"code", name_of(outcome.failed->code())},
                                              {"reason", outcome.failed->detail()}});
}

void run_creator::tell_fault(const create_record& create, const std::string& thrown) const {
    parts_.log.error("create_failed", {{"create_id", create.create_id}, {"what", thrown}});
}

void run_creator::tell_lost(const create_record& create, const error& cause) const {
    parts_.log.warning("create_indeterminate", {{"create_id", create.create_id},
                                                {"provider", create.provider},
                                                {"request_id", create.request_id},
                                                {"code", name_of(cause.code())},
                                                {"reason", cause.detail()},
                                                {"looked_for", create.findable}});
}

} // namespace evalbridge
