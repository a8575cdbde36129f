#include "store/threads.hpp"

#include "store/schema.hpp"

#include <soci/soci.h>

#include <algorithm>

namespace evalbridge {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds look_every{1000};
constexpr std::chrono::milliseconds first_pause{10};
constexpr std::chrono::milliseconds longest_pause{250};
constexpr unsigned tries_on_duplicates = 3; // what another transaction put there is seen by the second already

error cannot_serve() {
    return error(errc::store_unavailable)
        .because("The store can't be used now. Nothing was acknowledged; ask again.")
        .retry_after(1s);
}

// SQLITE_READONLY and read_only_sql_transaction.
bool wrote_in_a_reading(const judged_failure& why) { return why.code == "SQLITE_8" || why.code == "25006"; }

error a_bug() { return error(errc::internal).because("The store could not do what it was asked."); }

} // namespace

store::threads::threads(const store_options& options, clock& time, logger& log, metrics& counts)
    : options_(options), time_(time), log_(log),
      waiting_(counts.level("evalbridge_store_waiting", "Units of work that wait for a thread of the store.")),
      units_(counts.count("evalbridge_store_units_total", "Units of work that the store has done.")),
      retried_(counts.count("evalbridge_store_retries_total", "Tries repeated after a conflict or a lost connection.")),
      failed_(counts.count("evalbridge_store_failures_total", "Units of work that failed.")), health_(log, counts),
      silence_(time, health_) {}

store::threads::~threads() { stop(); }

void store::threads::start() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(started_, true))
        return;
    silence_.start();
    const bool one_writer = options_.url.engine == store_engine::sqlite;
    const auto wanted = std::max(one_writer ? 2u : 1u, options_.connections);
    for (unsigned i = 0; i < wanted; ++i) {
        auto& from = one_writer && i == 0 ? writes_ : reads_;
        workers_.emplace_back([this, &from] { serve(from); });
    }
    keeper_ = std::jthread([this](const std::stop_token& stopped) { look_after(stopped); });
}

void store::threads::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    reads_.changed.notify_all();
    writes_.changed.notify_all();
    workers_.clear();
    keeper_ = {};
    silence_.stop();
}

void store::threads::take(std::unique_ptr<store_job> job) {
    auto& to = options_.url.engine == store_engine::sqlite && job->writes() ? writes_ : reads_;
    {
        const std::lock_guard lock(mutex_);
        const bool full = reads_.jobs.size() + writes_.jobs.size() >= options_.max_waiting;
        if (!full && started_ && !stopping_) {
            to.jobs.push_back(std::move(job));
            waiting_.Increment();
        }
    }
    if (job)
        job->finish(error(errc::overloaded).because("Too much waits for the store.").retry_after(1s));
    else
        to.changed.notify_one();
}

std::unique_ptr<store_job> store::threads::next(queue& from) {
    std::unique_lock lock(mutex_);
    from.changed.wait(lock, [&] { return stopping_ || !from.jobs.empty(); });
    if (from.jobs.empty())
        return nullptr;
    auto job = std::move(from.jobs.front());
    from.jobs.pop_front();
    waiting_.Decrement();
    return job;
}

void store::threads::serve(queue& from) {
    connection db(options_.url);
    try {
        // Before anybody waits for it; SQLite opens all of its files with the first read.
        const silence_watch::asking watched(silence_, db, silence_watch::patience::unit);
        db.open();
        db.begin(false);
        schema_version(db);
        db.commit();
    } catch (...) { // the first unit of work tries again, and tells
        db.close();
    }
    while (const auto job = next(from))
        job->finish(attempt(db, job->writes(), job->work()));
}

