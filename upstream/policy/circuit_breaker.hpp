#pragma once
// Leaves a provider alone that fails again and again: after `failures` in a row nothing is sent for `open_for`, then
// one probe; each probe that fails makes the next pause longer. Shared by all shards.

#include "base/clock.hpp"
#include "upstream/options.hpp"

#include <cstdint>
#include <mutex>
#include <string_view>

namespace evalbridge {

class circuit_breaker {
  public:
    enum class state { closed, open, half_open };

    /// The right to make one attempt. Each granted one must be given back by exactly one of succeeded, failed and
    /// abandoned.
    struct permit {
        bool granted = false;
        bool probe = false;
        std::uint64_t period = 0; ///< an answer to an attempt of an earlier period tells nothing any more
        duration wait{};          ///< when refused: until a probe may be made
    };

    explicit circuit_breaker(const breaker_options& options) : options_(options) {}

    permit ask(time_point now);
    /// Whether that closed it.
    bool succeeded(const permit& p);
    /// Whether that opened it.
    bool failed(const permit& p, time_point now);
    /// Nothing was learned: the attempt was refused further down, called off, or ended by the caller's own deadline.
    void abandoned(const permit& p);

    struct view {
        state is = state::closed;
        unsigned failures = 0;      ///< in a row
        std::uint64_t openings = 0; ///< ever
        duration until_probe{};     ///< while open
    };
    view look(time_point now) const;

  private:
    void open(time_point now);

    const breaker_options options_;
    mutable std::mutex mutex_;
    state state_ = state::closed;
    unsigned failures_ = 0;
    unsigned opened_in_a_row_ = 0; ///< `n` of `open_for` x n
    std::uint64_t openings_ = 0;
    std::uint64_t period_ = 0;
    time_point probe_at_{};
};

/// `half_open`
std::string_view name_of(circuit_breaker::state s);

} // namespace evalbridge
