#include "upstream/policy/retry.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace evalbridge {

duration backoff(unsigned attempt, const retry_options& options, const random_source& chance) {
    auto most = options.base;
    for (unsigned n = 1; n < attempt && most < options.cap; ++n)
        most *= 2;
    const std::chrono::duration<double, std::milli> drawn(chance() *
                                                          static_cast<double>(std::min(most, options.cap).count()));
    return std::chrono::duration_cast<duration>(drawn);
}

std::optional<duration> wait_before_retry(const verdict_on_attempt& last, unsigned attempts_made, const call& c,
                                          time_point now, const retry_options& options, const random_source& chance) {
    if (!last.retryable || attempts_made >= options.attempts)
        return std::nullopt;
    if (c.may_replay == replay::only_if_unsent && last.request_sent)
        return std::nullopt;
    if (last.retry_after && *last.retry_after > options.longest_told)
        return std::nullopt;
    // Told to come back at once, all who were told so would come back together.
    const bool told = last.retry_after && last.retry_after->count() > 0;
    const duration wait = told ? duration(*last.retry_after) : backoff(attempts_made, options, chance);
    if (wait >= c.deadline - now)
        return std::nullopt;
    return wait;
}

bool retry_budget::active_call::begin_retry() {
    assert(!retrying_);
    const auto share = static_cast<std::size_t>(budget_->share_ * static_cast<double>(budget_->active_.load()));
    const auto allowed = std::max(budget_->floor_, share);
    auto under_way = budget_->retrying_.load();
    while (under_way < allowed && !retrying_)
        retrying_ = budget_->retrying_.compare_exchange_weak(under_way, under_way + 1);
    return retrying_;
}

void retry_budget::active_call::end_retry() {
    if (std::exchange(retrying_, false))
        --budget_->retrying_;
}

} // namespace evalbridge
