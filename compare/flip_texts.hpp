#pragma once
// The verdicts behind a page of flips, read again for what the rows left out. They are found by their places in the
// run's list: those that stood on one page of it are read together.

#include "compare/comparison_memory.hpp"
#include "compare/read_rows.hpp"

namespace evalbridge {

/// What one run says of a flipped pair.
struct flip_side {
    std::string verdict_id;
    std::string result_id;
    std::optional<std::string> trace_id;
    bool passed = false;
    std::optional<double> score;
    std::optional<std::string> reason;
};

struct told_flip {
    flip what;
    flip_side a;
    flip_side b;
};

/// Those flips of a comparison, with both sides, in their order. Errors: a read's; conflict, retryable, where a verdict
/// isn't any more what was compared, as may be while a run goes on.
boost::asio::awaitable<result<std::vector<told_flip>>> tell_flips(const finished_comparison& from,
                                                                  std::vector<flip> flips, const compared_run& a,
                                                                  const compared_run& b, const call& how_a,
                                                                  const call& how_b);

} // namespace evalbridge
