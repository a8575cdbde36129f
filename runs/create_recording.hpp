#pragma once
// Records what must not be forgotten: tries until the store takes it.

#include "runs/creates.hpp"

#include <algorithm>

namespace evalbridge {

inline constexpr std::chrono::milliseconds first_record_pause{100};
inline constexpr std::chrono::milliseconds longest_record_pause{2000};
inline constexpr unsigned most_record_bugs = 5; ///< in a row: the store serves, and can't take this

/// A unit of work, until it was done. Empty where the gateway has to end before that, and where it can't be done: then
/// whoever comes next settles it.
template <class F>
boost::asio::awaitable<std::optional<store::work_result<F>>> record_at_last(const create_parts& with, F work) {
    const auto bell = with.time.make_alarm(with.executor);
    const auto listening = with.closing.on_given([raw = bell.get()] { raw->wake(); });
    unsigned bugs = 0;
    for (duration pause = first_record_pause;; pause = std::min<duration>(pause * 2, longest_record_pause)) {
        const bool last = with.closing.given();
        auto once = work;
        auto done = co_await with.kept.write(std::move(once));
        if (done)
            co_return std::move(*done);
        bugs = done.error().code() == errc::internal ? bugs + 1 : 0;
        if (last || bugs == most_record_bugs)
            co_return std::nullopt;
        co_await bell->wait_until(with.time.now() + pause);
    }
}

} // namespace evalbridge
