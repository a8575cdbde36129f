#pragma once
// Threads for what takes a processor and nothing else: sorting and counting a million verdicts takes seconds, in which
// a shard answers thousands of requests. Shared by all shards.

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace evalbridge {

class work_threads {
  public:
    explicit work_threads(unsigned threads) : pool_(threads) {}
    ~work_threads() { stop(); }
    work_threads(const work_threads&) = delete;
    work_threads& operator=(const work_threads&) = delete;

    /// Does what was handed over, then ends the threads. Before the shards that wait for it are destroyed.
    void stop() { pool_.join(); }

    /// Runs `work` on one of the threads and gives what it returns, or throws what it throws. `work` owns its data, and
    /// can't be called off half way.
    template <class F> boost::asio::awaitable<std::invoke_result_t<F&>> run(F work) {
        using value = std::invoke_result_t<F&>;
        const auto out = std::make_shared<std::optional<value>>(); // shared with the thread that fills it
        std::function<void()> unit = [work = std::move(work), out]() mutable { out->emplace(work()); };
        co_await perform(std::move(unit));
        co_return std::move(**out);
    }

  private:
    template <class Handler> struct job {
        job(std::function<void()> w, Handler h)
            : work(std::move(w)), handler(std::move(h)), alive(boost::asio::get_associated_executor(handler)) {}
        void operator()() {
            std::exception_ptr thrown;
            try {
                work();
            } catch (...) {
                thrown = std::current_exception();
            }
            work = nullptr; // what it owns goes before who waits goes on
            boost::asio::post(alive.get_executor(),
                              [waiting = std::move(handler), thrown]() mutable { std::move(waiting)(thrown); });
        }

        std::function<void()> work;
        Handler handler;
        // The shard runs until it is answered, and isn't gone before this thread has left its queue.
        boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> alive;
    };

    /// Throws what the unit threw.
    boost::asio::awaitable<void> perform(std::function<void()> unit) {
        auto hand_over = [this](auto handler, std::function<void()> work) {
            boost::asio::post(pool_, job<decltype(handler)>(std::move(work), std::move(handler)));
        };
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(std::exception_ptr)>(
            hand_over, boost::asio::use_awaitable, std::move(unit));
    }

    boost::asio::thread_pool pool_;
};

} // namespace evalbridge
