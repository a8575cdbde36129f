#include "runs/registry.hpp"

#include "store/run_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace evalbridge {

namespace asio = boost::asio;

namespace {

constexpr std::size_t listed_at_once = 100; ///< in one transaction, so that none is long

metrics::counter& readings_that(metrics& counts, const char* ended) {
    return counts.count("evalbridge_run_readings_total",
                        "Readings of runs that told something new, by what became of them in the store.",
                        {{"result", ended}});
}

} // namespace

run_registry::run_registry(store& kept, run_memory& memory, clock& time, logger& log, metrics& counts,
                           registry_options options)
    : kept_(kept), memory_(memory), time_(time), log_(log), options_(options),
      recorded_(readings_that(counts, "recorded")), failed_(readings_that(counts, "failed")),
      dropped_(readings_that(counts, "dropped")),
      waiting_now_(counts.level("evalbridge_run_readings_waiting", "Readings of runs that wait for the store.")),
      entries_(options.remembered) {}

std::size_t run_registry::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

asio::awaitable<sighting_ptr> run_registry::observed(run& r) {
    if (kept_.is_reachable() && has_to_ask(r.id)) {
        // A store that hangs without a word doesn't hold a client up.
        const auto here = co_await asio::this_coro::executor;
        const std::shared_ptr<alarm> bell = time_.make_alarm(here); // shared with what may come too late
        asio::co_spawn(here, recall(r.id, bell), asio::detached);
        co_await bell->wait_until(time_.now() + options_.patience);
    }
    memory_.observe(r);
    auto now = make_sighting(r);
    if (hand_over(*now)) {
        const auto here = co_await asio::this_coro::executor;
        asio::co_spawn(here, write_waiting(), asio::detached);
    }
    co_return now;
}

void run_registry::started(run& r, const std::map<std::string, std::string>& labels) {
    memory_.created(r, labels);
    memory_.observe(r);
    const auto etag = etag_of_document(document_of(r));
    const std::lock_guard lock(mutex_);
    entries_.use(r.id).etag = etag;
}

// What the store has of a run that this process meets for the first time.
asio::awaitable<void> run_registry::recall(std::string run_id, std::shared_ptr<alarm> done) {
    const auto find = [run_id](connection& db) { return find_run_record(db, run_id); };
    const auto found = co_await kept_.read(find);
    if (found) {
        if (*found)
            memory_.recall((*found)->shown);
        const std::lock_guard lock(mutex_);
        const bool is_new = !entries_.contains(run_id);
        auto& known = entries_.use(run_id);
        if (!*found && is_new)
            known.ask_again = time_.now() + options_.ask_again;
        if (*found && known.etag.empty())
            known.etag = (*found)->etag;
    }
    done->wake();
}

asio::awaitable<result<run_registry::recorded>> run_registry::record(std::vector<run> listed) {
    for (auto& each : listed)
        memory_.observe(each);
    const auto at = store_now(time_);
    recorded counted;
    for (auto from = listed.begin(); from != listed.end();) {
        const auto left = static_cast<std::size_t>(listed.end() - from);
        const auto end = from + static_cast<std::ptrdiff_t>(std::min(left, listed_at_once));
        std::vector<run> batch(std::make_move_iterator(from), std::make_move_iterator(end));
        auto put = [batch = std::move(batch), at](connection& db) {
            recorded out;
            for (const auto& each : batch) {
                const bool was_known = is_registered(db, each.id);
                record_reading(db, each, at);
                ++(was_known ? out.known : out.added);
            }
            return out;
        };
        const auto done = co_await kept_.write(std::move(put));
        if (!done)
            co_return done.error();
        counted.added += done->added;
        counted.known += done->known;
        from = end;
    }
    co_return counted;
}

bool run_registry::hand_over(const run_sighting& now) {
    const auto& r = *now.seen;
    const std::lock_guard lock(mutex_);
    auto& known = entries_.use(r.id);
    if (known.etag == now.digest())
        return false;
    const bool ends = is_terminal(r.status);
    const bool paused = time_.now() < not_before_;
    const auto room = ends ? options_.remembered : paused ? 0 : options_.waiting;
    if (waiting_.size() >= room && !waiting_.contains(r.id)) {
        dropped_.Increment();
        return false;
    }
    known.etag = now.digest();
    waiting_.insert_or_assign(r.id, reading{now.seen, store_now(time_)});
    waiting_now_.Set(static_cast<double>(waiting_.size()));
    if (paused)
        wake_retrier();
    return !paused && !std::exchange(writing_, true);
}

