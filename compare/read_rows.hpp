#pragma once
// Reads a run into rows, page by page; no page is held longer than it takes to go through it.

#include "adapters/provider.hpp"
#include "compare/row_budget.hpp"
#include "compare/run_rows.hpp"

#include <functional>

namespace evalbridge {

/// One of the two runs.
struct compared_run {
    provider* from = nullptr;
    std::string native_id;
    std::string id;
    std::string vendor;
    bool terminal = false;
    bool may_have_inputs = true; ///< false: its vendor's results are known to come without contents
};

/// What reading both runs has in common.
struct row_reading {
    row_budget::share held;
    std::uint64_t most = 0;     ///< verdicts of both together
    std::uint64_t verdicts = 0; ///< read so far, of both
    clock& time;
    const std::function<bool()>& goes_on; ///< asked before each page; once it says no, the rest isn't read
};

/// Errors: a read's; unsupported for runs that are too large, have too many metrics, or have no inputs to be joined on;
/// overloaded where too much is being compared, or this shall not go on; deadline_exceeded.
boost::asio::awaitable<result<run_rows>> read_rows(const compared_run& which, join_key by, const call& how,
                                                   row_reading& state);

} // namespace evalbridge
