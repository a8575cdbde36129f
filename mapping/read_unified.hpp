#pragma once
// The unified objects, read back from what mapping/write.hpp wrote: for what the store keeps. Exact: written again they
// give the same bytes.

#include "mapping/run.hpp"
#include "mapping/run_result.hpp"
#include "mapping/summary.hpp"

#include "base/error.hpp"

#include <string_view>

namespace evalbridge {

// Each takes the JSON of one object as `write` made it, `raw` and `spans` included where they are there. Errors:
// internal, with the place, for anything that `write` can't have made.

result<run> read_run(std::string_view json);
// Those of which lists have many may borrow their texts from `texts`, which keeps `json`.
result<verdict> read_verdict(std::string_view json, text_source* texts = nullptr);
result<run_result> read_run_result(std::string_view json, text_source* texts = nullptr);
result<summary> read_summary(std::string_view json);
result<metric_info> read_metric_info(std::string_view json);

} // namespace evalbridge