std::optional<error> store::threads::attempt(connection& db, bool writes, const unit_of_work& work) {
    // Whoever comes back tells it sooner than who waits here; what is under way already goes on trying.
    if (health_.is_away()) {
        failed_.Increment();
        return cannot_serve();
    }
    const auto until = time_.now() + options_.patience;
    bool in_doubt = false;
    for (unsigned tries = 1;; ++tries) {
        auto outcome = try_once(db, writes, work, tries);
        if (!outcome.failed) {
            units_.Increment();
            return {};
        }
        in_doubt = in_doubt || outcome.in_doubt;
        if (!outcome.again || !wait_before_retry(tries, until)) {
            failed_.Increment();
            return std::move(*outcome.failed).sent(in_doubt);
        }
        retried_.Increment();
    }
}

store::threads::tried store::threads::try_once(connection& db, bool writes, const unit_of_work& work, unsigned tries) {
    const bool was_idle = db.is_open();
    const silence_watch::asking watched(silence_, db, silence_watch::patience::unit);
    bool committing = false;
    try {
        if (!was_idle)
            db.open();
        db.begin(writes);
        work(db);
        committing = true;
        db.commit();
        // A transaction that had nothing to write shows nothing of the disk: whether that takes writes again, `look`
        // finds out.
        health_.served(false);
        return {};
    } catch (...) {
        const auto why = judge_current_exception(options_.url.engine);
        if (why.kind == store_failure::gone)
            db.close();
        else
            db.roll_back();
        auto out = judge(writes, why, tries, was_idle);
        out.in_doubt = writes && committing && why.kind != store_failure::conflict;
        return out;
    }
}

store::threads::tried store::threads::judge(bool writes, const judged_failure& why, unsigned tries, bool was_idle) {
    switch (why.kind) {
    case store_failure::conflict: return {cannot_serve(), true};
    case store_failure::duplicate:
        if (tries < tries_on_duplicates)
            return {a_bug(), true};
        break;
    case store_failure::gone:
        // A connection that was lost while nobody used it says nothing of the database.
        if (!was_idle)
            health_.gone(why);
        return {cannot_serve(), true};
    case store_failure::refused:
        if (!writes && wrote_in_a_reading(why))
            break;
        health_.refused(writes, why);
        return {cannot_serve(), false};
    case store_failure::slow:
        log_.warning("store_slow", {{"code", why.code}, {"reason", why.text}});
        return {cannot_serve(), false};
    case store_failure::misuse: break;
    }
    log_.error("store_failed", {{"code", why.code}, {"reason", why.text}});
    return {a_bug(), false};
}

bool store::threads::wait_before_retry(unsigned tries, time_point until) {
    // Two that were in each other's way shouldn't meet again.
    static thread_local const random_source chance = make_random_source();
    const auto pause = std::min<duration>(first_pause * tries * tries, longest_pause);
    if (time_.now() + pause >= until)
        return false;
    std::this_thread::sleep_for(pause / 2 + std::chrono::duration_cast<duration>(pause / 2 * chance()));
    return true;
}

void store::threads::look_after(const std::stop_token& stopped) {
    connection own(options_.url);
    while (!stopped.stop_requested()) {
        look(own);
        std::unique_lock lock(mutex_);
        next_look_.wait_for(lock, stopped, look_every, [] { return false; });
    }
}

// Whether the database is there while nobody asks it anything; and once it isn't, whether it can be written again.
void store::threads::look(connection& own) {
    const bool writes = !health_.serves();
    const auto begun = time_.now();
    for (const bool was_idle : {own.is_open(), false}) {
        const silence_watch::asking watched(silence_, own, silence_watch::patience::look);
        try {
            if (!own.is_open())
                own.open();
            own.begin(writes);
            if (writes)
                own.sql().once << "UPDATE schema_versions SET applied_at = applied_at WHERE version = 1";
            else
                own.sql().once << "SELECT 1";
            own.commit();
            health_.served(writes);
            return;
        } catch (...) {
            const auto why = judge_current_exception(options_.url.engine);
            own.close();
            if (why.kind == store_failure::gone && was_idle && time_.now() - begun < look_every / 2)
                continue; // it was lost while nobody used it
            if (why.kind == store_failure::gone)
                health_.gone(why);
            else if (why.kind == store_failure::refused)
                health_.refused(writes, why);
            return;
        }
    }
}

} // namespace evalbridge
