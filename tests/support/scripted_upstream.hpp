#pragma once
// An upstream that answers from a script or a function, keeps what it was sent, and suspends at least once, as a real
// one does.

#include "base/log.hpp"
#include "upstream/upstream.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace evalbridge::testing {

class scripted_upstream final : public upstream {
  public:
    using answerer = std::function<result<http_response>(const http_request&)>;

    /// Answers come from `answer`, for requests that no queued answer is left for.
    explicit scripted_upstream(answerer answer = {}) : answer_(std::move(answer)) {}
    /// The next answer in line.
    void push(result<http_response> answer) { queue_.push_back(std::move(answer)); }
    void push(int status, std::string body, std::string content_type = "application/json");

    boost::asio::awaitable<result<http_response>> send(const http_request& request, const call& c) override;
    void keep(const http_request& request, const call& c, http_response answer, lasting how_long) override;

    struct kept_answer {
        http_request request;
        std::string_view operation;
        http_response answer;
        lasting how_long;
    };

    std::vector<http_request> requests; ///< without those that a kept answer was given to
    std::vector<call> calls;
    std::vector<kept_answer> kept;
    bool answers_from_kept = false; ///< as the gateway's own cache does

  private:
    answerer answer_;
    std::deque<result<http_response>> queue_;
};

/// Runs a coroutine to its end on an io_context of its own and gives its value.
template <class T> T run_task(boost::asio::awaitable<T> task);

/// A call with a deadline far away.
call test_call();

/// Gathers log lines, from any thread. `lines` itself is for when the writers have ended.
class captured_log final : public logger {
  public:
    bool enabled(log_level) const override { return true; }
    void write(log_level level, std::string_view event, std::initializer_list<log_field> fields) override;
    bool has(std::string_view text) const;
    std::vector<std::string> lines;

  private:
    mutable std::mutex mutex_;
};

} // namespace evalbridge::testing

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>

template <class T> T evalbridge::testing::run_task(boost::asio::awaitable<T> task) {
    boost::asio::io_context io(1);
    std::optional<T> value;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e, T v) {
        thrown = e;
        if (!e)
            value.emplace(std::move(v));
    });
    io.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return std::move(*value);
}
