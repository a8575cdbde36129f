#pragma once
// Several calls to providers under way at once, for one request.

#include "gateway/handlers/services.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace evalbridge {
namespace detail {

template <class T> struct asked_at_once {
    std::size_t under_way = 0;
    std::vector<std::optional<result<T>>> answers;
    std::shared_ptr<alarm> done;
};

// Owns what it needs, but for the provider: the request may be gone before it where the shard is taken apart.
template <class T, class Ask>
boost::asio::awaitable<void> ask_one(Ask ask, call c, std::size_t place, std::shared_ptr<asked_at_once<T>> all) {
    try {
        all->answers[place] = co_await ask(std::as_const(c));
    } catch (const std::exception&) {
        all->answers[place] = error(errc::internal).because("The provider's answer could not be dealt with.");
    }
    if (--all->under_way == 0)
        all->done->wake();
}

} // namespace detail

/// Calls each of `asks`, provider::task<T>(const call&), and gives their answers in that order once all are there. An
/// `ask` owns what it needs, but for the provider.
template <class T, class Ask>
boost::asio::awaitable<std::vector<result<T>>> ask_all(services& s, const request_context& request,
                                                       std::string_view operation, std::vector<Ask> asks) {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto all = std::make_shared<detail::asked_at_once<T>>(); // shared with what is under way
    all->done = s.time.make_alarm(executor);
    all->under_way = asks.size();
    all->answers.resize(asks.size());
    auto c = call_for(request, operation);
    c.waited = nullptr; // several wait at once
    const auto began = s.time.now();
    for (std::size_t place = 0; place < asks.size(); ++place)
        boost::asio::co_spawn(executor, detail::ask_one<T>(std::move(asks[place]), c, place, all),
                              boost::asio::detached);
    while (all->under_way > 0)
        co_await all->done->wait_until(time_point::max());
    request.waited += s.time.now() - began;
    std::vector<result<T>> out;
    out.reserve(all->answers.size());
    for (auto& each : all->answers)
        out.push_back(std::move(*each));
    co_return out;
}

} // namespace evalbridge
