#include "store/store.hpp"

#include "store/failure.hpp"
#include "store/schema.hpp"
#include "store/threads.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <thread>

namespace evalbridge {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds pause_before_reopening{100};

// A unit of work that a coroutine waits for: wakes it where it lives.
template <class Handler> class awaited_job final : public store_job {
  public:
    awaited_job(bool writes, std::function<void(connection&)> work, Handler handler)
        : store_job(writes, std::move(work)), handler_(std::move(handler)),
          alive_(asio::get_associated_executor(handler_)) {}
    void finish(std::optional<error> failed) override {
        asio::post(alive_.get_executor(), [handler = std::move(handler_), failed = std::move(failed)]() mutable {
            std::move(handler)(failed);
        });
    }

  private:
    Handler handler_;
    // The shard runs until it is answered, and isn't gone before this thread has left its queue: so it goes with the
    // job, not with the answer.
    asio::executor_work_guard<asio::associated_executor_t<Handler>> alive_;
};

std::string what_to_do(const store_url& url, const judged_failure& why) {
    if (why.kind == store_failure::misuse)
        return "";
    if (url.engine == store_engine::postgresql)
        return "; the server must run, and take this user and database";
    if (why.code == "SQLITE_11" || why.code == "SQLITE_26") // CORRUPT, NOTADB
        return "; move it away and restore a backup";
    return "; its folder must exist and be writable by this user";
}

std::runtime_error not_opened(const store_url& url, const judged_failure& why) {
    return std::runtime_error("the store " + url.shown + " cannot be opened: " + why.text + what_to_do(url, why));
}

} // namespace

store::store(store_options options, clock& time, logger& log, metrics& counts)
    : options_(std::move(options)), time_(time), threads_(std::make_unique<threads>(options_, time, log, counts)) {}

store::~store() { stop(); }

void store::open() {
    connection first(options_.url);
    // A server that starts together with us is there in a moment.
    const auto until = time_.now() + options_.patience;
    for (;;) {
        try {
            first.open();
            migrate(first);
            break;
        } catch (...) {
            const auto why = judge_current_exception(options_.url.engine);
            first.close();
            if (why.kind != store_failure::gone || time_.now() > until)
                throw not_opened(options_.url, why);
        }
        std::this_thread::sleep_for(pause_before_reopening);
    }
    threads_->start();
}

void store::stop() { threads_->stop(); }

bool store::is_reachable() const { return threads_->is_reachable(); }

asio::awaitable<std::optional<error>> store::perform(bool writes, unit_of_work work) {
    auto hand_over = [this, writes](auto handler, unit_of_work unit) {
        using job = awaited_job<decltype(handler)>;
        threads_->take(std::make_unique<job>(writes, std::move(unit), std::move(handler)));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::optional<error>)>(
        hand_over, asio::use_awaitable, std::move(work));
}

std::optional<error> store::perform_here(const unit_of_work& work) {
    connection here(options_.url);
    return threads_->attempt(here, true, work);
}

} // namespace evalbridge
