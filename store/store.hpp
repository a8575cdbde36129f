#pragma once
// Where runs outlive the process: one database behind a small pool of threads, so that no shard ever waits for a disk.
//
// A unit of work is a function that runs on a thread of the store inside one transaction. It may be run more than once:
// after a conflict, and after a connection that was lost, even in the midst of its commit. So it owns its data, touches
// nothing but the connection, and run again it must find what it has done before (keys are chosen by the caller). It
// lets exceptions pass: after a statement that failed nothing of it can be committed.
//
// What reads sees one state throughout. What writes is alone with SQLite; with PostgreSQL it sees, statement by
// statement, what others commit meanwhile (READ COMMITTED). So it decides by ON CONFLICT or a conditional UPDATE and
// what they gave back, not by what it has read before.

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "store/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace evalbridge {

struct store_options {
    store_url url;
    unsigned connections = 4;                 ///< threads; with SQLite one of them writes and the others read
    std::size_t max_waiting = 4096;           ///< units of work that wait for a thread; more are refused
    std::chrono::milliseconds patience{2000}; ///< how long conflicts and lost connections are tried again
};

class store {
  public:
    /// Connects to nothing yet. All references outlive it; it outlives every shard's thread, but is stopped before
    /// their io_contexts are destroyed.
    store(store_options options, clock& time, logger& log, metrics& counts);
    ~store();
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    /// Connects, brings the schema up to date and starts the threads. Throws std::runtime_error with what an operator
    /// has to do: the database can't be reached or written, or is of a newer evalbridge.
    void open();
    /// Ends the threads once everything handed over is done. From any thread but the store's.
    void stop();

    template <class F> using work_result = std::invoke_result_t<F&, connection&>;

    /// Runs `work` in a transaction and gives what it returns. Not cancellable half way. Errors: store_unavailable (the
    /// database can't serve: nothing of the work was done, or it may have been where a commit's answer was lost; asking
    /// again is safe), overloaded (too many wait), internal (a bug).
    template <class F> boost::asio::awaitable<result<work_result<F>>> read(F work) {
        return run(false, std::move(work));
    }
    template <class F> boost::asio::awaitable<result<work_result<F>>> write(F work) {
        return run(true, std::move(work));
    }
    /// The same on the calling thread, which isn't a shard's: for commands and tests.
    template <class F> result<work_result<F>> run_here(F work) {
        using value = work_result<F>;
        if constexpr (std::is_void_v<value>) {
            const auto failed = perform_here([&](connection& db) { work(db); });
            return failed ? result<value>(*failed) : result<value>();
        } else {
            std::optional<value> out;
            const auto failed = perform_here([&](connection& db) { out.emplace(work(db)); });
            return failed ? result<value>(*failed) : result<value>(std::move(*out));
        }
    }

    /// Whether the database served, reading and writing, when it was last asked, which is about a second ago at most.
    bool is_reachable() const;
    store_engine engine() const { return options_.url.engine; }
    const store_url& url() const { return options_.url; }

  private:
    using unit_of_work = std::function<void(connection&)>;
    struct threads;

    template <class F> boost::asio::awaitable<result<work_result<F>>> run(bool writes, F work) {
        using value = work_result<F>;
        if constexpr (std::is_void_v<value>) {
            unit_of_work unit = [work = std::move(work)](connection& db) mutable { work(db); };
            const auto failed = co_await perform(writes, std::move(unit));
            if (failed)
                co_return *failed;
            co_return result<value>();
        } else {
            const auto out = std::make_shared<std::optional<value>>(); // shared with the thread that fills it
            unit_of_work unit = [work = std::move(work), out](connection& db) mutable { out->emplace(work(db)); };
            const auto failed = co_await perform(writes, std::move(unit));
            if (failed)
                co_return *failed;
            co_return std::move(**out);
        }
    }
    boost::asio::awaitable<std::optional<error>> perform(bool writes, unit_of_work work);
    std::optional<error> perform_here(const unit_of_work& work);

    const store_options options_;
    clock& time_;
    std::unique_ptr<threads> threads_;
};

} // namespace evalbridge
