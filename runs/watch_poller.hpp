#pragma once
// The one task that reads a watched run, on the shard of the first who waited for it.

#include "adapters/provider.hpp"
#include "runs/registry.hpp"
#include "runs/watch_board.hpp"

namespace evalbridge {

/// What a poller works with. All references outlive it.
struct polled_run {
    std::shared_ptr<watch_board> board;
    std::shared_ptr<watch_entry> entry;
    provider& from;
    std::string native_id;
    run_registry& runs;
    clock& time;
    logger& log;
};

/// Reads the run as the board says until the watch is over; the first time in the name of `request_id`, with a client's
/// urgency.
void start_poller(polled_run what, const watch_hub::place& where, std::string request_id);

} // namespace evalbridge