run_registry::readings run_registry::next_batch() {
    const std::lock_guard lock(mutex_);
    readings batch;
    while (!waiting_.empty() && batch.size() < options_.batch)
        batch.insert(waiting_.extract(waiting_.begin()));
    waiting_now_.Set(static_cast<double>(waiting_.size()));
    writing_ = !batch.empty();
    return batch;
}

// Until nothing waits or the store can't take any more. One at a time, so that a run's readings keep their order.
asio::awaitable<void> run_registry::write_waiting() {
    for (;;) {
        auto batch = next_batch();
        if (batch.empty())
            co_return;
        const auto written = co_await write(batch);
        if (written) {
            recorded_.Increment(static_cast<double>(batch.size()));
            continue;
        }
        if (written.error().code() != errc::internal) {
            put_back(std::move(batch));
            co_return;
        }
        // One of them is at fault: the others shall not be lost with it.
        for (auto& each : batch) {
            readings alone;
            alone.insert(each);
            const auto done = batch.size() == 1 ? written : co_await write(alone);
            if (done)
                recorded_.Increment();
            else
                give_up(alone);
        }
    }
}

asio::awaitable<result<void>> run_registry::write(readings batch) {
    const auto put = [batch = std::move(batch)](connection& db) {
        for (const auto& [id, each] : batch)
            record_reading(db, *each.seen, each.at);
    };
    co_return co_await kept_.write(put);
}

// The store can't take any now. What nothing may follow waits for it; what goes on is read again anyway.
void run_registry::put_back(readings batch) {
    failed_.Increment(static_cast<double>(batch.size()));
    const std::lock_guard lock(mutex_);
    writing_ = false;
    not_before_ = time_.now() + options_.pause;
    waiting_.merge(batch); // a run that was read again meanwhile has its newer reading there
    std::erase_if(waiting_, [this](const auto& each) {
        const bool goes_on = !is_terminal(each.second.seen->status);
        if (goes_on)
            entries_.use(each.first).etag.clear();
        return goes_on;
    });
    waiting_now_.Set(static_cast<double>(waiting_.size()));
    wake_retrier();
}

// With the mutex held.
void run_registry::wake_retrier() {
    if (!waiting_.empty() && retries_at_)
        asio::post(retries_at_, [retrier = retrier_] {
            if (const auto there = retrier.lock())
                there->wake();
        });
}

void run_registry::give_up(const readings& batch) {
    failed_.Increment(static_cast<double>(batch.size()));
    for (const auto& [id, each] : batch)
        log_.error("run_reading_lost", {{"run_id", id}, {"status", name_of(each.seen->status)}});
}

void run_registry::retry_on(asio::any_io_executor executor, notice& draining) {
    const std::shared_ptr<alarm> bell = time_.make_alarm(executor);
    {
        const std::lock_guard lock(mutex_);
        if (retries_at_ || draining.given())
            return;
        retries_at_ = executor;
        retrier_ = bell;
    }
    asio::co_spawn(executor, retry(bell, draining), asio::detached);
}

time_point run_registry::retry_due() const {
    const std::lock_guard lock(mutex_);
    return waiting_.empty() || writing_ ? time_point::max() : not_before_;
}

asio::awaitable<void> run_registry::retry(std::shared_ptr<alarm> bell, notice& draining) {
    bool over = false;
    const auto hears_drain = draining.on_given([&] {
        over = true;
        bell->wake();
    });
    while (!over) {
        co_await bell->wait_until(retry_due());
        if (over || retry_due() > time_.now())
            continue;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(writing_, true))
                continue;
        }
        co_await write_waiting();
    }
}

// Twice at most.
bool run_registry::has_to_ask(const std::string& run_id) {
    const std::lock_guard lock(mutex_);
    auto* known = entries_.find(run_id);
    if (!known)
        return true;
    auto& again = known->ask_again;
    const bool due = again && time_.now() >= *again;
    if (due)
        again.reset();
    return due;
}

} // namespace evalbridge
