#include "tests/support/scripted_upstream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace evalbridge::testing {

void scripted_upstream::push(int status, std::string body, std::string content_type) {
    http_response response;
    response.status = status;
    response.fields.add("Content-Type", content_type);
    response.body = std::move(body);
    queue_.push_back(std::move(response));
}

void scripted_upstream::keep(const http_request& request, const call& c, http_response answer, lasting how_long) {
    kept.push_back({request, c.operation, std::move(answer), how_long});
}

boost::asio::awaitable<result<http_response>> scripted_upstream::send(const http_request& request, const call& c) {
    if (answers_from_kept && request.method == http_method::get)
        for (const auto& each : kept)
            if (each.request.target == request.target)
                co_return each.answer;
    requests.push_back(request);
    calls.push_back(c);
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    if (!queue_.empty()) {
        auto next = std::move(queue_.front());
        queue_.pop_front();
        co_return next;
    }
    if (answer_)
        co_return answer_(request);
    co_return error(errc::provider_unavailable).because("the script has no answer left for " + request.target);
}

call test_call() {
    call c;
    c.request_id = "test";
    c.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    return c;
}

void captured_log::write(log_level level, std::string_view event, std::initializer_list<log_field> fields) {
    auto line = format_log_line("now", level, event, fields);
    const std::lock_guard lock(mutex_);
    lines.push_back(std::move(line));
}

bool captured_log::has(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines)
        if (line.find(text) != std::string::npos)
            return true;
    return false;
}

} // namespace evalbridge::testing
